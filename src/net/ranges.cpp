#include "net/ranges.h"

#include <algorithm>

namespace sekisho::net::kernel {

std::vector<Range> united(std::vector<Range> ranges) {
    std::erase_if(ranges, [](const Range& range) { return range.first > range.last; });
    std::ranges::sort(ranges);
    std::vector<Range> out;
    for (const auto& range : ranges) {
        if (!out.empty() && (range.first <= out.back().last || range.first - 1 == out.back().last))
            out.back().last = std::max(out.back().last, range.last);
        else
            out.push_back(range);
    }
    return out;
}

}  // namespace sekisho::net::kernel
