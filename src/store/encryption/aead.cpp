#include "store/encryption/aead.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstring>

#include "base/entropy.h"
#include "base/result.h"

namespace sekisho::store {

namespace {

const EVP_CIPHER* aes_256_gcm() {
    // Fetched once: OpenSSL 3 looks a name up under a lock otherwise. Never freed: threads may still work while the process
    // ends.
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (!cipher) throw Fault("OpenSSL offers no AES-256-GCM");
    return cipher;
}

void check(int result) {
    if (result != 1) throw Fault("OpenSSL's AES-256-GCM failed");
}

// The cipher is set once; key and nonce with every message.
struct Context {
    explicit Context(int encrypt) : context(EVP_CIPHER_CTX_new()) {
        if (!context) throw Fault("EVP_CIPHER_CTX_new");
        check(EVP_CipherInit_ex2(context, aes_256_gcm(), nullptr, nullptr, encrypt, nullptr));
    }
    ~Context() { EVP_CIPHER_CTX_free(context); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    void begin(const SecretKey& key, const Nonce& nonce, std::string_view associated) {
        check(EVP_CipherInit_ex2(context, nullptr, key.data(), nonce.data(), -1, nullptr));
        int n = 0;
        if (!associated.empty()) check(EVP_CipherUpdate(context, nullptr, &n, bytes(associated), size(associated)));
    }
    void update(std::string_view in, char* out) {
        int n = 0;
        if (!in.empty()) check(EVP_CipherUpdate(context, bytes(out), &n, bytes(in), size(in)));
    }

    static const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
    static unsigned char* bytes(char* at) { return reinterpret_cast<unsigned char*>(at); }
    static int size(std::string_view text) { return static_cast<int>(text.size()); }

    EVP_CIPHER_CTX* context;
};

}  // namespace

SecretKey::SecretKey(std::string_view bytes) {
    if (bytes.size() != bytes_.size()) throw Fault("a key of AES-256 has 32 bytes");
    std::memcpy(bytes_.data(), bytes.data(), bytes_.size());
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

SecretKey SecretKey::random(Entropy& entropy) {
    SecretKey key;
    entropy.fill(std::as_writable_bytes(std::span(key.bytes_)));
    return key;
}

void seal(const SecretKey& key, const Nonce& nonce, std::string_view associated, std::string_view plain, char* out) {
    thread_local Context context(1);
    context.begin(key, nonce, associated);
    context.update(plain, out);
    int n = 0;
    check(EVP_CipherFinal_ex(context.context, Context::bytes(out) + plain.size(), &n));
    check(EVP_CIPHER_CTX_ctrl(context.context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, out + plain.size()));
}

bool unseal(const SecretKey& key, const Nonce& nonce, std::string_view associated, std::string_view sealed, char* out) {
    if (sealed.size() < tag_bytes) return false;
    thread_local Context context(0);
    const std::string_view ciphertext = sealed.substr(0, sealed.size() - tag_bytes);
    std::array<char, tag_bytes> tag;
    std::memcpy(tag.data(), sealed.data() + ciphertext.size(), tag.size());
    context.begin(key, nonce, associated);
    context.update(ciphertext, out);
    check(EVP_CIPHER_CTX_ctrl(context.context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()));
    int n = 0;
    return EVP_CipherFinal_ex(context.context, Context::bytes(out) + ciphertext.size(), &n) == 1;
}

SecretKey derive(const SecretKey& key, std::string_view label) {
    unsigned char out[key_bytes];
    unsigned size = 0;
    if (!HMAC(EVP_sha256(), key.data(), key_bytes, Context::bytes(label), label.size(), out, &size) || size != key_bytes)
        throw Fault("OpenSSL's HMAC failed");
    SecretKey derived(std::string_view(reinterpret_cast<char*>(out), key_bytes));
    OPENSSL_cleanse(out, sizeof out);
    return derived;
}

}  // namespace sekisho::store
