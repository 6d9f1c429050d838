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

#include "base/entropy.h"
#include "base/result.h"
#include "http/message.h"

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

inline constexpr std::size_t lifecycle_rules_max = 1000;

// MalformedXML, InvalidRequest, InvalidArgument as S3 answers them; NotImplemented for transitions to classes that hold bytes
// elsewhere, which this server does not. Rules without an id get one.
Result<Lifecycle> parse_lifecycle(std::string_view document, std::string_view minimum_size_header, Entropy& entropy);
std::string lifecycle_document(const Lifecycle& lifecycle);

// What of an object a rule's filter looks at.
struct LifecycleSubject {
    std::string_view key;
    std::uint64_t size = 0;
    const std::map<std::string, std::string>* tags = nullptr;  // null: not known yet, which fits every filter
};
bool fits(const LifecycleFilter& filter, const LifecycleSubject& subject);

// The midnight (UTC) after `days` more days than `since`: "rounding the resulting time to the next day midnight UTC".
std::int64_t due_ms(std::int64_t since_ms, int days);

// When the current version is expired, and by which rule: the earliest; nullopt: never.
struct Expiry {
    std::int64_t when_ms = 0;
    std::string_view rule_id;
};
std::optional<Expiry> expiry_of(const Lifecycle& lifecycle, const LifecycleSubject& subject, std::int64_t modified_ms);
// When an upload in progress is aborted.
std::optional<Expiry> abort_of(const Lifecycle& lifecycle, std::string_view key, std::int64_t initiated_ms);

// x-amz-expiration, where the bucket has a rule for it; x-amz-abort-date and -rule-id.
void add_expiration_header(http::Reply& reply, const std::optional<Lifecycle>& lifecycle, const LifecycleSubject& subject,
                           std::int64_t modified_ms);
void add_abort_headers(http::Reply& reply, const std::optional<Lifecycle>& lifecycle, std::string_view key,
                       std::int64_t initiated_ms);

// A version that is not the newest any more: since when, and how many noncurrent ones are newer.
struct Noncurrent {
    std::int64_t since_ms = 0;
    std::size_t newer = 0;
};
bool noncurrent_expired(const Lifecycle& lifecycle, const LifecycleSubject& subject, const Noncurrent& noncurrent,
                        std::int64_t now_ms);
// A delete marker behind which there is no version.
bool marker_expired(const Lifecycle& lifecycle, std::string_view key, std::int64_t modified_ms, std::int64_t now_ms);

void to_json(nlohmann::json& json, const Lifecycle& lifecycle);
void from_json(const nlohmann::json& json, Lifecycle& lifecycle);

}  // namespace sekisho::s3
