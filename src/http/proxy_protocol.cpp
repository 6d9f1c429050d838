#include "http/proxy_protocol.h"

#include <algorithm>

namespace sekisho::http {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view signature = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t fixed_bytes = 16;
constexpr std::uint8_t tlv_crc32c = 0x03, tlv_aws = 0xEA, aws_vpce = 0x01;

std::uint8_t byte(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }
std::uint16_t number(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(byte(bytes, at) << 8 | byte(bytes, at + 1));
}

IpAddress address(std::string_view bytes, bool v6) {
    IpAddress ip;
    ip.v6 = v6;
    for (std::size_t i = 0; i < (v6 ? 16 : 4); ++i) ip.bytes[i] = byte(bytes, i);
    return ip.unmapped();
}

// Over the whole header, with the checksum's own four bytes as zero.
std::uint32_t crc32c(std::string_view bytes, std::size_t zero_at) {
    std::uint32_t crc = ~0u;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        crc ^= i >= zero_at && i < zero_at + 4 ? 0u : byte(bytes, i);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0u);
    }
    return ~crc;
}

// "vpce-" and lower-case hex; the text becomes part of who is asking, so nothing else passes.
bool is_vpce_id(std::string_view text) {
    return text.size() > 5 && text.size() <= 64 && text.starts_with("vpce-") &&
           std::ranges::all_of(text.substr(5), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

bool read_tlvs(std::string_view whole, std::size_t at, ProxyHeader& header) {
    bool crc_seen = false;
    while (at < whole.size()) {
        if (whole.size() - at < 3) return false;
        std::uint8_t type = byte(whole, at);
        std::size_t length = number(whole, at + 1);
        at += 3;
        if (whole.size() - at < length) return false;
        std::string_view value = whole.substr(at, length);
        if (type == tlv_crc32c) {
            if (crc_seen || length != 4) return false;
            crc_seen = true;
            std::uint32_t sent = static_cast<std::uint32_t>(number(value, 0)) << 16 | number(value, 2);
            if (sent != crc32c(whole, at)) return false;
        } else if (type == tlv_aws && length > 0 && byte(value, 0) == aws_vpce) {
            if (!header.vpce.empty() || !is_vpce_id(value.substr(1))) return false;
            header.vpce = value.substr(1);
        }
        at += length;
    }
    return true;
}

}  // namespace

ProxyParse parse_proxy_header(std::string_view bytes) {
    using State = ProxyParse::State;
    std::size_t common = std::min(bytes.size(), signature.size());
    if (bytes.substr(0, common) != signature.substr(0, common)) return {State::bad, {}};
    if (bytes.size() < fixed_bytes) return {State::incomplete, {}};

    std::uint8_t version_command = byte(bytes, 12), family = byte(bytes, 13);
    std::size_t length = number(bytes, 14);
    if (version_command != 0x20 && version_command != 0x21) return {State::bad, {}};
    if (fixed_bytes + length > proxy_header_bytes_max) return {State::bad, {}};
    if (bytes.size() < fixed_bytes + length) return {State::incomplete, {}};
    std::string_view whole = bytes.substr(0, fixed_bytes + length);

    ProxyHeader header;
    header.bytes = whole.size();
    // LOCAL: whatever follows is to be skipped.
    if (version_command == 0x20) return {State::complete, std::move(header)};

    bool v6 = family == 0x21;
    if (family != 0x11 && family != 0x21) return {State::bad, {}};  // TCP over IPv4 and over IPv6
    std::size_t one = v6 ? 16 : 4, block = 2 * one + 4;
    if (length < block) return {State::bad, {}};
    std::string_view addresses = whole.substr(fixed_bytes);
    header.addresses = ProxyHeader::Addresses{address(addresses, v6), address(addresses.substr(one), v6),
                                              number(addresses, 2 * one), number(addresses, 2 * one + 2)};
    if (!read_tlvs(whole, fixed_bytes + block, header)) return {State::bad, {}};
    return {State::complete, std::move(header)};
}

}  // namespace sekisho::http
