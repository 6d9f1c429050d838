#include "authn/claim.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/bytes.h"

namespace sekisho::authn {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::int64_t expires_max_s = 604'800;

using Read = std::expected<Claim, Refused>;

std::unexpected<Refused> refuse(Flaw flaw, std::string a = {}, std::string b = {}) {
    return std::unexpected(Refused{flaw, std::move(a), std::move(b)});
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// AKID/YYYYMMDD/REGION/SERVICE/aws4_request. Region and service are compared with what is expected by the caller of read_claim.
std::optional<Refused> read_credential(std::string_view credential, Claim& claim) {
    std::vector<std::string_view> parts = split(credential, '/');
    if (parts.size() != 5) return Refused{Flaw::malformed_credential, std::string(credential)};
    for (char c : credential)
        if (static_cast<unsigned char>(c) < 0x21 || c == 0x7f)
            return Refused{Flaw::malformed_credential, std::string(credential)};
    if (parts[0].empty()) return Refused{Flaw::empty_access_key};
    if (parts[1].size() != 8 || !all_digits(parts[1])) return Refused{Flaw::malformed_scope_date, std::string(parts[1])};
    if (parts[4] != "aws4_request") return Refused{Flaw::wrong_terminator, std::string(parts[4])};
    claim.access_key_id = parts[0];
    claim.date = parts[1];
    claim.region = parts[2];
    claim.service = parts[3];
    claim.scope = credential.substr(parts[0].size() + 1);
    return std::nullopt;
}

std::string listed(const std::vector<std::string_view>& names) {
    std::string out;
    for (std::string_view name : names) out.append(out.empty() ? "" : ";").append(name);
    return out;
}

Read read_header(const http::Request& request, std::string_view header) {
    Claim claim;
    claim.place = Caller::Proof::header;
    std::size_t space = header.find(' ');
    std::string_view scheme = header.substr(0, space);
    if (scheme == "AWS") return refuse(Flaw::signature_v2, std::string(header));
    if (scheme == "AWS4-ECDSA-P256-SHA256") return refuse(Flaw::ecdsa);
    if (scheme != algorithm || space == std::string_view::npos) return refuse(Flaw::unsupported_scheme, std::string(header));

    std::optional<std::string_view> credential, signed_headers, signature;
    for (std::string_view component : split(header.substr(space + 1), ',')) {
        component = trim(component);
        std::size_t equals = component.find('=');
        if (equals == std::string_view::npos) return refuse(Flaw::malformed_component, std::string(component));
        std::string_view name = component.substr(0, equals), value = component.substr(equals + 1);
        if (name == "Credential")
            credential = value;
        else if (name == "SignedHeaders")
            signed_headers = value;
        else if (name == "Signature")
            signature = value;
        else
            return refuse(Flaw::malformed_component, std::string(component));
    }
    std::vector<std::string_view> missing;
    if (!credential) missing.push_back("Credential");
    if (!signature) missing.push_back("Signature");
    if (!signed_headers) missing.push_back("SignedHeaders");
    if (!missing.empty()) return refuse(Flaw::missing_components, listed(missing), std::string(header));
    if (auto refused = read_credential(*credential, claim)) return std::unexpected(*refused);
    claim.signed_headers = *signed_headers;
    claim.signature = *signature;

    auto sent = request.headers.find("x-amz-date");
    if (!sent) sent = request.headers.find("date");
    if (!sent) return refuse(Flaw::malformed_time);
    std::optional<Time> time = parse_amz_basic(trim(*sent));
    if (!time) time = parse_http_date(trim(*sent));
    if (!time) return refuse(Flaw::malformed_time, std::string(*sent));
    claim.time = *time;
    if (auto token = request.headers.find("x-amz-security-token")) claim.session_token = trim(*token);
    return claim;
}

using Value = std::optional<std::string_view>;

// The parameters of these names, as sent; of several with one name the first.
template <std::size_t n>
std::array<Value, n> raw_parameters(std::string_view query, const std::array<std::string_view, n>& names) {
    std::array<Value, n> values;
    while (!query.empty()) {
        std::size_t end = query.find('&');
        std::string_view pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        std::size_t equals = std::min(pair.find('='), pair.size());
        std::string_view name = pair.substr(0, equals);
        for (std::size_t i = 0; i < n; ++i)
            if (name == names[i] && !values[i]) values[i] = pair.substr(std::min(equals + 1, pair.size()));
    }
    return values;
}

std::optional<std::string> decoded(const Value& value) {
    if (!value) return std::nullopt;
    std::optional<std::string> text = percent_decode(*value, true);
    return text ? std::move(*text) : std::string(*value);
}

constexpr std::array<std::string_view, 7> parameters_v4{"X-Amz-Algorithm",     "X-Amz-Credential",    "X-Amz-Date",
                                                        "X-Amz-Expires",       "X-Amz-SignedHeaders", "X-Amz-Signature",
                                                        "X-Amz-Security-Token"};
constexpr std::array<std::string_view, 2> parameters_v2{"Signature", "AWSAccessKeyId"};

Read read_query(const std::array<Value, 7>& values, bool s3) {
    Claim claim;
    claim.place = Caller::Proof::query;
    auto algorithm_sent = decoded(values[0]), credential = decoded(values[1]), date = decoded(values[2]),
         expires = decoded(values[3]), signed_headers = decoded(values[4]), signature = decoded(values[5]);
    std::vector<std::string_view> missing;
    if (!algorithm_sent) missing.push_back("X-Amz-Algorithm");
    if (!credential) missing.push_back("X-Amz-Credential");
    if (!signature) missing.push_back("X-Amz-Signature");
    if (!signed_headers) missing.push_back("X-Amz-SignedHeaders");
    if (!date) missing.push_back("X-Amz-Date");
    if (!expires && s3) missing.push_back("X-Amz-Expires");
    if (!missing.empty()) return refuse(Flaw::missing_parameters, listed(missing));
    if (*algorithm_sent == "AWS4-ECDSA-P256-SHA256") return refuse(Flaw::ecdsa);
    if (*algorithm_sent != algorithm) return refuse(Flaw::unsupported_algorithm, *algorithm_sent);
    if (auto refused = read_credential(*credential, claim)) return std::unexpected(*refused);
    claim.signed_headers = std::move(*signed_headers);
    claim.signature = std::move(*signature);
    std::optional<Time> time = parse_amz_basic(*date);
    if (!time) return refuse(Flaw::malformed_time, *date);
    claim.time = *time;
    if (expires) {
        auto seconds = parse_i64(*expires);
        if (!seconds) return refuse(Flaw::malformed_expires);
        if (*seconds < 0) return refuse(Flaw::negative_expires);
        if (*seconds > expires_max_s) return refuse(Flaw::expires_too_long);
        claim.expires_s = *seconds;
    }
    if (auto token = decoded(values[6])) claim.session_token = std::move(*token);
    return claim;
}

Read read_query_v2(std::string_view query) {
    Claim claim;
    claim.place = Caller::Proof::query_v2;
    auto access_key_id = query_parameter(query, "AWSAccessKeyId"), expires = query_parameter(query, "Expires"),
         signature = query_parameter(query, "Signature");
    if (!access_key_id || !expires || !signature) return refuse(Flaw::v2_missing_parameters);
    claim.access_key_id = std::move(*access_key_id);
    claim.signature = std::move(*signature);
    claim.expires_s = parse_i64(*expires);
    // Within what a time can hold: until the year 2200.
    if (!claim.expires_s || *claim.expires_s < 0 || *claim.expires_s > 7'258'118'400)
        return refuse(Flaw::v2_malformed_expires, *expires);
    if (auto token = query_parameter(query, "x-amz-security-token")) claim.session_token = std::move(*token);
    return claim;
}

}  // namespace

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
    return decoded(raw_parameters<1>(query, {name})[0]);
}

std::expected<Claim, Refused> read_claim(const http::Request& request, bool s3) {
    std::optional<std::string_view> header = request.headers.find("authorization");
    const std::string& query = request.query;
    const std::array<Value, 7> in_query = raw_parameters(query, parameters_v4);
    const bool v4 = in_query[0] || in_query[1] || in_query[5];
    const bool v2 = s3 && !v4 && std::ranges::any_of(raw_parameters(query, parameters_v2), &Value::has_value);
    if (header && (v4 || v2)) return refuse(Flaw::two_signatures, std::string(*header));
    if (v2) return read_query_v2(query);
    if (v4) return read_query(in_query, s3);
    if (header) return read_header(request, trim(*header));
    return Claim{};
}

}  // namespace sekisho::authn
