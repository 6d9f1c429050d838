// IP addresses and CIDR blocks, v4 and v6, as integers.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho {

struct IpAddress {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};  // v4 in the first four, network order

    static std::optional<IpAddress> parse(std::string_view text);  // no zone, no leading zeros in v4
    static IpAddress v4(std::uint32_t host_order);
    std::uint32_t as_v4() const;  // host order; only for v4
    std::string text() const;
    // ::ffff:10.0.0.1 becomes 10.0.0.1: the form that dual-stack sockets report.
    IpAddress unmapped() const;
    auto operator<=>(const IpAddress&) const = default;
};

struct Cidr {
    IpAddress address;  // as written; host bits may be set
    int prefix_length = 0;

    static std::optional<Cidr> parse(std::string_view text);  // "10.0.0.0/16"; a bare address is not a Cidr
    bool contains(const IpAddress& ip) const;
    bool contains(const Cidr& inner) const;
    bool overlaps(const Cidr& other) const;
    IpAddress first() const;  // network address
    IpAddress last() const;   // broadcast address
    Cidr canonical() const;   // host bits cleared
    std::string text() const;
    auto operator<=>(const Cidr&) const = default;
};

}  // namespace sekisho
