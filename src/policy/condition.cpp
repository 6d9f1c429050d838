#include "policy/condition.h"

#include <algorithm>

namespace sekisho::policy {
namespace {

bool equals_any(const Condition& condition, std::string_view actual, const KeySource& keys) {
    for (const Condition::Wanted& wanted : condition.wanted)
        if (match::matches(*condition.op, wanted.value, actual, keys)) return true;
    return false;
}

// "…the key values resolve to a null data set, such as an empty string" (IAM guide, multivalued context keys).
bool is_null(const KeyValues& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!values[i].empty()) return false;
    return true;
}

}  // namespace

// Source for all of this: IAM guide, "Condition operators" and "Conditions with multiple context keys or values".
bool met(const Condition& condition, const KeySource& keys) {
    std::string room;
    const KeyValues values = keys.look(condition.key_lower, room);
    if (condition.op->family == match::Family::null) {
        bool null = is_null(values);
        return std::ranges::any_of(condition.wanted, [&](const Condition::Wanted& wanted) {
            const bool* value = std::get_if<bool>(&wanted.value);
            return value && *value == null;
        });
    }
    const bool negated = condition.op->negated;

    // One value of the request: equal to any wanted value, or (negated) to none of them, which is NOR.
    auto holds = [&](std::size_t i) { return equals_any(condition, values[i], keys) != negated; };
    switch (condition.quantifier) {
        // Without values nothing contradicts "all" and nothing supports "any", whether the operator is negated or not: the
        // guide states both without exception ("It also returns true if there are no keys in the request", "For no matching key
        // or a null dataset, the condition returns false"). IfExists changes neither: seen on AWS with
        // ForAnyValue:StringEqualsIfExists, https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w
        case Quantifier::for_all_values:
            if (is_null(values)) return true;
            for (std::size_t i = 0; i < values.size(); ++i)
                if (!holds(i)) return false;
            return true;
        case Quantifier::for_any_value:
            if (is_null(values)) return false;
            for (std::size_t i = 0; i < values.size(); ++i)
                if (holds(i)) return true;
            return false;
        case Quantifier::none:
            break;
    }
    if (values.size() == 0) return condition.if_exists || negated;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (equals_any(condition, values[i], keys)) return !negated;
    return negated;
}

}  // namespace sekisho::policy
