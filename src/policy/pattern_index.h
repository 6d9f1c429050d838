// PatternIndex: which statements have a pattern that matches, without trying each: literals by hash, prefixes by binary search,
// and only what is left (wildcards inside, policy variables) one by one. Statements are bits of a word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/pattern.h"

namespace sekisho::policy {

// A text with its hash, made once per request.
struct Hashed {
    std::string_view text;
    std::uint64_t hash;
    explicit Hashed(std::string_view t);
};

class PatternIndex {
   public:
    // `bit`: of the statement that the pattern belongs to.
    void add(const Pattern& pattern, std::uint64_t bit);
    void add_everything(std::uint64_t bit) { everything_ |= bit; }
    void build();  // after the last add

    // The statements with a matching pattern; those that are not among `wanted` may be missing.
    std::uint64_t find(const Hashed& value, std::uint64_t wanted, const KeySource& keys) const {
        std::uint64_t found = everything_;
        if (!literals_.empty()) found |= find_literal(value);
        if (!prefixes_.empty()) found |= find_prefix(value.text);
        for (const General& general : generals_)
            if ((general.bits & wanted & ~found) && general.pattern.matches(value.text, keys)) found |= general.bits;
        return found;
    }

   private:
    struct Literal {
        std::string text;
        std::uint64_t hash = 0;
        std::uint64_t bits = 0;  // 0: an empty place
    };
    struct Prefix {
        std::string text;
        std::uint64_t bits = 0;                              // also those of every shorter prefix of this one
        std::size_t shorter = static_cast<std::size_t>(-1);  // the longest of those
    };
    struct General {
        Pattern pattern;
        std::uint64_t bits;
    };

    std::uint64_t find_literal(const Hashed& value) const;
    std::uint64_t find_prefix(std::string_view value) const;

    std::uint64_t everything_ = 0;
    std::vector<Literal> literals_;  // open addressing, a power of two
    std::vector<Prefix> prefixes_;   // sorted
    std::vector<General> generals_;
};

}  // namespace sekisho::policy
