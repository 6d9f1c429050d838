#include "services/imds/metadata.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <nlohmann/json.hpp>

#include "base/bytes.h"

namespace sekisho::imds {

namespace {

constexpr std::uint64_t token_ttl_s_max = 21600;
constexpr std::string_view token_header = "x-aws-ec2-metadata-token";
constexpr std::string_view ttl_header = "x-aws-ec2-metadata-token-ttl-seconds";
constexpr std::string_view credentials_path = "meta-data/iam/security-credentials/";

http::Reply text(int status, std::string body) {
    http::Reply reply;
    reply.status = status;
    reply.headers.set("Content-Type", "text/plain");
    reply.headers.set("Server", "EC2ws");
    reply.body = std::move(body);
    return reply;
}

std::string mac(std::string_view key, std::string_view message) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
         message.size(), out, &length);
    return std::string(reinterpret_cast<char*>(out), length);
}

// "latest", or a dated version, of which all answer alike.
bool version_like(std::string_view text) {
    if (text == "latest" || text == "1.0") return true;
    auto parts = split(text, '-');
    return parts.size() == 3 && parts[0].size() == 4 && parse_u64(parts[0]) && parse_u64(parts[1]) && parse_u64(parts[2]);
}

std::string credentials_document(const Credentials& credentials) {
    return nlohmann::ordered_json{{"Code", "Success"},
                                  {"LastUpdated", iso8601(credentials.issued)},
                                  {"Type", "AWS-HMAC"},
                                  {"AccessKeyId", credentials.access_key_id},
                                  {"SecretAccessKey", credentials.secret_access_key},
                                  {"Token", credentials.session_token},
                                  {"Expiration", iso8601(credentials.expires)}}
        .dump(2);
}

}  // namespace

Metadata::Metadata(Sources sources, const Clock& clock, Entropy& entropy)
    : sources_(std::move(sources)), clock_(clock), token_key_(entropy.hex(64)) {}

// A token is bound to the instance and to its time: nothing has to be remembered.
std::string Metadata::token_for(const InstanceFacts& facts, std::int64_t expires_s) const {
    std::string expires = std::to_string(expires_s);
    return to_base64(expires + "." + mac(token_key_, facts.id + "\n" + facts.vpc + "\n" + expires));
}

bool Metadata::token_valid(std::string_view token, const InstanceFacts& facts) const {
    auto raw = from_base64(token);
    if (!raw) return false;
    auto expires = parse_i64(std::string_view(*raw).substr(0, raw->find('.')));
    if (!expires || *expires <= epoch_seconds(clock_.now())) return false;
    return equal_in_constant_time(token, token_for(facts, *expires));
}

http::Reply Metadata::put_token(const http::Request& request, const InstanceFacts& facts) const {
    // A forwarded request is not the instance's own: AWS refuses it, which stops open proxies.
    if (request.headers.find("x-forwarded-for")) return text(403, "Forbidden\n");
    auto ttl = request.headers.find(ttl_header);
    auto seconds = ttl ? parse_u64(trim(*ttl)) : std::nullopt;
    if (!seconds || *seconds < 1 || *seconds > token_ttl_s_max) return text(400, "Bad Request\n");
    http::Reply reply = text(200, token_for(facts, epoch_seconds(clock_.now()) + static_cast<std::int64_t>(*seconds)));
    reply.headers.set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", std::to_string(*seconds));
    return reply;
}

// AWS hands out the same credentials until some time before they end; new ones are there long before (here: at half-time).
std::optional<Credentials> Metadata::credentials(const InstanceFacts& facts, std::string_view delivery) {
    std::string slot = facts.id + "/" + facts.profile_id + "/" + facts.role + "/" + std::string(delivery);
    {
        std::lock_guard lock(mutex_);
        auto held = credentials_.find(slot);
        if (held != credentials_.end() && clock_.now() < held->second.issued + (held->second.expires - held->second.issued) / 2)
            return held->second;
    }
    auto fresh = sources_.mint(facts, delivery);
    std::lock_guard lock(mutex_);
    if (fresh) {
        credentials_[slot] = *fresh;
        std::erase_if(credentials_, [&](const auto& entry) { return entry.second.expires < clock_.now(); });
    } else {
        credentials_.erase(slot);
    }
    return fresh;
}

http::Reply Metadata::answer(const http::Request& request) {
    auto facts = sources_.instance(request.connection.listener->vpc, request.connection.peer);
    if (!facts) return text(404, "Not Found\n");
    if (!facts->enabled) return text(403, "Forbidden\n");

    auto decoded = percent_decode(request.path);
    if (!decoded) return text(400, "Bad Request\n");
    std::string_view path = *decoded;
    while (path.starts_with('/')) path.remove_prefix(1);
    if (path.empty()) return request.method == "GET" ? text(200, "latest") : text(405, "Method Not Allowed\n");
    std::size_t slash = path.find('/');
    if (!version_like(path.substr(0, slash))) return text(404, "Not Found\n");
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);

    if (request.method == "PUT") {
        if (path == "api/token") return put_token(request, *facts);
        return text(405, "Method Not Allowed\n");
    }
    if (request.method != "GET" && request.method != "HEAD") return text(405, "Method Not Allowed\n");

    auto token = request.headers.find(token_header);
    if (token ? !token_valid(*token, *facts) : facts->token_required) return text(401, "Unauthorized\n");

    if (!facts->role.empty() && path.starts_with(credentials_path) && path.substr(credentials_path.size()) == facts->role) {
        auto held = credentials(*facts, token ? "2.0" : "1.0");
        if (!held) return text(404, "Not Found\n");
        return text(200, credentials_document(*held));
    }
    auto value = look_up(leaves(*facts), path);
    if (!value) return text(404, "Not Found\n");
    http::Reply reply = text(200, std::move(*value));
    if (path == "user-data") reply.headers.set("Content-Type", "application/octet-stream");
    return reply;
}

}  // namespace sekisho::imds
