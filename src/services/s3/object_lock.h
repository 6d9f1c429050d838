// Object lock: a bucket's configuration of it, and what keeps one version of an object from being deleted.
//
// Source: S3 guide, "Locking objects with Object Lock"; API reference, PutObjectLockConfiguration, PutObjectRetention,
// PutObjectLegalHold.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"
#include "policy/context.h"

namespace sekisho::s3 {

// Modes of retention, in AWS's words.
inline constexpr std::string_view governance = "GOVERNANCE";
inline constexpr std::string_view compliance = "COMPLIANCE";

struct Retention {
    std::string mode;
    std::int64_t until_ms = 0;
    bool operator==(const Retention&) const = default;
};

// Of one version.
struct Lock {
    std::optional<Retention> retention;
    std::optional<bool> legal_hold;  // nullopt: it never had one
    bool operator==(const Lock&) const = default;
};

// Of a bucket that has object lock: the retention that new versions get by default, if any.
struct ObjectLock {
    std::string mode;         // empty: none
    int days = 0, years = 0;  // one of them
    bool operator==(const ObjectLock&) const = default;

    // Of an object that is made now.
    std::optional<Retention> retention(std::int64_t now_ms) const;
};

// The documents. MalformedXML, InvalidRetentionPeriod, InvalidArgument.
Result<ObjectLock> parse_object_lock(std::string_view document);
std::string object_lock_document(const ObjectLock& lock);
Result<std::optional<Retention>> parse_retention(std::string_view document, std::int64_t now_ms);  // nullopt: takes it away
std::string retention_document(const Retention& retention);
Result<bool> parse_legal_hold(std::string_view document);
std::string legal_hold_document(bool on);

// x-amz-object-lock-mode, -retain-until-date and -legal-hold; nullopt: none of them.
Result<std::optional<Lock>> parse_lock_headers(const http::Headers& headers, std::int64_t now_ms);

// What a version gets that is made now: what the request asked for, and the bucket's default retention where it asked for none.
std::optional<Lock> new_lock(const std::optional<ObjectLock>& bucket, std::optional<Lock> asked, std::int64_t now_ms);

// AccessDenied while the version may not be deleted. `bypass`: the caller may end retention in governance mode.
Result<void> check_deletable(const std::optional<Lock>& lock, bool bypass, std::int64_t now_ms);
// AccessDenied where `now` may not take the place of the retention that there is.
Result<void> check_retention_change(const std::optional<Lock>& lock, const std::optional<Retention>& wanted, bool bypass,
                                    std::int64_t now_ms);

// s3:object-lock-mode, -retain-until-date, -remaining-retention-days and -legal-hold, of what the request asks for.
void add_lock_keys(policy::Context& context, const Lock& lock, std::int64_t now_ms);

std::unexpected<ApiError> no_object_lock();  // InvalidRequest: the bucket has none

void to_json(nlohmann::json& json, const ObjectLock& lock);
void from_json(const nlohmann::json& json, ObjectLock& lock);

}  // namespace sekisho::s3
