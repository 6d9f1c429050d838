// Digests over OpenSSL: MD5, SHA-1, SHA-256 piece by piece, HMAC-SHA256 in one go. Algorithms are fetched once per process:
// OpenSSL 3 looks a name up under a lock otherwise, which costs more than hashing a short text.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace sekisho::authn {

class Digest {
   public:
    enum class Kind { md5, sha1, sha256 };

    explicit Digest(Kind kind);
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;
    ~Digest();

    void update(std::string_view bytes);
    // The raw digest; the object then starts anew.
    std::string finish();

   private:
    Kind kind_;
    void* context_;  // EVP_MD_CTX
};

using Sha256 = std::array<char, 32>;

inline std::string_view view(const Sha256& digest) { return {digest.data(), digest.size()}; }

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view text);
std::string hmac_sha1(std::string_view key, std::string_view text);  // Signature Version 2
std::string sha256_hex(std::string_view bytes);

}  // namespace sekisho::authn
