#include "authn/sign.h"

#include <algorithm>
#include <vector>

#include "authn/canonical.h"
#include "authn/digest.h"
#include "authn/signing_keys.h"
#include "base/bytes.h"

namespace sekisho::authn {

namespace {

std::string signature(const Signer& signer, std::string_view timestamp, std::string_view scope, std::string_view canonical) {
    Sha256 key = derive_signing_key(signer.secret, timestamp.substr(0, 8), signer.region, signer.service);
    return to_hex(view(hmac_sha256(view(key), string_to_sign(timestamp, scope, canonical))));
}

std::string scope_of(const Signer& signer, std::string_view timestamp) {
    return std::string(timestamp.substr(0, 8)) + "/" + signer.region + "/" + signer.service + "/aws4_request";
}

}  // namespace

void sign(http::Request& request, std::string_view payload, const Signer& signer, Time now) {
    const bool s3 = signer.service == "s3";
    std::string timestamp = amz_basic(now);
    std::string hash = sha256_hex(payload);
    request.headers.set("x-amz-date", timestamp);
    if (s3 && !request.headers.find("x-amz-content-sha256")) request.headers.set("x-amz-content-sha256", hash);
    if (s3) hash = *request.headers.find("x-amz-content-sha256");
    if (!signer.session_token.empty()) request.headers.set("x-amz-security-token", signer.session_token);

    std::vector<std::string> names;
    for (const auto& [name, value] : request.headers) {
        std::string lower = to_lower(name);
        if (lower == "host" || lower == "content-type" || lower.starts_with("x-amz-")) names.push_back(std::move(lower));
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string text;
    for (const std::string& name : names) text.append(text.empty() ? "" : ";").append(name);

    std::string canonical = canonical_request(request, {names.begin(), names.end()}, text, hash, s3, false);
    std::string scope = scope_of(signer, timestamp);
    request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=" + signer.access_key_id + "/" + scope +
                                             ", SignedHeaders=" + text +
                                             ", Signature=" + signature(signer, timestamp, scope, canonical));
}

void presign(http::Request& request, const Signer& signer, Time now, std::int64_t expires_s) {
    std::string timestamp = amz_basic(now);
    std::string scope = scope_of(signer, timestamp);
    std::string query = request.query + (request.query.empty() ? "" : "&");
    query += "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + percent_encode(signer.access_key_id + "/" + scope) +
             "&X-Amz-Date=" + timestamp + "&X-Amz-Expires=" + std::to_string(expires_s) + "&X-Amz-SignedHeaders=host";
    if (!signer.session_token.empty()) query += "&X-Amz-Security-Token=" + percent_encode(signer.session_token);
    request.query = query;
    const bool s3 = signer.service == "s3";
    std::string hash = s3 ? "UNSIGNED-PAYLOAD" : sha256_hex("");
    std::string canonical = canonical_request(request, {"host"}, "host", hash, s3, true);
    request.query += "&X-Amz-Signature=" + signature(signer, timestamp, scope, canonical);
    request.target = request.path + "?" + request.query;
}

}  // namespace sekisho::authn
