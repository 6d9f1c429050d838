// IpAddress and NotIpAddress: IPv4 and IPv6 blocks. An address without a prefix length is a block of one.
#include "policy/match/operator.h"

namespace sekisho::policy::match {
namespace {

void to_integers(const IpAddress& address, std::uint64_t (&out)[2]) {
    for (int half = 0; half < 2; ++half) {
        out[half] = 0;
        for (int i = 0; i < 8; ++i) out[half] = out[half] << 8 | address.bytes[static_cast<std::size_t>(half * 8 + i)];
    }
}

// The usual v4 form, read by hand: this is what nearly every request brings.
std::optional<std::uint32_t> read_v4(std::string_view text) {
    std::uint32_t address = 0;
    std::size_t at = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && (at == text.size() || text[at++] != '.')) return std::nullopt;
        std::uint32_t value = 0;
        std::size_t digits = 0;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && digits < 4; ++at, ++digits)
            value = value * 10 + static_cast<std::uint32_t>(text[at] - '0');
        bool leading_zero = digits > 1 && text[at - digits] == '0';
        if (digits == 0 || value > 255 || leading_zero) return std::nullopt;
        address = address << 8 | value;
    }
    if (at != text.size()) return std::nullopt;
    return address;
}

}  // namespace

Block::Block(const Cidr& c) : cidr(c) {
    to_integers(c.address, bits);
    for (int half = 0; half < 2; ++half) {
        int length = c.prefix_length - half * 64;
        mask[half] = length <= 0 ? 0 : length >= 64 ? ~std::uint64_t(0) : ~(~std::uint64_t(0) >> length);
        bits[half] &= mask[half];
    }
}

std::optional<Block> parse_block(std::string_view text) {
    if (auto block = Cidr::parse(text)) return Block(*block);
    if (auto address = IpAddress::parse(text)) return Block(Cidr{*address, address->v6 ? 128 : 32});
    return std::nullopt;
}

bool ip(const Block& wanted, std::string_view actual) {
    if (auto v4 = read_v4(actual))
        return !wanted.cidr.address.v6 && (std::uint64_t(*v4) << 32 & wanted.mask[0]) == wanted.bits[0];
    auto address = IpAddress::parse(actual);
    if (!address) return false;
    IpAddress plain = address->unmapped();
    std::uint64_t bits[2];
    to_integers(plain, bits);
    return plain.v6 == wanted.cidr.address.v6 && (bits[0] & wanted.mask[0]) == wanted.bits[0] &&
           (bits[1] & wanted.mask[1]) == wanted.bits[1];
}

}  // namespace sekisho::policy::match
