#include "services/iam/session_tokens.h"

#include <openssl/evp.h>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/check.h"
#include "base/result.h"

namespace sekisho::iam {

using nlohmann::json;

namespace {

constexpr char token_format = 1, message_format = 2;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t remembered_max = 4096;

const EVP_CIPHER* cipher() {
    static EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (!aes) throw Fault("OpenSSL offers no AES-256-GCM");
    return aes;
}

struct Context {
    EVP_CIPHER_CTX* c = EVP_CIPHER_CTX_new();
    ~Context() { EVP_CIPHER_CTX_free(c); }
};

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void check(int result) {
    if (result != 1) throw Fault("AES-256-GCM failed");
}

std::string encode(const Session& s) {
    json j = {{"k", static_cast<int>(s.kind)}, {"a", s.access_key_id},         {"s", s.secret}, {"c", s.account.value},
              {"t", epoch_millis(s.issued)},   {"x", epoch_millis(s.expires)}, {"i", s.id},     {"n", s.name}};
    // What most sessions do not have takes no room.
    if (!s.session_name.empty()) j["e"] = s.session_name;
    if (!s.policies.empty()) j["p"] = s.policies;
    if (!s.policy_arns.empty()) j["r"] = s.policy_arns;
    if (!s.tags.empty()) j["g"] = s.tags;
    if (!s.transitive_tag_keys.empty()) j["v"] = s.transitive_tag_keys;
    if (!s.source_identity.empty()) j["d"] = s.source_identity;
    if (!s.instance_arn.empty()) j["m"] = {s.instance_arn, s.instance_vpc, s.instance_private_ip, s.role_delivery};
    std::vector<std::uint8_t> cbor = json::to_cbor(j);
    return std::string(cbor.begin(), cbor.end());
}

Session decode(std::string_view text) {
    json j = json::from_cbor(text.begin(), text.end());
    Session s;
    s.kind = static_cast<Session::Kind>(j.at("k").get<int>());
    s.access_key_id = j.at("a");
    s.secret = j.at("s");
    s.account = AccountId(j.at("c").get<std::string>());
    s.issued = from_epoch_millis(j.at("t"));
    s.expires = from_epoch_millis(j.at("x"));
    s.id = j.at("i");
    s.name = j.at("n");
    s.session_name = j.value("e", "");
    s.policies = j.value("p", std::vector<std::string>());
    s.policy_arns = j.value("r", std::vector<std::string>());
    s.tags = j.value("g", std::map<std::string, std::string>());
    s.transitive_tag_keys = j.value("v", std::vector<std::string>());
    s.source_identity = j.value("d", "");
    if (j.contains("m")) {
        s.instance_arn = j["m"].at(0);
        s.instance_vpc = j["m"].at(1);
        s.instance_private_ip = j["m"].at(2);
        // Tokens of an older server do not say: the version that a policy may refuse.
        s.role_delivery = j["m"].size() > 3 ? j["m"].at(3).get<std::string>() : "1.0";
    }
    return s;
}

}  // namespace

SessionTokens::SessionTokens(std::string key, Entropy& entropy) : key_(std::move(key)), entropy_(entropy) {
    SEKISHO_CHECK(key_.size() == key_bytes);
}

std::string SessionTokens::seal(const Session& session) const { return encrypt(token_format, encode(session)); }
std::string SessionTokens::seal_message(std::string_view text) const { return encrypt(message_format, text); }
std::optional<std::string> SessionTokens::open_message(std::string_view sealed) const {
    return decrypt(message_format, sealed);
}

// format | nonce | ciphertext | tag; the format byte is authenticated with the rest.
std::string SessionTokens::encrypt(char format, std::string_view plain) const {
    std::string out(1 + nonce_bytes + plain.size() + tag_bytes, '\0');
    out[0] = format;
    entropy_.fill(std::as_writable_bytes(std::span(out).subspan(1, nonce_bytes)));
    Context context;
    int n = 0;
    check(EVP_EncryptInit_ex2(context.c, cipher(), bytes(std::string_view(key_)), bytes(out) + 1, nullptr));
    check(EVP_EncryptUpdate(context.c, nullptr, &n, bytes(out), 1));
    unsigned char* at = bytes(out) + 1 + nonce_bytes;
    check(EVP_EncryptUpdate(context.c, at, &n, bytes(plain), static_cast<int>(plain.size())));
    check(EVP_EncryptFinal_ex(context.c, at + n, &n));
    check(EVP_CIPHER_CTX_ctrl(context.c, EVP_CTRL_GCM_GET_TAG, tag_bytes, at + plain.size()));
    return to_base64(out);
}

std::optional<std::string> SessionTokens::decrypt(char format, std::string_view text) const {
    std::optional<std::string> sealed = from_base64(text);
    if (!sealed || sealed->size() <= 1 + nonce_bytes + tag_bytes || (*sealed)[0] != format) return std::nullopt;
    std::string plain(sealed->size() - 1 - nonce_bytes - tag_bytes, '\0');
    unsigned char* in = bytes(*sealed);
    Context context;
    int n = 0;
    check(EVP_DecryptInit_ex2(context.c, cipher(), bytes(std::string_view(key_)), in + 1, nullptr));
    check(EVP_DecryptUpdate(context.c, nullptr, &n, in, 1));
    check(EVP_DecryptUpdate(context.c, bytes(plain), &n, in + 1 + nonce_bytes, static_cast<int>(plain.size())));
    check(EVP_CIPHER_CTX_ctrl(context.c, EVP_CTRL_GCM_SET_TAG, tag_bytes, in + sealed->size() - tag_bytes));
    if (EVP_DecryptFinal_ex(context.c, bytes(plain) + n, &n) != 1) return std::nullopt;
    return plain;
}

std::shared_ptr<const Session> SessionTokens::open(std::string_view token) const {
    {
        std::lock_guard lock(mutex_);
        if (auto it = by_token_.find(token); it != by_token_.end()) {
            recent_.splice(recent_.begin(), recent_, it->second);
            return it->second->session;
        }
    }
    std::optional<std::string> plain = decrypt(token_format, token);
    if (!plain) return nullptr;
    auto session = std::make_shared<const Session>(decode(*plain));
    std::lock_guard lock(mutex_);
    if (!by_token_.contains(token)) {
        recent_.push_front({std::string(token), session});
        by_token_.emplace(recent_.front().token, recent_.begin());
        if (recent_.size() > remembered_max) {
            by_token_.erase(recent_.back().token);
            recent_.pop_back();
        }
    }
    return session;
}

std::size_t packed_bytes(const Session& session) {
    std::size_t total = session.source_identity.size();
    for (const std::string& policy : session.policies) total += policy.size();
    for (const std::string& arn : session.policy_arns) total += arn.size();
    for (const auto& [key, value] : session.tags) total += key.size() + value.size() + 4;
    for (const std::string& key : session.transitive_tag_keys) total += key.size();
    return total;
}

}  // namespace sekisho::iam
