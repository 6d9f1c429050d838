#include "policy/pattern_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sekisho::policy {
namespace {

// Not for hostile tables: collisions only cost comparisons with the literals of one policy, whose writer chose them.
std::uint64_t hash_of(std::string_view text) {
    constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15;
    std::uint64_t hash = text.size() * multiplier;
    while (!text.empty()) {
        std::uint64_t word = 0;
        std::size_t length = std::min<std::size_t>(8, text.size());
        std::memcpy(&word, text.data(), length);
        hash = (hash ^ word) * multiplier;
        hash ^= hash >> 32;
        text.remove_prefix(length);
    }
    return hash;
}

constexpr std::size_t none = static_cast<std::size_t>(-1);

}  // namespace

Hashed::Hashed(std::string_view t) : text(t), hash(hash_of(t)) {}

void PatternIndex::add(const Pattern& pattern, std::uint64_t bit) {
    auto add_text = [&](auto& list) {
        for (auto& known : list)
            if (known.text == pattern.fixed_text()) {
                known.bits |= bit;
                return;
            }
        auto& made = list.emplace_back();
        made.text = pattern.fixed_text();
        made.bits = bit;
    };
    switch (pattern.shape()) {
        case Pattern::Shape::everything:
            everything_ |= bit;
            break;
        case Pattern::Shape::literal:
            add_text(literals_);
            break;
        case Pattern::Shape::prefix:
            add_text(prefixes_);
            break;
        case Pattern::Shape::general:
            generals_.push_back({pattern, bit});
            break;
    }
}

void PatternIndex::build() {
    std::vector<Literal> given = std::move(literals_);
    literals_.clear();
    if (!given.empty()) literals_.resize(std::bit_ceil(given.size() * 2));
    const std::size_t mask = literals_.size() - 1;
    for (Literal& literal : given) {
        literal.hash = hash_of(literal.text);
        std::size_t place = literal.hash & mask;
        while (literals_[place].bits) place = (place + 1) & mask;
        literals_[place] = std::move(literal);
    }
    std::ranges::sort(prefixes_, {}, &Prefix::text);
    for (std::size_t i = 0; i < prefixes_.size(); ++i) {
        // Whatever this one begins with stands before it, and the one just before it begins with all of those, too.
        std::size_t before = i == 0 ? none : i - 1;
        while (before != none && !prefixes_[i].text.starts_with(prefixes_[before].text)) before = prefixes_[before].shorter;
        prefixes_[i].shorter = before;
        if (before != none) prefixes_[i].bits |= prefixes_[before].bits;
    }
}

std::uint64_t PatternIndex::find_literal(const Hashed& value) const {
    const std::size_t mask = literals_.size() - 1;
    for (std::size_t place = value.hash & mask; literals_[place].bits; place = (place + 1) & mask)
        if (literals_[place].hash == value.hash && literals_[place].text == value.text) return literals_[place].bits;
    return 0;
}

// The last prefix that is not behind the value in order begins with every prefix that the value begins with.
std::uint64_t PatternIndex::find_prefix(std::string_view value) const {
    auto behind = std::ranges::upper_bound(prefixes_, value, {}, [](const Prefix& p) { return std::string_view(p.text); });
    std::size_t place = static_cast<std::size_t>(behind - prefixes_.begin()) - 1;  // `none` when all are behind it
    while (place != none && !value.starts_with(prefixes_[place].text)) place = prefixes_[place].shorter;
    return place == none ? 0 : prefixes_[place].bits;
}

}  // namespace sekisho::policy
