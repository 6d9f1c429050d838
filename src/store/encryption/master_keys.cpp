#include "store/encryption/master_keys.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/bytes.h"
#include "base/entropy.h"

namespace sekisho::store {

namespace {

constexpr char by_master_key = 1, by_customer = 2;
constexpr std::size_t id_bytes = 8;
constexpr std::size_t sealed_key_bytes = key_bytes + tag_bytes;
constexpr std::size_t master_head_bytes = 1 + id_bytes, customer_head_bytes = 1;

MasterKeyId id_of(const SecretKey& key) {
    return MasterKeyId(to_hex(derive(key, "sekisho master key id").view().substr(0, id_bytes)));
}

// What all wrapped keys are: a head, a random nonce, the sealed key. The head is authenticated with the place.
std::string wrap_under(const SecretKey& key, std::string head, const SecretKey& data_key, std::string_view place,
                       Entropy& entropy) {
    Nonce nonce;
    entropy.fill(std::as_writable_bytes(std::span(nonce)));
    const std::string associated = head + std::string(place);
    std::string wrapped = std::move(head);
    wrapped.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
    const std::size_t at = wrapped.size();
    wrapped.resize(at + sealed_key_bytes);
    seal(key, nonce, associated, data_key.view(), wrapped.data() + at);
    return wrapped;
}

std::optional<SecretKey> unwrap_under(const SecretKey& key, std::string_view wrapped, std::size_t head_bytes,
                                      std::string_view place) {
    Nonce nonce;
    std::memcpy(nonce.data(), wrapped.data() + head_bytes, nonce.size());
    std::string associated;
    associated.reserve(head_bytes + place.size());
    associated.append(wrapped.substr(0, head_bytes)).append(place);
    std::array<char, key_bytes> plain;
    std::optional<SecretKey> data_key;
    if (unseal(key, nonce, associated, wrapped.substr(head_bytes + nonce.size()), plain.data()))
        data_key.emplace(std::string_view(plain.data(), plain.size()));
    OPENSSL_cleanse(plain.data(), plain.size());
    return data_key;
}

}  // namespace

MasterKeys MasterKeys::parse(std::string_view text, std::string_view source) {
    MasterKeys keys;
    int number = 0;
    for (std::string_view line : split(text, '\n')) {
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = trim(line);
        if (line.empty() || line.starts_with('#')) continue;
        std::optional<std::string> bytes = from_base64(line);
        if (!bytes || bytes->size() != key_bytes)
            throw Fault(fmt::format("{}: line {} is no master key (32 bytes in base64)", source, number));
        SecretKey key(*bytes);
        OPENSSL_cleanse(bytes->data(), bytes->size());
        MasterKeyId id = id_of(key);
        if (keys.has(id)) throw Fault(fmt::format("{}: line {} has the same key as an earlier one", source, number));
        keys.keys_.push_back({std::move(id), key});
    }
    if (keys.keys_.empty()) throw Fault(fmt::format("{} holds no master key", source));
    return keys;
}

std::string MasterKeys::make_line(Entropy& entropy) { return to_base64(SecretKey::random(entropy).view()) + "\n"; }

std::vector<MasterKeyId> MasterKeys::ids() const {
    std::vector<MasterKeyId> ids;
    for (const Key& key : keys_) ids.push_back(key.id);
    return ids;
}

const MasterKeys::Key* MasterKeys::find(const MasterKeyId& id) const {
    auto at = std::ranges::find(keys_, id, &Key::id);
    return at == keys_.end() ? nullptr : &*at;
}

const SecretKey& MasterKeys::key(const MasterKeyId& id) const {
    const Key* key = find(id);
    if (!key) throw Fault("master key " + id.value + " is not among those that the server was given");
    return key->key;
}

WrappedBy wrapped_by(std::string_view wrapped) {
    if (wrapped.empty()) return WrappedBy::nobody;
    if (wrapped.front() == by_master_key && wrapped.size() == master_head_bytes + nonce_bytes + sealed_key_bytes)
        return WrappedBy::master_key;
    if (wrapped.front() == by_customer && wrapped.size() == customer_head_bytes + nonce_bytes + sealed_key_bytes)
        return WrappedBy::customer;
    throw Fault("a row has a data key that this version does not know");
}

MasterKeyId master_key_of(std::string_view wrapped) {
    if (wrapped_by(wrapped) != WrappedBy::master_key) throw Fault("no master key wraps this data key");
    return MasterKeyId(to_hex(wrapped.substr(1, id_bytes)));
}

std::string wrap(const SecretKey& data_key, const MasterKeys& keys, std::string_view place, Entropy& entropy) {
    const MasterKeyId& id = keys.newest();
    return wrap_under(keys.key(id), by_master_key + from_hex(id.value).value_or(""), data_key, place, entropy);
}

std::string wrap_for_customer(const SecretKey& data_key, const SecretKey& customer, std::string_view place, Entropy& entropy) {
    return wrap_under(customer, std::string(1, by_customer), data_key, place, entropy);
}

SecretKey unwrap(std::string_view wrapped, const MasterKeys& keys, std::string_view place) {
    const MasterKeyId id = master_key_of(wrapped);
    std::optional<SecretKey> key = unwrap_under(keys.key(id), wrapped, master_head_bytes, place);
    if (!key) throw Fault("a data key is not what master key " + id.value + " wrapped");
    return *key;
}

std::optional<SecretKey> unwrap_for_customer(std::string_view wrapped, const SecretKey& customer, std::string_view place) {
    if (wrapped_by(wrapped) != WrappedBy::customer) throw Fault("no customer's key wraps this data key");
    return unwrap_under(customer, wrapped, customer_head_bytes, place);
}

}  // namespace sekisho::store
