// StringEquals, StringEqualsIgnoreCase, StringLike and their negations.
#include "policy/match/operator.h"

namespace sekisho::policy::match {

bool string_equals(const Pattern& wanted, std::string_view actual, const KeySource& keys) {
    return wanted.matches(actual, keys);
}

bool string_equals_ignore_case(const Pattern& wanted, std::string_view actual, const KeySource& keys) {
    return wanted.matches_ignoring_case(actual, keys);
}

bool string_like(const Pattern& wanted, std::string_view actual, const KeySource& keys) { return wanted.matches(actual, keys); }

}  // namespace sekisho::policy::match
