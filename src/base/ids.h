// Identifiers: every kind is a type of its own, so that a VpcId cannot be passed where a SubnetId is meant.
#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace sekisho {

template <class Tag>
struct Id {
    std::string value;

    Id() = default;
    explicit Id(std::string text) : value(std::move(text)) {}
    explicit Id(std::string_view text) : value(text) {}
    explicit Id(const char* text) : value(text) {}

    bool empty() const noexcept { return value.empty(); }
    auto operator<=>(const Id&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Id& id) { return out << id.value; }
};

using AccountId = Id<struct AccountTag>;    // 123456789012
using Region = Id<struct RegionTag>;        // us-east-1
using VpcId = Id<struct VpcTag>;            // vpc-0123456789abcdef0
using SubnetId = Id<struct SubnetTag>;      // subnet-…
using RouteTableId = Id<struct RtbTag>;     // rtb-…
using VpceId = Id<struct VpceTag>;          // vpce-…
using InstanceId = Id<struct InstanceTag>;  // i-…
using BucketName = Id<struct BucketTag>;
using RequestId = Id<struct RequestTag>;

// The AWS partition that an ARN of a region starts with; this server answers for the commercial one only.
inline constexpr std::string_view arn_partition = "aws";

}  // namespace sekisho

template <class Tag>
struct std::hash<sekisho::Id<Tag>> {
    std::size_t operator()(const sekisho::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};
