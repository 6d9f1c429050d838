#include "store/tables/crc32c.h"

#include <array>
#include <cstring>

namespace sekisho::store {

namespace {

constexpr std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0);
        table[i] = crc;
    }
    return table;
}();

#if defined(__x86_64__)
// The instruction takes three cycles but can begin in each, so three stretches are summed at once; `skip` carries the sum of
// one over the bytes of the next.
constexpr std::size_t stretch = 256;

constexpr std::array<std::array<std::uint32_t, 256>, 4> skip_table = [] {
    std::array<std::array<std::uint32_t, 256>, 4> skip{};
    for (std::uint32_t byte = 0; byte < 4; ++byte)
        for (std::uint32_t value = 1; value < 256; ++value) {
            // The sum of two values is the sum of their sums: only single bits are carried over the bytes.
            const std::uint32_t others = value & (value - 1);
            std::uint32_t crc = (value ^ others) << (8 * byte);
            for (std::size_t i = 0; others == 0 && i < stretch; ++i) crc = (crc >> 8) ^ table[crc & 0xff];
            skip[byte][value] = others == 0 ? crc : skip[byte][others] ^ skip[byte][value ^ others];
        }
    return skip;
}();

std::uint64_t skip(std::uint64_t crc) {
    return skip_table[0][crc & 0xff] ^ skip_table[1][crc >> 8 & 0xff] ^ skip_table[2][crc >> 16 & 0xff] ^
           skip_table[3][crc >> 24 & 0xff];
}

__attribute__((target("sse4.2"))) inline std::uint64_t add_word(std::uint64_t crc, const char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    return __builtin_ia32_crc32di(crc, word);
}

__attribute__((target("sse4.2"))) std::uint32_t crc32c_sse42(std::string_view bytes, std::uint32_t before) {
    std::uint64_t crc = ~before;
    const char* p = bytes.data();
    std::size_t n = bytes.size();
    for (; n >= 3 * stretch; p += 3 * stretch, n -= 3 * stretch) {
        std::uint64_t second = 0, third = 0;
        for (std::size_t i = 0; i < stretch; i += 8) {
            crc = add_word(crc, p + i);
            second = add_word(second, p + stretch + i);
            third = add_word(third, p + 2 * stretch + i);
        }
        crc = skip(skip(crc) ^ second) ^ third;
    }
    for (; n >= 8; p += 8, n -= 8) crc = add_word(crc, p);
    auto last = static_cast<std::uint32_t>(crc);
    for (; n > 0; ++p, --n) last = __builtin_ia32_crc32qi(last, static_cast<unsigned char>(*p));
    return ~last;
}
#endif

}  // namespace

std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t before) {
    std::uint32_t crc = ~before;
    for (unsigned char byte : bytes) crc = (crc >> 8) ^ table[(crc ^ byte) & 0xff];
    return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
#if defined(__x86_64__)
    static const bool has_sse42 = __builtin_cpu_supports("sse4.2");
    if (has_sse42) return crc32c_sse42(bytes, before);
#endif
    return crc32c_portable(bytes, before);
}

}  // namespace sekisho::store
