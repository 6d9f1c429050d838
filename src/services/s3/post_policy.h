// Form uploads: the policy that whoever signed a form put on its fields, the fields as a request's headers, and the replies
// that browsers expect. Pure, but for the body's wrapper.
//
// Source: S3 API reference, "POST Policy" and "POST Object".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authn/post_form.h"
#include "base/clock.h"
#include "base/result.h"
#include "services/operation.h"

namespace sekisho::s3 {

struct SizeRange {
    std::uint64_t min = 0, max = 5ull << 30;
};

struct PostPolicy {
    struct Condition {
        bool starts_with = false;  // else: equals
        std::string field;         // lower case, without '$'
        std::string value;
        std::string text;  // as errors show it
    };
    Time expiration;
    std::vector<Condition> conditions;
    SizeRange sizes;
};

// The policy field: a JSON document in base64. InvalidPolicyDocument.
Result<PostPolicy> parse_post_policy(std::string_view base64);

// Whether form, bucket and key are as the form's policy wants them, and every field is one that it speaks of: AccessDenied.
// What nobody signed has no policy. The answer: which sizes the file may have.
Result<SizeRange> check_post_policy(const authn::PostForm& form, std::string_view bucket, std::string_view key, Time now);

// Gives the call the form's key, and its fields as headers in place of those of the request.
Result<void> take_post_form(services::Call& call);

// The body, which ends with EntityTooLarge or EntityTooSmall where it has another size.
std::unique_ptr<http::BodyReader> sized_body(std::unique_ptr<http::BodyReader> body, SizeRange sizes);

// What the form wants its sender to see: success_action_redirect, or success_action_status.
http::Reply post_reply(http::Reply put, const services::Call& call);

}  // namespace sekisho::s3
