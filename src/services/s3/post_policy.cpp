#include "services/s3/post_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "base/bytes.h"
#include "services/s3/names.h"
#include "services/s3/replies.h"
#include "services/s3/tags.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"
#include "wire/xml.h"

namespace sekisho::s3 {

namespace {

using nlohmann::json;

constexpr ErrorCode InvalidPolicyDocument{
    "InvalidPolicyDocument", 400, "The content of the form does not meet the conditions specified in the policy document."};

std::unexpected<ApiError> bad_policy(std::string why) {
    return fail(InvalidPolicyDocument, "Invalid Policy: " + std::move(why));
}

std::unexpected<ApiError> against_policy(std::string why) {
    return fail(error::AccessDenied, "Invalid according to Policy: " + std::move(why));
}

Result<std::uint64_t> read_size(const json& value) {
    if (value.is_number_unsigned()) return value.get<std::uint64_t>();
    if (value.is_string())
        if (auto number = parse_u64(value.get<std::string>())) return *number;
    return bad_policy("Invalid Condition: the bounds of content-length-range must be non-negative integers.");
}

PostPolicy::Condition condition_of(bool starts_with, std::string_view field, std::string value) {
    PostPolicy::Condition condition{starts_with, to_lower(field), std::move(value), {}};
    condition.text = fmt::format(R"(["{}", "${}", "{}"])", starts_with ? "starts-with" : "eq", field, condition.value);
    return condition;
}

Result<void> read_condition(PostPolicy& policy, const json& one) {
    if (one.is_object()) {
        if (one.size() != 1)
            return bad_policy("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
        const auto property = one.items().begin();
        if (!property.value().is_string()) return bad_policy("Invalid Simple-Condition: value must be a string.");
        policy.conditions.push_back(condition_of(false, property.key(), property.value().get<std::string>()));
        return {};
    }
    if (!one.is_array() || one.size() != 3 || !one[0].is_string())
        return bad_policy("Invalid Condition: a condition is an object of one property or a list of three entries.");
    const std::string kind = to_lower(one[0].get<std::string>());
    if (kind == "content-length-range") {
        auto min = read_size(one[1]), max = read_size(one[2]);
        if (!min) return fail(std::move(min.error()));
        if (!max) return fail(std::move(max.error()));
        policy.sizes.min = std::max(policy.sizes.min, *min);
        policy.sizes.max = std::min(policy.sizes.max, *max);
        return {};
    }
    if (kind != "eq" && kind != "starts-with") return bad_policy("Invalid Condition: unknown operation '" + kind + "'.");
    if (!one[1].is_string() || !one[2].is_string()) return bad_policy("Invalid Condition: field and value must be strings.");
    const std::string field = one[1].get<std::string>();
    if (field.size() < 2 || field.front() != '$') return bad_policy("Invalid Condition: a field's name begins with '$'.");
    policy.conditions.push_back(
        condition_of(kind == "starts-with", std::string_view(field).substr(1), one[2].get<std::string>()));
    return {};
}

// "Content-Types values for a starts-with condition that include commas are interpreted as lists."
bool holds(const PostPolicy::Condition& condition, std::string_view value) {
    if (!condition.starts_with) return value == condition.value;
    if (condition.field != "content-type" || value.find(',') == std::string_view::npos)
        return value.starts_with(condition.value);
    return std::ranges::all_of(split(value, ','), [&](std::string_view one) { return trim(one).starts_with(condition.value); });
}

// Fields that need no condition. The checksums of the file only ever refuse it.
bool needs_no_condition(std::string_view lower) {
    for (std::string_view name : {"x-amz-signature", "signature", "awsaccesskeyid", "policy", "bucket"})
        if (lower == name) return true;
    return lower.starts_with("x-ignore-") || lower.starts_with("x-amz-checksum-");
}

bool is_token(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

// What could not have come as a header.
bool is_header_value(std::string_view value) {
    return std::ranges::all_of(value, [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

// The name of the header that a field stands for; empty: none.
std::string header_of_field(std::string_view field) {
    const std::string lower = to_lower(field);
    if (lower == "acl") return "x-amz-acl";
    for (std::string_view same : {"cache-control", "content-type", "content-disposition", "content-encoding", "expires"})
        if (lower == same) return std::string(field);
    for (std::string_view proof :
         {"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token"})
        if (lower == proof) return {};
    return lower.starts_with("x-amz-") ? std::string(field) : std::string();
}

Result<std::string> tagging_header(std::string_view document) {
    auto body = XmlBody::parse(document);
    if (!body) return fail(std::move(body.error()));
    auto tags = parse_tagging_document(body->root(), object_tags_max);
    if (!tags) return fail(std::move(tags.error()));
    std::string header;
    for (const auto& [key, value] : *tags)
        header += fmt::format("{}{}={}", header.empty() ? "" : "&", percent_encode(key), percent_encode(value));
    return header;
}

// Counts what goes through.
class SizedBody final : public http::BodyReader {
   public:
    SizedBody(std::unique_ptr<http::BodyReader> body, SizeRange sizes) : body_(std::move(body)), sizes_(sizes) {}
    Task<std::string> read() override {
        std::string piece = co_await body_->read();
        size_ += piece.size();
        if (size_ > sizes_.max) refuse(error::s3::EntityTooLarge);
        if (piece.empty() && size_ < sizes_.min) refuse(error::s3::EntityTooSmall);
        co_return piece;
    }
    std::optional<std::uint64_t> content_length() const override { return body_->content_length(); }

   private:
    [[noreturn]] static void refuse(const ErrorCode& code) {
        throw http::BodyFault{code.status, std::string(code.code), std::string(code.text)};
    }
    std::unique_ptr<http::BodyReader> body_;
    SizeRange sizes_;
    std::uint64_t size_ = 0;
};

bool is_redirect(std::string_view url) {
    return (url.starts_with("http://") || url.starts_with("https://")) &&
           std::ranges::all_of(url, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

Result<PostPolicy> parse_post_policy(std::string_view base64) {
    auto document = from_base64(base64);
    if (!document) return bad_policy("Invalid base64.");
    const json parsed = json::parse(*document, nullptr, false);
    if (!parsed.is_object()) return bad_policy("Invalid JSON.");
    const auto expiration = parsed.find("expiration"), conditions = parsed.find("conditions");
    if (expiration == parsed.end()) return bad_policy("Policy missing expiration.");
    if (conditions == parsed.end()) return bad_policy("Policy missing conditions.");
    for (const auto& [name, value] : parsed.items())
        if (name != "expiration" && name != "conditions") return bad_policy("Unexpected: '" + name + "'.");
    auto time = expiration->is_string() ? parse_iso8601(expiration->get<std::string>()) : std::nullopt;
    if (!time)
        return bad_policy("Invalid 'expiration' value: '" +
                          (expiration->is_string() ? expiration->get<std::string>() : expiration->dump()) + "'");
    if (!conditions->is_array()) return bad_policy("Invalid 'conditions' value: must be a List.");
    PostPolicy policy;
    policy.expiration = *time;
    for (const json& one : *conditions)
        if (auto read = read_condition(policy, one); !read) return fail(std::move(read.error()));
    return policy;
}

Result<SizeRange> check_post_policy(const authn::PostForm& form, std::string_view bucket, std::string_view key, Time now) {
    auto encoded = form.find("policy");
    if (!encoded) return SizeRange();
    auto policy = parse_post_policy(*encoded);
    if (!policy) return fail(std::move(policy.error()));
    if (now > policy->expiration) return against_policy("Policy expired.");
    // The bucket is where the form was sent; its field, if any, says nothing.
    auto value_of = [&](std::string_view field) {
        return field == "bucket" ? bucket : field == "key" ? key : form.find(field).value_or("");
    };
    for (const PostPolicy::Condition& condition : policy->conditions)
        if (!holds(condition, value_of(condition.field))) return against_policy("Policy Condition failed: " + condition.text);
    auto spoken_of = [&](std::string_view lower) {
        return std::ranges::find(policy->conditions, lower, &PostPolicy::Condition::field) != policy->conditions.end();
    };
    std::string extra = spoken_of("bucket") ? "" : "bucket";
    for (const auto& [name, value] : form.fields) {
        const std::string lower = to_lower(name);
        if (needs_no_condition(lower) || spoken_of(lower)) continue;
        extra += (extra.empty() ? "" : ", ") + name;
    }
    if (!extra.empty()) return against_policy("Extra input fields: " + extra);
    return policy->sizes;
}

Result<void> take_post_form(services::Call& call) {
    const authn::PostForm& form = *call.form;
    auto key = form.find("key");
    if (!key)
        return invalid_argument("key", "",
                                "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of "
                                "the fields.");
    call.key = *key;
    constexpr std::string_view file_name = "${filename}";
    for (std::size_t at = call.key.find(file_name); at != std::string::npos;
         at = call.key.find(file_name, at + form.file_name.size()))
        call.key.replace(at, file_name.size(), form.file_name);
    if (call.key.empty()) return invalid_argument("key", "", "User key must have a length greater than 0.");
    if (auto good = check_key(call.key); !good) return good;

    http::Headers headers;
    for (std::string_view kept : {"Host", "User-Agent", "Referer", "Origin"})
        if (auto value = call.request.headers.find(kept)) headers.add(std::string(kept), std::string(*value));
    std::vector<std::string> seen;
    for (const auto& [name, value] : form.fields) {
        std::string lower = to_lower(name);
        // A policy could mean one, and what is stored come from the other.
        if (std::ranges::find(seen, lower) != seen.end())
            return invalid_argument(name, value, "A POST form must not have two fields of one name.");
        if (lower == "tagging") {
            auto tagging = tagging_header(value);
            if (!tagging) return fail(std::move(tagging.error()));
            headers.add("x-amz-tagging", std::move(*tagging));
        } else if (std::string header = header_of_field(name); !header.empty()) {
            if (!is_token(header) || !is_header_value(value))
                return invalid_argument(name, value, "The field's name or value is not valid.");
            headers.add(std::move(header), value);
        }
        seen.push_back(std::move(lower));
    }
    call.request.headers = std::move(headers);
    return {};
}

std::unique_ptr<http::BodyReader> sized_body(std::unique_ptr<http::BodyReader> body, SizeRange sizes) {
    return std::make_unique<SizedBody>(std::move(body), sizes);
}

http::Reply post_reply(http::Reply put, const services::Call& call) {
    const authn::PostForm& form = *call.form;
    const std::string etag(put.headers.find("ETag").value_or(""));
    auto redirect = form.find("success_action_redirect");
    if (!redirect) redirect = form.find("redirect");
    if (redirect && is_redirect(*redirect)) {
        put.status = 303;
        put.headers.set("Location", fmt::format("{}{}bucket={}&key={}&etag={}", *redirect,
                                                redirect->find('?') == std::string_view::npos ? '?' : '&',
                                                percent_encode(call.bucket), percent_encode(call.key), percent_encode(etag)));
        return put;
    }
    const std::string_view scheme = call.request.connection.tls ? "https" : "http";
    std::string location =
        fmt::format("{}://{}{}/{}", scheme, call.request.headers.find("Host").value_or(""),
                    call.virtual_host ? std::string() : "/" + percent_encode(call.bucket), percent_encode(call.key, true));
    put.headers.set("Location", location);
    const std::string_view wanted = form.find("success_action_status").value_or("");
    put.status = wanted == "200" ? 200 : wanted == "201" ? 201 : 204;
    if (put.status == 201) {
        wire::XmlWriter xml;
        xml.open("PostResponse").text("Location", location).text("Bucket", call.bucket).text("Key", call.key);
        xml.text("ETag", etag).close();
        put.headers.set("Content-Type", "application/xml");
        put.body = xml.take();
    }
    return put;
}

}  // namespace sekisho::s3
