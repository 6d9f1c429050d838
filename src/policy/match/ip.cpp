// IpAddress and NotIpAddress: IPv4 and IPv6 blocks. An address without a prefix length is a block of one.
#include "policy/match/operator.h"

namespace sekisho::policy::match {

std::optional<Cidr> parse_block(std::string_view text) {
    if (auto block = Cidr::parse(text)) return block;
    if (auto address = IpAddress::parse(text)) return Cidr{*address, address->v6 ? 128 : 32};
    return std::nullopt;
}

bool ip(const Cidr& wanted, std::string_view actual) {
    auto address = IpAddress::parse(actual);
    return address && wanted.contains(address->unmapped());
}

}  // namespace sekisho::policy::match
