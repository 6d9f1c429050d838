#include "services/s3/object_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "base/bytes.h"
#include "base/clock.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"
#include "wire/xml.h"

namespace sekisho::s3 {

namespace {

constexpr std::int64_t day_ms = 24ll * 3600 * 1000;
constexpr int days_per_year = 365, retention_days_max = 36'500, retention_years_max = 100;
constexpr std::string_view lock_enabled = "Enabled";

constexpr std::string_view mode_header = "x-amz-object-lock-mode", until_header = "x-amz-object-lock-retain-until-date",
                           hold_header = "x-amz-object-lock-legal-hold";

bool is_mode(std::string_view text) { return text == governance || text == compliance; }

bool in_force(const std::optional<Lock>& lock, std::int64_t now_ms) {
    return lock && lock->retention && lock->retention->until_ms > now_ms;
}

std::unexpected<ApiError> protected_by_lock() {
    return fail(error::AccessDenied, "Access Denied because object protected by object lock.");
}

// Exactly one element of the name, and no other than those that are named.
bool only_children(const pugi::xml_node& node, std::initializer_list<std::string_view> names) {
    std::vector<std::string_view> seen;
    for (const pugi::xml_node& part : node.children()) {
        if (part.type() != pugi::node_element) continue;
        const std::string_view name = local_name(part);
        if (std::ranges::find(names, name) == names.end() || std::ranges::find(seen, name) != seen.end()) return false;
        seen.push_back(name);
    }
    return true;
}

Result<int> parse_period(const std::string& text, int max) {
    auto number = parse_i64(trim(text));
    if (!number) return fail(error::s3::MalformedXML);
    if (*number <= 0) return fail(error::s3::InvalidRetentionPeriod);
    if (*number > max) return fail(error::s3::InvalidRetentionPeriod, "Default retention period too large.");
    return static_cast<int>(*number);
}

}  // namespace

std::optional<Retention> ObjectLock::retention(std::int64_t now_ms) const {
    if (mode.empty()) return std::nullopt;
    const std::int64_t all_days = days + static_cast<std::int64_t>(years) * days_per_year;
    return Retention{mode, now_ms + all_days * day_ms};
}

Result<ObjectLock> parse_object_lock(std::string_view document) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "ObjectLockConfiguration") return fail(error::s3::MalformedXML);
    if (!only_children(body->root(), {"ObjectLockEnabled", "Rule"}) ||
        child_text(body->root(), "ObjectLockEnabled") != lock_enabled)
        return fail(error::s3::MalformedXML);
    ObjectLock lock;
    const pugi::xml_node rule = child(body->root(), "Rule");
    if (!rule) return lock;
    const pugi::xml_node retention = child(rule, "DefaultRetention");
    if (!retention || !only_children(rule, {"DefaultRetention"}) || !only_children(retention, {"Mode", "Days", "Years"}))
        return fail(error::s3::MalformedXML);
    lock.mode = child_text(retention, "Mode").value_or("");
    auto days = child_text(retention, "Days"), years = child_text(retention, "Years");
    if (!is_mode(lock.mode) || days.has_value() == years.has_value()) return fail(error::s3::MalformedXML);
    auto period = days ? parse_period(*days, retention_days_max) : parse_period(*years, retention_years_max);
    if (!period) return fail(std::move(period.error()));
    (days ? lock.days : lock.years) = *period;
    return lock;
}

std::string object_lock_document(const ObjectLock& lock) {
    wire::XmlWriter xml;
    xml.open("ObjectLockConfiguration", s3_namespace).text("ObjectLockEnabled", lock_enabled);
    if (!lock.mode.empty()) {
        xml.open("Rule").open("DefaultRetention").text("Mode", lock.mode);
        if (lock.days > 0) xml.number("Days", lock.days);
        if (lock.years > 0) xml.number("Years", lock.years);
        xml.close().close();
    }
    xml.close();
    return xml.take();
}

Result<std::optional<Retention>> parse_retention(std::string_view document, std::int64_t now_ms) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "Retention" || !only_children(body->root(), {"Mode", "RetainUntilDate"}))
        return fail(error::s3::MalformedXML);
    auto mode = child_text(body->root(), "Mode"), until = child_text(body->root(), "RetainUntilDate");
    if (!mode && !until) return std::optional<Retention>();
    auto time = until ? parse_iso8601(trim(*until)) : std::nullopt;
    if (!mode || !is_mode(*mode) || !time) return fail(error::s3::MalformedXML);
    if (epoch_millis(*time) <= now_ms)
        return invalid_argument("RetainUntilDate", *until, "The retain until date must be in the future!");
    return Retention{*mode, epoch_millis(*time)};
}

