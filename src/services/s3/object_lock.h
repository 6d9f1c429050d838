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
    std::string mode;  // empty: none
    int days = 0, years = 0;  // one of them
    bool operator==(const ObjectLock&) const = default;

    // Of an object that is made now.
    std::optional<Retention> retention(std::int64_t now_ms) const;
};

void to_json(nlohmann::json& json, const ObjectLock& lock);
void from_json(const nlohmann::json& json, ObjectLock& lock);

}  // namespace sekisho::s3
