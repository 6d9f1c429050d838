#include "base/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.h"

namespace sekisho {

namespace {

int width(const IpAddress& ip) { return ip.v6 ? 128 : 32; }

// `ip` with every bit from `prefix_length` on set to `bit`.
IpAddress fill_host_bits(IpAddress ip, int prefix_length, bool bit) {
    for (int i = prefix_length; i < width(ip); ++i) {
        auto mask = static_cast<std::uint8_t>(0x80 >> i % 8);
        auto& byte = ip.bytes[static_cast<std::size_t>(i / 8)];
        byte = static_cast<std::uint8_t>(bit ? byte | mask : byte & ~mask);
    }
    return ip;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    char buffer[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof buffer || text.find('\0') != std::string_view::npos) return std::nullopt;
    std::memcpy(buffer, text.data(), text.size());
    buffer[text.size()] = '\0';
    IpAddress ip;
    ip.v6 = text.find(':') != std::string_view::npos;
    if (inet_pton(ip.v6 ? AF_INET6 : AF_INET, buffer, ip.bytes.data()) != 1) return std::nullopt;
    return ip;
}

IpAddress IpAddress::v4(std::uint32_t host_order) {
    IpAddress ip;
    for (int i = 0; i < 4; ++i) ip.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    return ip;
}

std::uint32_t IpAddress::as_v4() const {
    return std::uint32_t(bytes[0]) << 24 | std::uint32_t(bytes[1]) << 16 | std::uint32_t(bytes[2]) << 8 | bytes[3];
}

std::string IpAddress::text() const {
    char buffer[INET6_ADDRSTRLEN];
    inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer);
    return buffer;
}

IpAddress IpAddress::unmapped() const {
    static constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!v6 || std::memcmp(bytes.data(), mapped, sizeof mapped) != 0) return *this;
    IpAddress ip;
    std::copy(bytes.begin() + 12, bytes.end(), ip.bytes.begin());
    return ip;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
    std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto ip = IpAddress::parse(text.substr(0, slash));
    std::string_view digits = text.substr(slash + 1);
    auto length = parse_u64(digits);
    if (!ip || !length || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    if (*length > static_cast<std::uint64_t>(width(*ip))) return std::nullopt;
    return Cidr{*ip, static_cast<int>(*length)};
}

bool Cidr::contains(const IpAddress& ip) const {
    return ip.v6 == address.v6 && fill_host_bits(ip, prefix_length, false) == first();
}
bool Cidr::contains(const Cidr& inner) const { return inner.prefix_length >= prefix_length && contains(inner.address); }
bool Cidr::overlaps(const Cidr& other) const { return contains(other.address) || other.contains(address); }
IpAddress Cidr::first() const { return fill_host_bits(address, prefix_length, false); }
IpAddress Cidr::last() const { return fill_host_bits(address, prefix_length, true); }
Cidr Cidr::canonical() const { return {first(), prefix_length}; }
std::string Cidr::text() const { return address.text() + "/" + std::to_string(prefix_length); }

}  // namespace sekisho
