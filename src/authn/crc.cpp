#include "authn/crc.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sekisho::authn {

namespace {

std::uint64_t load64(const char* p) {
    std::uint64_t v;
    std::memcpy(&v, p, 8);
    return v;
}

bool can_fold() {
#if defined(__x86_64__)
    static const bool yes = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
    return yes;
#else
    return false;
#endif
}

}  // namespace

Crc::Crc(int width, std::uint64_t polynomial)
    : width_(width), mask_(width == 64 ? ~0ull : (1ull << width) - 1), polynomial_(polynomial) {
    for (std::uint64_t i = 0; i < 256; ++i) {
        std::uint64_t v = i;
        for (int bit = 0; bit < 8; ++bit) v = v & 1 ? v >> 1 ^ polynomial_ : v >> 1;
        tables_[0][i] = v;
    }
    for (std::size_t t = 1; t < 8; ++t)
        for (std::size_t i = 0; i < 256; ++i) tables_[t][i] = tables_[t - 1][i] >> 8 ^ tables_[0][tables_[t - 1][i] & 0xff];
    // A product of two reversed 64-bit halves comes out one power too high in the 128-bit register: hence the -1.
    auto multiplier = [this](std::uint64_t exponent) { return power_of_x(exponent - 1) << (64 - width_); };
    by_512_ = {multiplier(512 + 64), multiplier(512)};
    by_128_ = {multiplier(128 + 64), multiplier(128)};
}

std::uint64_t Crc::multiply(std::uint64_t a, std::uint64_t b) const {
    std::uint64_t product = 0;
    for (std::uint64_t bit = 1ull << (width_ - 1); bit; bit >>= 1) {  // from x^0 upwards
        if (a & bit) product ^= b;
        b = b & 1 ? b >> 1 ^ polynomial_ : b >> 1;  // b · x
    }
    return product;
}

std::uint64_t Crc::power_of_x(std::uint64_t exponent) const {
    std::uint64_t result = 1ull << (width_ - 1);  // x^0
    std::uint64_t square = 1ull << (width_ - 2);  // x^1
    for (; exponent; exponent >>= 1) {
        if (exponent & 1) result = multiply(result, square);
        square = multiply(square, square);
    }
    return result;
}

std::uint64_t Crc::by_tables(std::uint64_t state, std::string_view bytes) const {
    const char* p = bytes.data();
    std::size_t n = bytes.size();
    for (; n >= 8; p += 8, n -= 8) {
        std::uint64_t v = state ^ load64(p);
        state = tables_[7][v & 0xff] ^ tables_[6][v >> 8 & 0xff] ^ tables_[5][v >> 16 & 0xff] ^ tables_[4][v >> 24 & 0xff] ^
                tables_[3][v >> 32 & 0xff] ^ tables_[2][v >> 40 & 0xff] ^ tables_[1][v >> 48 & 0xff] ^ tables_[0][v >> 56];
    }
    for (; n; ++p, --n) state = state >> 8 ^ tables_[0][(state ^ static_cast<unsigned char>(*p)) & 0xff];
    return state;
}

#if defined(__x86_64__)
namespace {
__attribute__((target("pclmul,sse4.1"))) inline __m128i fold(__m128i x, __m128i by, __m128i next) {
    return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(x, by, 0x00), _mm_clmulepi64_si128(x, by, 0x11)), next);
}
}  // namespace

// Needs at least 64 bytes. Four registers of 16 bytes move along 64 bytes at a time, are folded into one, and its 16 bytes
// are hashed with the rest by tables ("Fast CRC Computation Using PCLMULQDQ", Intel 2009, without its Barrett reduction).
__attribute__((target("pclmul,sse4.1"))) std::uint64_t Crc::folded(std::uint64_t state, std::string_view bytes) const {
    const char* p = bytes.data();
    std::size_t n = bytes.size();
    auto load = [](const char* from) __attribute__((target("pclmul,sse4.1"))) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    __m128i x0 = _mm_xor_si128(load(p), _mm_set_epi64x(0, static_cast<long long>(state)));
    __m128i x1 = load(p + 16), x2 = load(p + 32), x3 = load(p + 48);
    p += 64, n -= 64;
    const __m128i far = _mm_set_epi64x(static_cast<long long>(by_512_[1]), static_cast<long long>(by_512_[0]));
    for (; n >= 64; p += 64, n -= 64) {
        x0 = fold(x0, far, load(p));
        x1 = fold(x1, far, load(p + 16));
        x2 = fold(x2, far, load(p + 32));
        x3 = fold(x3, far, load(p + 48));
    }
    const __m128i near = _mm_set_epi64x(static_cast<long long>(by_128_[1]), static_cast<long long>(by_128_[0]));
    x0 = fold(fold(fold(x0, near, x1), near, x2), near, x3);
    for (; n >= 16; p += 16, n -= 16) x0 = fold(x0, near, load(p));
    char rest[16];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rest), x0);
    return by_tables(by_tables(0, {rest, 16}), {p, n});
}
#else
std::uint64_t Crc::folded(std::uint64_t state, std::string_view bytes) const { return by_tables(state, bytes); }
#endif

std::uint64_t Crc::update(std::uint64_t crc, std::string_view bytes) const {
    std::uint64_t state = crc ^ mask_;
    state = bytes.size() >= 128 && can_fold() ? folded(state, bytes) : by_tables(state, bytes);
    return state ^ mask_;
}

std::uint64_t Crc::combine(std::uint64_t crc_a, std::uint64_t crc_b, std::uint64_t length_b) const {
    // 8 · length_b may not fit 64 bits: x^8 raised to the length instead.
    std::uint64_t shift = 1ull << (width_ - 1);
    std::uint64_t square = power_of_x(8);
    for (; length_b; length_b >>= 1) {
        if (length_b & 1) shift = multiply(shift, square);
        square = multiply(square, square);
    }
    return multiply(shift, crc_a) ^ crc_b;
}

const Crc& Crc::crc32() {
    static const Crc crc(32, 0xedb88320);
    return crc;
}
const Crc& Crc::crc32c() {
    static const Crc crc(32, 0x82f63b78);
    return crc;
}
const Crc& Crc::crc64nvme() {
    static const Crc crc(64, 0x9a6c9329ac4bc9b5);
    return crc;
}

}  // namespace sekisho::authn
