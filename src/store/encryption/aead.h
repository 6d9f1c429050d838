// AES-256-GCM over OpenSSL, one message at a time. A context per thread, so that nothing is allocated for a message.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sekisho {
class Entropy;
}

namespace sekisho::store {

inline constexpr std::size_t key_bytes = 32, nonce_bytes = 12, tag_bytes = 16;

// A key of AES-256. What held it is overwritten when it ends.
class SecretKey {
   public:
    SecretKey() = default;
    explicit SecretKey(std::string_view bytes);  // throws a Fault unless there are 32
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();
    static SecretKey random(Entropy& entropy);

    std::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
    const unsigned char* data() const { return bytes_.data(); }

   private:
    std::array<unsigned char, key_bytes> bytes_{};
};

// Which of a key's messages it is.
using Nonce = std::array<unsigned char, nonce_bytes>;

// Writes the ciphertext and its tag to `out`, which has room for both; `plain` may not overlap it.
void seal(const SecretKey& key, const Nonce& nonce, std::string_view associated, std::string_view plain, char* out);
// Writes what was sealed to `out`; false when it is not what was sealed under this key, nonce and associated data, and then
// what stands at `out` must not be used.
[[nodiscard]] bool unseal(const SecretKey& key, const Nonce& nonce, std::string_view associated, std::string_view sealed,
                          char* out);

// HMAC-SHA256 as a way to a further key.
SecretKey derive(const SecretKey& key, std::string_view label);

}  // namespace sekisho::store
