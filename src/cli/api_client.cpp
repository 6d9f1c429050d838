#include "cli/api_client.h"

#include "authn/canonical.h"
#include "authn/digest.h"
#include "authn/signing_keys.h"
#include "base/bytes.h"
#include "base/clock.h"

namespace sekisho::cli {

namespace {

constexpr std::string_view service = "sekisho";

http::ClientEndpoint endpoint_of(const RunningServer& server) {
    http::ClientEndpoint endpoint;
    endpoint.host = server.host;
    endpoint.port = server.port;
    return endpoint;
}

std::unexpected<ApiError> error_of(const http::ClientReply& reply) {
    auto json = nlohmann::json::parse(reply.body, nullptr, false);
    if (!json.is_object()) return std::unexpected(ApiError{"UnexpectedReply", reply.status, reply.body, {}});
    return std::unexpected(ApiError{json.value("__type", "Error"), reply.status, json.value("message", ""), {}});
}

}  // namespace

ApiClient::ApiClient(RunningServer server) : server_(std::move(server)), client_(endpoint_of(server_)) {}

http::ClientRequest ApiClient::signed_request(std::string_view operation, const nlohmann::json& input) const {
    http::ClientRequest request;
    request.method = "POST";
    request.body = input.dump();
    std::string timestamp = amz_basic(SystemClock().now());
    std::string date = timestamp.substr(0, 8);

    http::Request canonical;
    canonical.method = request.method;
    canonical.path = request.target;
    canonical.headers.add("host", server_.url().substr(std::string_view("http://").size()));
    canonical.headers.add("x-amz-date", timestamp);
    canonical.headers.add("x-amz-target", "Sekisho." + std::string(operation));
    std::string names = "host;x-amz-date;x-amz-target";
    std::string scope = date + "/" + server_.region + "/" + std::string(service) + "/aws4_request";
    std::string text = authn::string_to_sign(
        timestamp, scope,
        authn::canonical_request(canonical, split(names, ';'), names, authn::sha256_hex(request.body), false, false));
    auto key = authn::derive_signing_key(server_.root.secret_access_key, date, server_.region, service);
    auto signature = authn::hmac_sha256(authn::view(key), text);

    request.headers = std::move(canonical.headers);
    request.headers.add("content-type", "application/x-amz-json-1.1");
    request.headers.add("authorization", "AWS4-HMAC-SHA256 Credential=" + server_.root.access_key_id + "/" + scope +
                                             ", SignedHeaders=" + names + ", Signature=" + to_hex(authn::view(signature)));
    return request;
}

Result<nlohmann::json> ApiClient::call(std::string_view operation, const nlohmann::json& input) {
    http::ClientReply reply = client_.request(signed_request(operation, input));
    if (reply.status != 200) return error_of(reply);
    return nlohmann::json::parse(reply.body);
}

Result<std::unique_ptr<http::ClientStream>> ApiClient::open(std::string_view operation, const nlohmann::json& input) {
    http::ClientReply reply;
    http::ClientRequest request = signed_request(operation, input);
    request.headers.add("connection", "Upgrade");
    request.headers.add("upgrade", "sekisho-session");
    auto stream = client_.upgrade(request, reply);
    if (!stream) return error_of(reply);
    return stream;
}

}  // namespace sekisho::cli
