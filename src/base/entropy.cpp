#include "base/entropy.h"

#include <sys/random.h>

#include <cstring>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho {

std::uint64_t Entropy::u64() {
    std::uint64_t value;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

std::string Entropy::hex(std::size_t digits) {
    std::string raw((digits + 1) / 2, '\0');
    fill(std::as_writable_bytes(std::span(raw)));
    return to_hex(raw).substr(0, digits);
}

std::string Entropy::text(std::size_t length, std::string_view alphabet) {
    std::string out;
    out.reserve(length);
    // Rejection keeps the choice uniform: bytes at or above the largest multiple of the alphabet's size are drawn again.
    const unsigned limit = 256 - 256 % static_cast<unsigned>(alphabet.size());
    while (out.size() < length) {
        unsigned char bytes[32];
        fill(std::as_writable_bytes(std::span(bytes)));
        for (unsigned char b : bytes)
            if (b < limit && out.size() < length) out.push_back(alphabet[b % alphabet.size()]);
    }
    return out;
}

std::string Entropy::uuid() {
    std::string h = hex(32);
    h[12] = '4';
    h[16] = "89ab"[h[16] & 3];
    return h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" + h.substr(20);
}

std::string Entropy::resource_id(std::string_view prefix) { return std::string(prefix) + "-0" + hex(16); }

void SystemEntropy::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        ssize_t n = getrandom(out.data(), out.size(), 0);
        if (n < 0) throw_errno("getrandom");
        out = out.subspan(static_cast<std::size_t>(n));
    }
}

void PooledEntropy::fill(std::span<std::byte> out) {
    if (out.size() > pool_.size()) return source_.fill(out);
    std::lock_guard lock(mutex_);
    if (pool_.size() - used_ < out.size()) {
        source_.fill(pool_);
        used_ = 0;
    }
    std::memcpy(out.data(), pool_.data() + used_, out.size());
    used_ += out.size();
}

void SeededEntropy::fill(std::span<std::byte> out) {
    for (std::byte& b : out) {  // splitmix64
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        b = static_cast<std::byte>((z ^ (z >> 31)) & 0xff);
    }
}

}  // namespace sekisho
