// What a security group lets through on behalf of one remote block or group, as ranges of one number: protocol × 65536 + port
// (or, for ICMP, type × 256 + code). Rules are unions, and the kernel's sets refuse elements that overlap.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace sekisho::net::kernel {

struct Range {
    std::uint32_t first = 0, last = 0;
    auto operator<=>(const Range&) const = default;
};

// Disjoint ranges, in order, that cover exactly what the given ones cover: never more of them than were given.
std::vector<Range> united(std::vector<Range> ranges);

}  // namespace sekisho::net::kernel
