// Lifecycle: a bucket's rules about what becomes of objects with time, and what they say about one of them. Pure.
//
// Source: S3 guide, "Lifecycle configuration elements"; API reference, PutBucketLifecycleConfiguration.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::s3 {

// Which objects a rule is about. Absent: no condition.
struct LifecycleFilter {
    // As the document wrote it, and is shown again: <Prefix> of the rule itself (before there were filters), or <Filter> with
    // one condition, with several in <And>, or with none.
    enum class Form { rule_prefix, filter, filter_and };
    Form form = Form::filter;
    std::optional<std::string> prefix;
    std::map<std::string, std::string> tags;
    std::optional<std::uint64_t> larger_than, smaller_than;  // bytes
    bool operator==(const LifecycleFilter&) const = default;
};

struct LifecycleRule {
    std::string id;
    bool enabled = false;
    LifecycleFilter filter;
    std::optional<int> expiration_days;
    std::optional<std::int64_t> expiration_date_ms;  // midnight UTC
    std::optional<bool> expired_object_delete_marker;
    std::optional<int> noncurrent_days;
    std::optional<int> newer_noncurrent_versions;
    std::optional<int> abort_days;  // of multipart uploads in progress, after their initiation
    bool operator==(const LifecycleRule&) const = default;
};

struct Lifecycle {
    std::vector<LifecycleRule> rules;
    std::string transition_minimum_size;  // x-amz-transition-default-minimum-object-size
    bool operator==(const Lifecycle&) const = default;
};

void to_json(nlohmann::json& json, const Lifecycle& lifecycle);
void from_json(const nlohmann::json& json, Lifecycle& lifecycle);

}  // namespace sekisho::s3
