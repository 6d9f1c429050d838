#include "authn/refusal.h"

#include <fmt/format.h>

#include "authn/digest.h"
#include "base/bytes.h"
#include "wire/errors/authn.h"
#include "wire/errors/common.h"

namespace sekisho::authn {

namespace {

using Details = std::vector<std::pair<std::string, std::string>>;

ApiError make(const ErrorCode& code) { return fail(code).error(); }
ApiError make(const ErrorCode& code, std::string message, Details details = {}) {
    return fail(code, std::move(message), std::move(details)).error();
}
ApiError with(const ErrorCode& code, Details details) { return make(code, std::string(code.text), std::move(details)); }

std::string spaced_hex(std::string_view text) {
    std::string out;
    out.reserve(text.size() * 3);
    for (char c : text) {
        if (!out.empty()) out.push_back(' ');
        out += to_hex({&c, 1});
    }
    return out;
}

ApiError s3_argument(std::string message, std::string name, std::string value) {
    return make(error::SignatureInvalidArgument, std::move(message),
                {{"ArgumentName", std::move(name)}, {"ArgumentValue", std::move(value)}});
}

// Flaws of the credential scope: the same sentences in header and query, with another beginning and code.
ApiError s3_malformed(const RefusalFacts& facts, const std::string& sentence, Details details = {}) {
    if (facts.in_query)
        return make(error::AuthorizationQueryParametersError, "Error parsing the X-Amz-Credential parameter; " + sentence,
                    std::move(details));
    return make(error::AuthorizationHeaderMalformed, "The authorization header is malformed; " + sentence, std::move(details));
}

ApiError s3_query_error(std::string message) { return make(error::AuthorizationQueryParametersError, std::move(message)); }

ApiError s3(const Refused& r, const RefusalFacts& facts) {
    switch (r.flaw) {
        case Flaw::no_signature:
            return make(error::AccessDenied);
        case Flaw::two_signatures:
            return s3_argument(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter "
                "or the Authorization header should be specified",
                "Authorization", r.a);
        case Flaw::signature_v2:
            return make(error::SignatureInvalidRequest,
                        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
        case Flaw::unsupported_scheme:
            if (r.a.find(' ') == std::string::npos)
                return s3_argument("Authorization header is invalid -- one and only one ' ' (space) required", "Authorization",
                                   r.a);
            return s3_argument("Unsupported Authorization Type", "Authorization", r.a);
        case Flaw::ecdsa:
            return make(error::NotImplemented);
        case Flaw::malformed_component:
            return s3_malformed(facts, fmt::format("the authorization component \"{}\" is malformed.", r.a));
        case Flaw::missing_components:
            if (r.a.find(';') == std::string::npos) return s3_malformed(facts, fmt::format("missing {}.", r.a));
            return s3_malformed(
                facts, "the authorization header requires three components: Credential, SignedHeaders, and Signature.");
        case Flaw::malformed_credential:
            return s3_malformed(
                facts, "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
        case Flaw::empty_access_key:
            return s3_malformed(facts, "a non-empty Access Key (AKID) must be provided in the credential.");
        case Flaw::malformed_scope_date:
            return s3_malformed(facts, fmt::format("incorrect date format \"{}\". This date in the credential must be in the "
                                                   "format \"yyyyMMdd\".",
                                                   r.a));
        case Flaw::wrong_terminator:
            return s3_malformed(facts, fmt::format("incorrect terminal \"{}\". This endpoint uses \"aws4_request\".", r.a));
        case Flaw::wrong_service:
            return s3_malformed(facts, fmt::format("incorrect service \"{}\". This endpoint belongs to \"{}\".", r.a, r.b));
        case Flaw::wrong_region:
            return s3_malformed(facts, fmt::format("the region '{}' is wrong; expecting '{}'", r.a, r.b), {{"Region", r.b}});
        case Flaw::scope_date_mismatch: {
            std::string sentence = fmt::format(
                "Invalid credential date \"{}\". This date is not the same as X-Amz-Date: \"{}\".", r.a, r.b.substr(0, 8));
            return facts.in_query ? s3_query_error(sentence) : s3_malformed(facts, sentence);
        }
        case Flaw::missing_parameters:
            return s3_query_error(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
                "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
        case Flaw::unsupported_algorithm:
            return s3_query_error("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"");
        case Flaw::malformed_time:
            if (facts.in_query) return s3_query_error("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
            return make(error::AccessDenied, "AWS authentication requires a valid Date or x-amz-date header");
        case Flaw::malformed_expires:
            return s3_query_error("X-Amz-Expires should be a number");
        case Flaw::negative_expires:
            return s3_query_error("X-Amz-Expires must be non-negative");
        case Flaw::expires_too_long:
            return s3_query_error(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
                "604800 "
                "seconds");
        case Flaw::skewed:
            return with(error::RequestTimeTooSkewed,
                        {{"RequestTime", r.a}, {"ServerTime", iso8601(facts.now)}, {"MaxAllowedSkewMilliseconds", "900000"}});
        case Flaw::expired:
            return make(error::AccessDenied, "Request has expired",
                        {{"X-Amz-Expires", r.a}, {"Expires", r.b}, {"ServerTime", iso8601(facts.now)}});
        case Flaw::not_yet_valid:
            return make(error::AccessDenied, "Request is not valid yet");
        case Flaw::unknown_key:
            return with(error::InvalidAccessKeyId, {{"AWSAccessKeyId", r.a}});
        case Flaw::bad_token:
            return with(error::InvalidToken, {{"Token-0", r.a}});
        case Flaw::expired_token:
            return with(error::S3ExpiredToken, {{"Token-0", r.a}});
        case Flaw::headers_not_signed:
            return make(error::AccessDenied, "There were headers present in the request which were not signed",
                        {{"HeadersNotSigned", r.a}});
        case Flaw::mismatch:
            return with(error::S3SignatureDoesNotMatch, {{"AWSAccessKeyId", facts.access_key_id},
                                                         {"StringToSign", r.b},
                                                         {"SignatureProvided", facts.signature},
                                                         {"StringToSignBytes", spaced_hex(r.b)},
                                                         {"CanonicalRequest", r.a},
                                                         {"CanonicalRequestBytes", spaced_hex(r.a)}});
        case Flaw::missing_content_hash:
            return make(error::SignatureInvalidRequest, "Missing required header for this request: x-amz-content-sha256");
        case Flaw::malformed_content_hash:
            return s3_argument(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
                "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 "
                "value.",
                "x-amz-content-sha256", r.a);
        case Flaw::decoded_length_missing:
            return make(error::DecodedLengthMissing);
        case Flaw::v2_missing_parameters:
            return make(error::AccessDenied,
                        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
        case Flaw::v2_malformed_expires:
            return make(error::AccessDenied, "Invalid date (should be seconds since epoch): " + r.a);
        case Flaw::v2_expired:
            return make(error::AccessDenied, "Request has expired", {{"Expires", r.a}, {"ServerTime", iso8601(facts.now)}});
        case Flaw::v2_mismatch:
            return with(error::S3SignatureDoesNotMatch, {{"AWSAccessKeyId", facts.access_key_id},
                                                         {"StringToSign", r.a},
                                                         {"SignatureProvided", facts.signature},
                                                         {"StringToSignBytes", spaced_hex(r.a)}});
    }
    return make(error::AccessDenied);
}

// Everybody else names five kinds; how they are called is the dialect's matter.
struct Codes {
    const ErrorCode& missing;
    const ErrorCode& incomplete;
    const ErrorCode& unknown;
    const ErrorCode& expired;
    const ErrorCode& mismatch;
};
constexpr Codes query_codes{error::MissingAuthenticationToken, error::IncompleteSignature, error::InvalidClientTokenId,
                            error::ExpiredToken, error::SignatureDoesNotMatch};
constexpr Codes json_codes{error::MissingAuthenticationTokenException, error::IncompleteSignatureException,
                           error::UnrecognizedClientException, error::ExpiredTokenException, error::InvalidSignatureException};

std::string hashed(std::string_view text) { return to_base64(view(sha256(text))); }

std::string sentences(std::string_view names, std::string_view before, std::string_view after) {
    std::string out;
    for (std::string_view name : split(names, ';')) out += fmt::format("{}'{}'{} ", before, name, after);
    return out;
}

// AWS's signing front end, as its messages are quoted in the IAM guide ("Troubleshoot signed requests") and by its users.
ApiError common(const Refused& r, const RefusalFacts& facts, const Codes& codes) {
    const std::string when = amz_basic(facts.time);
    switch (r.flaw) {
        case Flaw::no_signature:
        case Flaw::signature_v2:
            return make(codes.missing);
        case Flaw::two_signatures:
            return make(codes.incomplete, "Authorization header and query-string parameters must not both be present.");
        case Flaw::unsupported_scheme:
        case Flaw::ecdsa:
        case Flaw::unsupported_algorithm:
            return make(codes.incomplete, "Unsupported AWS 'algorithm': '" + r.a.substr(0, r.a.find(' ')) + "'.");
        case Flaw::malformed_component:
            return make(codes.incomplete,
                        fmt::format("Invalid key=value pair (missing equal-sign) in Authorization header (hashed "
                                    "with SHA-256 and encoded with Base64): '{}'.",
                                    hashed(r.a)));
        case Flaw::missing_components:
            return make(codes.incomplete,
                        sentences(r.a, "Authorization header requires ", " parameter.") +
                            fmt::format("(Hashed with SHA-256 and encoded with Base64) Authorization={}", hashed(r.b)));
        case Flaw::missing_parameters:
            return make(codes.incomplete, sentences(r.a, "AWS query-string parameters must include ", ".") +
                                              "Re-examine the query-string parameters.");
        case Flaw::malformed_credential:
        case Flaw::empty_access_key:
            return make(codes.incomplete, fmt::format("Credential must have exactly 5 slash-delimited elements, e.g. "
                                                      "keyid/date/region/service/term, got '{}'",
                                                      r.a));
        case Flaw::malformed_time:
            if (r.a.empty())
                return make(codes.incomplete,
                            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
            return make(codes.incomplete, fmt::format("Date must be in ISO-8601 'basic format'. Got '{}'. See "
                                                      "http://en.wikipedia.org/wiki/ISO_8601",
                                                      r.a));
        case Flaw::malformed_expires:
        case Flaw::negative_expires:
        case Flaw::expires_too_long:
            return make(codes.incomplete, "X-Amz-Expires must be a number of seconds from 0 to 604800.");
        case Flaw::wrong_terminator:
            return make(codes.mismatch,
                        fmt::format("Credential should be scoped with a valid terminator: 'aws4_request', not '{}'.", r.a));
        case Flaw::wrong_service:
            return make(codes.mismatch, fmt::format("Credential should be scoped to correct service: '{}'. ", r.b));
        case Flaw::wrong_region:
            return make(codes.mismatch, fmt::format("Credential should be scoped to a valid region, not '{}'. ", r.a));
        case Flaw::malformed_scope_date:
        case Flaw::scope_date_mismatch:
            return make(codes.mismatch,
                        fmt::format("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
                                    "from HTTP: '{}' != '{}', from '{}'.",
                                    r.a, when.substr(0, 8), when));
        case Flaw::skewed:
        case Flaw::expired:
        case Flaw::not_yet_valid: {
            if (facts.time > facts.now) {
                Time limit = facts.now + std::chrono::minutes(5);
                return make(codes.mismatch, fmt::format("Signature not yet current: {} is still later than {} ({} + 5 min.)",
                                                        when, amz_basic(limit), amz_basic(facts.now)));
            }
            auto window = r.flaw == Flaw::expired ? std::chrono::seconds(parse_i64(r.a).value_or(0)) : std::chrono::minutes(15);
            auto minutes = std::chrono::duration_cast<std::chrono::minutes>(window).count();
            return make(codes.mismatch, fmt::format("Signature expired: {} is now earlier than {} ({} - {} min.)", when,
                                                    amz_basic(facts.now - window), amz_basic(facts.now), minutes));
        }
        case Flaw::unknown_key:
        case Flaw::bad_token:
            return make(codes.unknown);
        case Flaw::expired_token:
            return make(codes.expired);
        case Flaw::headers_not_signed:
            return make(codes.mismatch, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        default:
            return make(codes.mismatch);
    }
}

// EC2 tells little: anything wrong with key or signature is AuthFailure (EC2 API reference, "Common client error codes").
ApiError ec2(const Refused& r, const RefusalFacts& facts) {
    switch (r.flaw) {
        case Flaw::no_signature:
        case Flaw::signature_v2:
            return make(error::MissingAccessKeyParameter);
        case Flaw::skewed:
        case Flaw::expired:
        case Flaw::not_yet_valid:
        case Flaw::expired_token:
            return make(error::RequestExpired);
        default:
            break;
    }
    ApiError error = common(r, facts, query_codes);
    return error.code == error::IncompleteSignature.code ? error : make(error::AuthFailure);
}

}  // namespace

ApiError refusal(const Refused& refused, const RefusalFacts& facts) {
    switch (facts.dialect) {
        case wire::Dialect::rest_xml:
            return s3(refused, facts);
        case wire::Dialect::ec2:
            return ec2(refused, facts);
        case wire::Dialect::json:
            return common(refused, facts, json_codes);
        default:
            return common(refused, facts, query_codes);
    }
}

}  // namespace sekisho::authn
