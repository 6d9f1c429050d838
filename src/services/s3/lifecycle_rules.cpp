// What lifecycle rules say about one object: the half of lifecycle.h that applies them.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/clock.h"
#include "services/s3/lifecycle.h"

namespace sekisho::s3 {

namespace {

constexpr std::int64_t lifecycle_day_ms = 24ll * 3600 * 1000;

void earlier(std::optional<Expiry>& found, std::int64_t when_ms, const LifecycleRule& rule) {
    if (!found || when_ms < found->when_ms) found = Expiry{when_ms, rule.id};
}

}  // namespace

bool fits(const LifecycleFilter& filter, const LifecycleSubject& subject) {
    if (filter.prefix && !subject.key.starts_with(*filter.prefix)) return false;
    if (filter.larger_than && subject.size <= *filter.larger_than) return false;
    if (filter.smaller_than && subject.size >= *filter.smaller_than) return false;
    if (!subject.tags) return true;
    return std::ranges::all_of(filter.tags, [&](const auto& tag) {
        auto there = subject.tags->find(tag.first);
        return there != subject.tags->end() && there->second == tag.second;
    });
}

std::int64_t due_ms(std::int64_t since_ms, int days) {
    const std::int64_t exact = since_ms + days * lifecycle_day_ms;
    return (exact + lifecycle_day_ms - 1) / lifecycle_day_ms * lifecycle_day_ms;
}

std::optional<Expiry> expiry_of(const Lifecycle& lifecycle, const LifecycleSubject& subject, std::int64_t modified_ms) {
    std::optional<Expiry> found;
    for (const LifecycleRule& rule : lifecycle.rules) {
        if (!rule.enabled || !fits(rule.filter, subject)) continue;
        if (rule.expiration_days) earlier(found, due_ms(modified_ms, *rule.expiration_days), rule);
        // "S3 … continues to apply the date-based action to all objects as long as the rule is there".
        if (rule.expiration_date_ms) earlier(found, std::max(*rule.expiration_date_ms, modified_ms), rule);
    }
    return found;
}

std::optional<Expiry> abort_of(const Lifecycle& lifecycle, std::string_view key, std::int64_t initiated_ms) {
    std::optional<Expiry> found;
    for (const LifecycleRule& rule : lifecycle.rules)
        if (rule.enabled && rule.abort_days && (!rule.filter.prefix || key.starts_with(*rule.filter.prefix)))
            earlier(found, due_ms(initiated_ms, *rule.abort_days), rule);
    return found;
}

void add_expiration_header(http::Reply& reply, const std::optional<Lifecycle>& lifecycle, const LifecycleSubject& subject,
                           std::int64_t modified_ms) {
    if (!lifecycle) return;
    auto expiry = expiry_of(*lifecycle, subject, modified_ms);
    if (!expiry) return;
    reply.headers.add("x-amz-expiration",
                      fmt::format(R"(expiry-date="{}", rule-id="{}")", http_date(from_epoch_millis(expiry->when_ms)),
                                  percent_encode(expiry->rule_id)));
}

void add_abort_headers(http::Reply& reply, const std::optional<Lifecycle>& lifecycle, std::string_view key,
                       std::int64_t initiated_ms) {
    if (!lifecycle) return;
    auto abort = abort_of(*lifecycle, key, initiated_ms);
    if (!abort) return;
    reply.headers.add("x-amz-abort-date", http_date(from_epoch_millis(abort->when_ms)));
    reply.headers.add("x-amz-abort-rule-id", percent_encode(abort->rule_id));
}

bool noncurrent_expired(const Lifecycle& lifecycle, const LifecycleSubject& subject, const Noncurrent& noncurrent,
                        std::int64_t now_ms) {
    return std::ranges::any_of(lifecycle.rules, [&](const LifecycleRule& rule) {
        if (!rule.enabled || !rule.noncurrent_days || !fits(rule.filter, subject)) return false;
        // Of the newest N nothing is taken.
        if (rule.newer_noncurrent_versions && noncurrent.newer < static_cast<std::size_t>(*rule.newer_noncurrent_versions))
            return false;
        return due_ms(noncurrent.since_ms, *rule.noncurrent_days) <= now_ms;
    });
}

bool marker_expired(const Lifecycle& lifecycle, std::string_view key, std::int64_t modified_ms, std::int64_t now_ms) {
    return std::ranges::any_of(lifecycle.rules, [&](const LifecycleRule& rule) {
        const LifecycleFilter& filter = rule.filter;
        // A marker has neither tags nor a size.
        if (!rule.enabled || !filter.tags.empty() || filter.larger_than || filter.smaller_than) return false;
        if (filter.prefix && !key.starts_with(*filter.prefix)) return false;
        if (rule.expired_object_delete_marker.value_or(false)) return true;
        if (rule.expiration_days) return due_ms(modified_ms, *rule.expiration_days) <= now_ms;
        return rule.expiration_date_ms && std::max(*rule.expiration_date_ms, modified_ms) <= now_ms;
    });
}

}  // namespace sekisho::s3
