#include "authn/digest.h"

#include <openssl/evp.h>

#include <utility>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::authn {

namespace {

EVP_MD* fetched(Digest::Kind kind) {
    // Never freed: threads may still hash while the process ends.
    static EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
    static EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    EVP_MD* md = kind == Digest::Kind::md5 ? md5 : kind == Digest::Kind::sha1 ? sha1 : sha256;
    if (!md) throw Fault("OpenSSL offers no MD5, SHA-1 or SHA-256");
    return md;
}

void check(int result) {
    if (result != 1) throw Fault("OpenSSL digest failed");
}

// One context per thread for one-shot hashes: re-initialising it with the same algorithm allocates nothing.
struct ThreadContext {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~ThreadContext() { EVP_MD_CTX_free(context); }
};

Sha256 hash_two(std::string_view first, std::string_view second) {
    thread_local ThreadContext thread;
    Sha256 out;
    check(EVP_DigestInit_ex2(thread.context, fetched(Digest::Kind::sha256), nullptr));
    check(EVP_DigestUpdate(thread.context, first.data(), first.size()));
    check(EVP_DigestUpdate(thread.context, second.data(), second.size()));
    check(EVP_DigestFinal_ex(thread.context, reinterpret_cast<unsigned char*>(out.data()), nullptr));
    return out;
}

}  // namespace

Digest::Digest(Kind kind) : kind_(kind), context_(EVP_MD_CTX_new()) {
    if (!context_) throw Fault("EVP_MD_CTX_new");
    check(EVP_DigestInit_ex2(static_cast<EVP_MD_CTX*>(context_), fetched(kind_), nullptr));
}
Digest::Digest(Digest&& other) noexcept : kind_(other.kind_), context_(std::exchange(other.context_, nullptr)) {}
Digest& Digest::operator=(Digest&& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(context_, other.context_);
    return *this;
}
Digest::~Digest() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Digest::update(std::string_view bytes) {
    check(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()));
}

std::string Digest::finish() {
    auto* context = static_cast<EVP_MD_CTX*>(context_);
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    check(EVP_DigestFinal_ex(context, out, &size));
    check(EVP_DigestInit_ex2(context, fetched(kind_), nullptr));
    return std::string(reinterpret_cast<char*>(out), size);
}

Sha256 sha256(std::string_view bytes) { return hash_two(bytes, {}); }

std::string sha256_hex(std::string_view bytes) { return to_hex(view(sha256(bytes))); }

namespace {

constexpr std::size_t block_bytes = 64;  // of SHA-1 and SHA-256 alike

// The key, padded to a block, xored with RFC 2104's inner or outer byte.
std::array<char, block_bytes> padded(std::string_view key, char with) {
    std::array<char, block_bytes> out;
    for (std::size_t i = 0; i < block_bytes; ++i) out[i] = static_cast<char>((i < key.size() ? key[i] : '\0') ^ with);
    return out;
}

std::string_view view_of(const std::array<char, block_bytes>& block) { return {block.data(), block.size()}; }

}  // namespace

// RFC 2104, by hand: OpenSSL's MAC objects cost more to set up than the four blocks that a signature needs.
Sha256 hmac_sha256(std::string_view key, std::string_view text) {
    Sha256 hashed_key;
    if (key.size() > block_bytes) {
        hashed_key = sha256(key);
        key = view(hashed_key);
    }
    Sha256 within = hash_two(view_of(padded(key, 0x36)), text);
    return hash_two(view_of(padded(key, 0x5c)), view(within));
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
    Digest digest(Digest::Kind::sha1);
    std::string hashed_key;
    if (key.size() > block_bytes) {
        digest.update(key);
        hashed_key = digest.finish();
        key = hashed_key;
    }
    digest.update(view_of(padded(key, 0x36)));
    digest.update(text);
    std::string within = digest.finish();
    digest.update(view_of(padded(key, 0x5c)));
    digest.update(within);
    return digest.finish();
}

}  // namespace sekisho::authn
