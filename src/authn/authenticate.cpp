#include "authn/authenticate.h"

#include <algorithm>

#include "authn/body.h"
#include "authn/canonical.h"
#include "authn/claim.h"
#include "authn/digest.h"
#include "authn/refusal.h"
#include "authn/signature_v2.h"
#include "base/bytes.h"

namespace sekisho::authn {

namespace {

using namespace std::chrono_literals;

constexpr auto past_max = 15min;
constexpr auto s3_future_max = 15min;
constexpr auto future_max = 5min;  // "Signature not yet current: … (… + 5 min.)"
constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

using Maybe = std::optional<Refused>;

Maybe check_scope(const Claim& claim, const Expected& expected) {
    std::string timestamp = amz_basic(claim.time);
    if (claim.service != expected.service) return Refused{Flaw::wrong_service, claim.service, std::string(expected.service)};
    if (!expected.region.empty() && claim.region != expected.region)
        return Refused{Flaw::wrong_region, claim.region, std::string(expected.region)};
    if (!expected.regions.empty() && std::ranges::find(expected.regions, claim.region) == expected.regions.end())
        return Refused{Flaw::wrong_region, claim.region, std::string(expected.default_region)};
    if (!timestamp.starts_with(claim.date)) return Refused{Flaw::scope_date_mismatch, claim.date, timestamp};
    return std::nullopt;
}

Maybe check_time(const Claim& claim, bool s3, Time now) {
    if (claim.expires_s) {
        if (claim.time > now + (s3 ? s3_future_max : future_max)) return Refused{Flaw::not_yet_valid};
        Time end = claim.time + std::chrono::seconds(*claim.expires_s);
        if (now > end) return Refused{Flaw::expired, std::to_string(*claim.expires_s), iso8601(end)};
        return std::nullopt;
    }
    if (claim.time < now - past_max || claim.time > now + (s3 ? s3_future_max : future_max))
        return Refused{Flaw::skewed, amz_basic(claim.time)};
    return std::nullopt;
}

// Host always; for S3 also every x-amz-* header that came: what is not signed could have been added on the way.
Maybe check_signed_headers(const http::Request& request, const std::vector<std::string_view>& names, bool s3) {
    auto is_signed = [&](std::string_view name) {
        return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return equal_ignoring_case(n, name); });
    };
    std::string missing;
    if (!is_signed("host")) missing = "host";
    if (s3) {
        for (const auto& [name, value] : request.headers) {
            if (name.size() < 6 || !equal_ignoring_case(std::string_view(name).substr(0, 6), "x-amz-") || is_signed(name))
                continue;
            if (!missing.empty()) missing += ", ";
            missing += to_lower(name);
        }
    }
    if (missing.empty()) return std::nullopt;
    return Refused{Flaw::headers_not_signed, missing};
}

