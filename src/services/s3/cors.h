// CORS: a bucket's rules for scripts of other origins, and what they make of a request. Pure.
//
// The rules decide about nothing but what browsers let scripts see: a request is authorized with and without them.
// Source: S3 guide, "Elements of a CORS configuration" and "How does Amazon S3 evaluate the CORS configuration"; API reference,
// PutBucketCors.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace sekisho::s3 {

struct CorsRule {
    std::optional<std::string> id;
    std::vector<std::string> allowed_headers, allowed_methods, allowed_origins, expose_headers;
    std::optional<std::int64_t> max_age_seconds;
    bool operator==(const CorsRule&) const = default;
};
using Cors = std::vector<CorsRule>;

void to_json(nlohmann::json& json, const CorsRule& rule);
void from_json(const nlohmann::json& json, CorsRule& rule);

inline constexpr std::size_t cors_rules_max = 100;
inline constexpr std::size_t cors_document_bytes_max = 64 * 1024;

Result<Cors> parse_cors(std::string_view document);
std::string cors_document(const Cors& cors);

// What a browser asks, or a script's request says of itself.
struct CrossOrigin {
    std::string_view origin, method;
    std::string_view headers;  // Access-Control-Request-Headers
};
// The first rule that allows it; null: none.
const CorsRule* find_cors_rule(const Cors& cors, const CrossOrigin& asked);
// Access-Control-… and Vary.
void add_cors_headers(http::Reply& reply, const CorsRule& rule, const CrossOrigin& asked);

// The answer to a preflight. `cors`: the bucket's; null: it has none. `resource_type`: BUCKET or OBJECT.
Result<http::Reply> answer_preflight(const http::Headers& headers, const Cors* cors, std::string_view resource_type);
// AccessForbidden, which says that no script may do it and why.
std::unexpected<ApiError> cors_forbidden(const http::Headers& headers, std::string_view why, std::string_view resource_type);

}  // namespace sekisho::s3
