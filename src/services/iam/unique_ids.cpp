#include "services/iam/unique_ids.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace sekisho::iam {

namespace {
constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::uint64_t marker = 1ull << 47;  // set in every key that holds an account
constexpr std::uint64_t account_end = 1'000'000'000'000;
constexpr std::size_t key_characters = 16;
}  // namespace

std::string unique_id(std::string_view prefix, Entropy& entropy) { return std::string(prefix) + entropy.text(17, base32); }

// 80 bits in base32: a marker bit, 40 bits of account, 39 random ones.
std::string access_key_id(std::string_view prefix, const AccountId& account, Entropy& entropy) {
    std::uint64_t number = parse_u64(account.value).value_or(0);
    std::uint64_t random = entropy.u64();
    std::uint64_t high = marker | number << 7 | (random & 0x7f);  // the first 48 bits
    std::uint64_t low = random >> 32;                             // the last 32 bits
    std::string id(prefix);
    for (std::size_t i = 0; i < key_characters; ++i) {
        // Bits are counted from the front: five for each character.
        std::size_t from = i * 5;
        unsigned value = 0;
        for (std::size_t bit = from; bit < from + 5; ++bit) {
            std::uint64_t set = bit < 48 ? high >> (47 - bit) & 1 : low >> (79 - bit) & 1;
            value = value << 1 | static_cast<unsigned>(set);
        }
        id.push_back(base32[value]);
    }
    return id;
}

std::optional<AccountId> account_of_access_key(std::string_view id) {
    if (id.size() != 4 + key_characters) return std::nullopt;
    std::uint64_t high = 0;
    for (char c : id.substr(4, 10)) {  // 50 bits
        std::size_t value = base32.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        high = high << 5 | value;
    }
    high >>= 2;
    std::uint64_t number = (high & ~marker) >> 7;
    if (!(high & marker) || number >= account_end) return std::nullopt;
    return AccountId(fmt::format("{:012}", number));
}

std::string secret_access_key(Entropy& entropy) {
    return entropy.text(40, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

}  // namespace sekisho::iam