bool is_sha256_hex(std::string_view text) {
    return text.size() == 64 &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Reads x-amz-content-sha256 and, for streaming bodies, the lengths and trailers that were declared.
std::expected<BodyClaim, Refused> read_body_claim(const http::Request& request, std::string_view hash) {
    BodyClaim body;
    using Kind = BodyClaim::Kind;
    if (hash == unsigned_payload) return body;
    if (is_sha256_hex(hash)) {
        body.kind = Kind::sha256;
        body.sha256_hex = hash;
        return body;
    }
    if (hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
        body.kind = Kind::streaming_signed;
    else if (hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
        body.kind = Kind::streaming_signed_trailer;
    else if (hash == "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
        body.kind = Kind::streaming_unsigned_trailer;
    else if (hash.starts_with("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"))
        return std::unexpected(Refused{Flaw::ecdsa});
    else
        return std::unexpected(Refused{Flaw::malformed_content_hash, std::string(hash)});
    auto length = request.headers.find("x-amz-decoded-content-length");
    auto parsed = length ? parse_u64(trim(*length)) : std::nullopt;
    if (!parsed) return std::unexpected(Refused{Flaw::decoded_length_missing});
    body.decoded_length = *parsed;
    if (body.kind == Kind::streaming_signed) return body;
    for (std::string_view field : request.headers.all("x-amz-trailer"))
        for (std::string_view name : split(field, ','))
            if (!trim(name).empty()) body.declared_trailers.push_back(to_lower(trim(name)));
    return body;
}

// Content-Encoding: "aws-chunked,gzip" is stored and returned as "gzip" (S3 API reference, PutObject).
void remove_aws_chunked(http::Headers& headers) {
    auto sent = headers.find("content-encoding");
    if (!sent) return;
    std::string kept;
    for (std::string_view coding : split(*sent, ',')) {
        coding = trim(coding);
        if (coding.empty() || equal_ignoring_case(coding, "aws-chunked")) continue;
        kept.append(kept.empty() ? "" : ",").append(coding);
    }
    if (kept.empty())
        headers.erase("content-encoding");
    else
        headers.set("content-encoding", std::move(kept));
}

void install_body(http::Request& request, BodyClaim body) {
    bool chunked = body.kind != BodyClaim::Kind::unsigned_payload && body.kind != BodyClaim::Kind::sha256;
    if (chunked) remove_aws_chunked(request.headers);
    request.body = prove(std::move(request.body), std::move(body));
}

// The payload hash of the canonical request. Presigned URLs leave the body open unless they say otherwise.
std::expected<std::string, Refused> payload_hash(const http::Request& request, const Claim& claim, const Expected& expected,
                                                 bool s3) {
    if (!s3) return sha256_hex(expected.payload);
    if (claim.place == Caller::Proof::query)
        if (auto value = query_parameter(request.query, "X-Amz-Content-Sha256")) return *value;
    if (auto value = request.headers.find("x-amz-content-sha256")) return std::string(trim(*value));
    if (claim.place == Caller::Proof::query) return std::string(unsigned_payload);
    return std::unexpected(Refused{Flaw::missing_content_hash});
}

std::optional<Flaw> flaw_of(Credential::Standing standing) {
    switch (standing) {
        case Credential::Standing::valid:
            return std::nullopt;
        case Credential::Standing::bad_token:
            return Flaw::bad_token;
        case Credential::Standing::expired_token:
            return Flaw::expired_token;
        default:
            return Flaw::unknown_key;
    }
}

std::expected<Caller, Refused> verify(http::Request& request, const Claim& claim, const Expected& expected,
                                      const CredentialSource& credentials, SigningKeys& keys, Time now) {
    const bool s3 = expected.dialect == wire::Dialect::rest_xml;
    if (Maybe flaw = check_scope(claim, expected)) return std::unexpected(*flaw);
    if (Maybe flaw = check_time(claim, s3, now)) return std::unexpected(*flaw);
    std::expected<std::string, Refused> hash = payload_hash(request, claim, expected, s3);
    if (!hash) return std::unexpected(hash.error());
    BodyClaim body;
    if (s3) {
        std::expected<BodyClaim, Refused> read = read_body_claim(request, *hash);
        if (!read) return std::unexpected(read.error());
        body = std::move(*read);
    }
    Credential credential = credentials.find(claim.access_key_id, claim.session_token, now);
    if (auto flaw = flaw_of(credential.standing))
        return std::unexpected(Refused{*flaw, *flaw == Flaw::unknown_key ? claim.access_key_id : claim.session_token});
    std::vector<std::string_view> names = split(claim.signed_headers, ';');
    if (Maybe flaw = check_signed_headers(request, names, s3)) return std::unexpected(*flaw);

    const bool presigned = claim.place == Caller::Proof::query;
    std::string canonical = canonical_request(request, names, claim.signed_headers, *hash, s3, presigned);
    std::string timestamp = amz_basic(claim.time);
    std::string to_sign = string_to_sign(timestamp, claim.scope, canonical);
    Sha256 key = keys.get(credential.secret, claim.date, claim.region, claim.service);
    std::string signature = to_hex(view(hmac_sha256(view(key), to_sign)));
    if (!equal_in_constant_time(signature, claim.signature))
        return std::unexpected(Refused{Flaw::mismatch, std::move(canonical), std::move(to_sign)});

    if (s3) {
        body.signing_key = key;
        body.seed_signature = std::move(signature);
        body.timestamp = std::move(timestamp);
        body.scope = claim.scope;
        install_body(request, std::move(body));
    }
    std::expected<Caller, Refused> caller = std::move(credential.caller);
    caller->access_key_id = claim.access_key_id;
    caller->proof = claim.place;
    caller->scope_region = claim.region;
    caller->scope_service = claim.service;
    if (presigned) caller->signature_age_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - claim.time).count();
    return caller;
}

// A body without a signature of its own: S3 lets such callers frame it too (SDKs send a checksum trailer).
Maybe install_unsigned_body(http::Request& request) {
    auto hash = request.headers.find("x-amz-content-sha256");
    if (!hash) return std::nullopt;
    std::expected<BodyClaim, Refused> body = read_body_claim(request, trim(*hash));
    if (!body) return body.error();
    if (body->kind == BodyClaim::Kind::streaming_signed || body->kind == BodyClaim::Kind::streaming_signed_trailer)
        return Refused{Flaw::no_signature};
    install_body(request, std::move(*body));
    return std::nullopt;
}

std::expected<Caller, Refused> verify_v2(http::Request& request, const Claim& claim, const Expected& expected,
                                         const CredentialSource& credentials, Time now) {
    if (!expected.signature_v2_allowed || !takes_signature_v2(expected.region) || !signature_v2_covers(request.query))
        return std::unexpected(Refused{Flaw::signature_v2});
    const Time end = from_epoch_millis(*claim.expires_s * 1000);
    if (now > end) return std::unexpected(Refused{Flaw::v2_expired, iso8601(end)});
    Credential credential = credentials.find(claim.access_key_id, claim.session_token, now);
    if (auto flaw = flaw_of(credential.standing))
        return std::unexpected(Refused{*flaw, *flaw == Flaw::unknown_key ? claim.access_key_id : claim.session_token});
    std::string to_sign = string_to_sign_v2(request, *claim.expires_s, expected.virtual_bucket);
    if (!equal_in_constant_time(to_base64(hmac_sha1(credential.secret, to_sign)), claim.signature))
        return std::unexpected(Refused{Flaw::v2_mismatch, std::move(to_sign)});
    take_headers_from_query_v2(request);
    if (Maybe flaw = install_unsigned_body(request)) return std::unexpected(*flaw);
    Caller caller = std::move(credential.caller);
    caller.access_key_id = claim.access_key_id;
    caller.proof = claim.place;
    caller.scope_service = expected.service;
    return caller;
}

std::expected<Caller, Refused> anonymous(http::Request& request, const Expected& expected) {
    if (!expected.anonymous_allowed) return std::unexpected(Refused{Flaw::no_signature});
    if (expected.dialect == wire::Dialect::rest_xml)
        if (Maybe flaw = install_unsigned_body(request)) return std::unexpected(*flaw);
    return Caller{};
}

std::expected<Caller, Refused> prove_caller(http::Request& request, const Claim& claim, const Expected& expected,
                                            const CredentialSource& credentials, SigningKeys& keys, Time now) {
    if (claim.place == Caller::Proof::none) return anonymous(request, expected);
    if (claim.place == Caller::Proof::query_v2) return verify_v2(request, claim, expected, credentials, now);
    return verify(request, claim, expected, credentials, keys, now);
}

}  // namespace

Result<Caller> authenticate(http::Request& request, const Expected& expected, const CredentialSource& credentials,
                            SigningKeys& keys, Time now) {
    RefusalFacts facts{.dialect = expected.dialect, .now = now};
    std::expected<Claim, Refused> claim = read_claim(request, expected.dialect == wire::Dialect::rest_xml);
    if (!claim) {
        facts.in_query = !request.headers.find("authorization");
        return fail(refusal(claim.error(), facts));
    }
    std::expected<Caller, Refused> caller = prove_caller(request, *claim, expected, credentials, keys, now);
    if (caller) return std::move(*caller);
    facts.in_query = claim->place == Caller::Proof::query;
    facts.access_key_id = claim->access_key_id;
    facts.signature = claim->signature;
    facts.time = claim->time;
    return fail(refusal(caller.error(), facts));
}

}  // namespace sekisho::authn
