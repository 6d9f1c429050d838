#include "net/boxes.h"

#include <algorithm>
#include <set>

namespace sekisho::net::kernel {

namespace {

// Cuts the dimension at every boundary; within a slice the same boxes are active throughout, and the rest is solved for them.
// Neighbouring slices with the same outcome become one.
std::vector<Box> solve(const std::vector<const Box*>& active, std::size_t dimension) {
    std::vector<Box> out;
    if (dimension == std::tuple_size_v<Box>) return {Box{}};
    std::set<std::uint64_t> cuts;
    for (const Box* box : active) {
        cuts.insert((*box)[dimension].first);
        cuts.insert(std::uint64_t{(*box)[dimension].last} + 1);
    }
    std::vector<Box> before;       // outcome of the slice before
    std::size_t before_start = 0;  // where its boxes begin in `out`
    std::uint64_t before_end = 0;  // the first value behind it
    for (auto cut = cuts.begin(); cut != cuts.end() && std::next(cut) != cuts.end(); ++cut) {
        auto first = static_cast<std::uint32_t>(*cut);
        auto last = static_cast<std::uint32_t>(*std::next(cut) - 1);
        std::vector<const Box*> inside;
        for (const Box* box : active)
            if ((*box)[dimension].first <= first && (*box)[dimension].last >= last) inside.push_back(box);
        if (inside.empty()) continue;
        auto outcome = solve(inside, dimension + 1);
        if (outcome == before && before_end == first) {
            for (std::size_t i = before_start; i < out.size(); ++i) out[i][dimension].last = last;
        } else {
            before_start = out.size();
            for (Box box : outcome) {
                box[dimension] = {first, last};
                out.push_back(box);
            }
            before = std::move(outcome);
        }
        before_end = std::uint64_t{last} + 1;
    }
    return out;
}

}  // namespace

std::vector<Box> disjoint(const std::vector<Box>& boxes) {
    std::vector<const Box*> active;
    for (const auto& box : boxes)
        if (std::ranges::all_of(box, [](const Range& range) { return range.first <= range.last; })) active.push_back(&box);
    return solve(active, 0);
}

}  // namespace sekisho::net::kernel