std::string retention_document(const Retention& retention) {
    wire::XmlWriter xml;
    xml.open("Retention", s3_namespace).text("Mode", retention.mode);
    xml.text("RetainUntilDate", iso8601_millis(from_epoch_millis(retention.until_ms))).close();
    return xml.take();
}

Result<bool> parse_legal_hold(std::string_view document) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "LegalHold" || !only_children(body->root(), {"Status"}))
        return fail(error::s3::MalformedXML);
    auto status = child_text(body->root(), "Status");
    if (status != "ON" && status != "OFF") return fail(error::s3::MalformedXML);
    return status == "ON";
}

std::string legal_hold_document(bool on) {
    wire::XmlWriter xml;
    xml.open("LegalHold", s3_namespace).text("Status", on ? "ON" : "OFF").close();
    return xml.take();
}

Result<std::optional<Lock>> parse_lock_headers(const http::Headers& headers, std::int64_t now_ms) {
    auto mode = headers.find(mode_header), until = headers.find(until_header), hold = headers.find(hold_header);
    if (!mode && !until && !hold) return std::optional<Lock>();
    Lock lock;
    if (mode.has_value() != until.has_value())
        return invalid_argument(mode ? until_header : mode_header, "",
                                fmt::format("{} and {} must both be supplied", until_header, mode_header));
    if (mode) {
        if (!is_mode(*mode)) return invalid_argument(mode_header, *mode, "Unknown wormMode directive.");
        auto time = parse_iso8601(trim(*until));
        if (!time) return invalid_argument(until_header, *until, "The retain until date must be provided in ISO 8601 format");
        if (epoch_millis(*time) <= now_ms)
            return invalid_argument(until_header, *until, "The retain until date must be in the future!");
        lock.retention = Retention{std::string(*mode), epoch_millis(*time)};
    }
    if (hold) {
        if (*hold != "ON" && *hold != "OFF")
            return invalid_argument(hold_header, *hold, "Legal Hold must be either of 'ON' or 'OFF'");
        lock.legal_hold = *hold == "ON";
    }
    return lock;
}

std::optional<Lock> new_lock(const std::optional<ObjectLock>& bucket, std::optional<Lock> asked, std::int64_t now_ms) {
    if (!bucket || (asked && asked->retention)) return asked;
    auto retention = bucket->retention(now_ms);
    if (!retention) return asked;
    if (!asked) asked.emplace();
    asked->retention = std::move(retention);
    return asked;
}

Result<void> check_deletable(const std::optional<Lock>& lock, bool bypass, std::int64_t now_ms) {
    if (lock && lock->legal_hold.value_or(false)) return protected_by_lock();
    if (in_force(lock, now_ms) && (!bypass || lock->retention->mode != governance)) return protected_by_lock();
    return {};
}

Result<void> check_retention_change(const std::optional<Lock>& lock, const std::optional<Retention>& wanted, bool bypass,
                                    std::int64_t now_ms) {
    if (!in_force(lock, now_ms)) return {};
    const Retention& there = *lock->retention;
    // Longer in the same mode is stricter, and nobody's to refuse.
    if (wanted && wanted->mode == there.mode && wanted->until_ms >= there.until_ms) return {};
    if (there.mode == governance && bypass) return {};
    return protected_by_lock();
}

void add_lock_keys(policy::Context& context, const Lock& lock, std::int64_t now_ms) {
    if (lock.retention) {
        context.set("s3:object-lock-mode", lock.retention->mode);
        context.set("s3:object-lock-retain-until-date", iso8601(from_epoch_millis(lock.retention->until_ms)));
        // Days that have begun count.
        const std::int64_t left = std::max<std::int64_t>(0, lock.retention->until_ms - now_ms);
        context.set("s3:object-lock-remaining-retention-days", std::to_string((left + day_ms - 1) / day_ms));
    }
    if (lock.legal_hold) context.set("s3:object-lock-legal-hold", std::string(*lock.legal_hold ? "ON" : "OFF"));
}

std::unexpected<ApiError> no_object_lock() {
    return fail(error::s3::InvalidRequest, "Bucket is missing Object Lock Configuration");
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
