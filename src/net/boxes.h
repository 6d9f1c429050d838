// Boxes: rules of security groups as ranges of protocol × port × address, made disjoint. The kernel's range sets refuse
// elements that overlap, while security groups are unions: a rule for 10.0.0.0/8 beside one for 10.1.0.0/16 is no mistake
// there.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <vector>

namespace sekisho::net::kernel {

struct Range {
    std::uint32_t first = 0, last = 0;
    auto operator<=>(const Range&) const = default;
};
using Box = std::array<Range, 3>;

// Disjoint boxes that cover exactly what the given ones cover; the same for any order of the same boxes.
std::vector<Box> disjoint(const std::vector<Box>& boxes);

}  // namespace sekisho::net::kernel
