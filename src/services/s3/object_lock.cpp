#include "services/s3/object_lock.h"

#include <nlohmann/json.hpp>

namespace sekisho::s3 {

namespace {
constexpr std::int64_t day_ms = 24ll * 3600 * 1000;
constexpr int days_per_year = 365;
}  // namespace

std::optional<Retention> ObjectLock::retention(std::int64_t now_ms) const {
    if (mode.empty()) return std::nullopt;
    const std::int64_t all_days = days + static_cast<std::int64_t>(years) * days_per_year;
    return Retention{mode, now_ms + all_days * day_ms};
}

void to_json(nlohmann::json& json, const ObjectLock& lock) {
    json = nlohmann::json::object();
    if (lock.mode.empty()) return;
    json["mode"] = lock.mode;
    if (lock.days > 0) json["days"] = lock.days;
    if (lock.years > 0) json["years"] = lock.years;
}

void from_json(const nlohmann::json& json, ObjectLock& lock) {
    lock.mode = json.value("mode", "");
    lock.days = json.value("days", 0);
    lock.years = json.value("years", 0);
}

}  // namespace sekisho::s3
