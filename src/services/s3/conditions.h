// Conditions: If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since and their x-amz-copy-source-if-… twins.
// Source: API reference, GetObject and CopyObject, "Consideration"; PutObject, conditional writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace sekisho::s3 {

struct Conditions {
    std::string match, none_match;  // empty: not given
    std::optional<Time> modified_since, unmodified_since;

    bool any() const { return !match.empty() || !none_match.empty() || modified_since || unmodified_since; }
};

// `prefix`: "" for the object itself, "x-amz-copy-source-" for a copy's source. Dates that are none are ignored.
Conditions parse_conditions(const http::Headers& headers, std::string_view prefix = {});

enum class Verdict { proceed, not_modified, failed };
struct Judged {
    Verdict verdict = Verdict::proceed;
    std::string_view condition;  // which header failed: the error's Condition element
};
Judged judge(const Conditions& conditions, std::string_view etag, std::int64_t modified_ms);

// Whether a list as in If-Match ("*", "\"a\"", "a, \"b\"", W/"a") names the entity tag (given without quotes).
bool matches_etag(std::string_view list, std::string_view etag);

}  // namespace sekisho::s3
