#include "services/s3/conditions.h"

#include "base/bytes.h"

namespace sekisho::s3 {

namespace {

std::string header_text(const http::Headers& headers, std::string_view prefix, std::string_view name) {
    if (prefix.empty()) return std::string(headers.find(name).value_or(""));
    std::string full(prefix);
    full += name;
    return std::string(headers.find(full).value_or(""));
}

// Last-Modified has whole seconds on the wire, so comparisons are of whole seconds.
std::int64_t seconds(std::int64_t ms) { return ms / 1000; }

}  // namespace

Conditions parse_conditions(const http::Headers& headers, std::string_view prefix) {
    Conditions conditions;
    conditions.match = header_text(headers, prefix, "if-match");
    conditions.none_match = header_text(headers, prefix, "if-none-match");
    conditions.modified_since = parse_http_date(header_text(headers, prefix, "if-modified-since"));
    conditions.unmodified_since = parse_http_date(header_text(headers, prefix, "if-unmodified-since"));
    return conditions;
}

bool matches_etag(std::string_view list, std::string_view etag) {
    for (std::string_view item : split(list, ',')) {
        item = trim(item);
        if (item == "*") return true;
        if (item.starts_with("W/")) item.remove_prefix(2);
        if (item.size() >= 2 && item.front() == '"' && item.back() == '"') item = item.substr(1, item.size() - 2);
        if (item == etag) return true;
    }
    return false;
}

Judged judge(const Conditions& conditions, std::string_view etag, std::int64_t modified_ms) {
    // A true If-Match outweighs a false If-Unmodified-Since; a false If-None-Match outweighs a true If-Modified-Since.
    if (!conditions.match.empty()) {
        if (!matches_etag(conditions.match, etag)) return {Verdict::failed, "If-Match"};
    } else if (conditions.unmodified_since && seconds(modified_ms) > epoch_seconds(*conditions.unmodified_since)) {
        return {Verdict::failed, "If-Unmodified-Since"};
    }
    if (!conditions.none_match.empty()) {
        if (matches_etag(conditions.none_match, etag)) return {Verdict::not_modified, "If-None-Match"};
    } else if (conditions.modified_since && seconds(modified_ms) <= epoch_seconds(*conditions.modified_since)) {
        return {Verdict::not_modified, "If-Modified-Since"};
    }
    return {};
}

}  // namespace sekisho::s3
