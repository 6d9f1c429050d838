#include "policy/condition.h"

#include <algorithm>

namespace sekisho::policy {
namespace {

bool equals_any(const Condition& condition, std::string_view actual, const KeySource& keys) {
    return std::ranges::any_of(condition.wanted, [&](const Condition::Wanted& wanted) {
        return match::matches(*condition.op, wanted.value, actual, keys);
    });
}

// "…the key values resolve to a null data set, such as an empty string" (IAM guide, multivalued context keys).
bool is_null(const ContextEntry* entry) {
    return !entry || std::ranges::all_of(entry->values, [](const std::string& value) { return value.empty(); });
}

}  // namespace

// Source for all of this: IAM guide, "Condition operators" and "Conditions with multiple context keys or values".
bool met(const Condition& condition, const KeySource& keys) {
    const ContextEntry* entry = keys.find(condition.key.text);
    if (condition.op->family == match::Family::null) {
        bool null = is_null(entry);
        return std::ranges::any_of(condition.wanted, [&](const Condition::Wanted& wanted) {
            const bool* value = std::get_if<bool>(&wanted.value);
            return value && *value == null;
        });
    }
    const bool negated = condition.op->negated;
    bool absent = !entry || entry->values.empty();
    // One value of the request: equal to any wanted value, or (negated) to none of them, which is NOR.
    auto holds = [&](const std::string& actual) { return equals_any(condition, actual, keys) != negated; };
    switch (condition.quantifier) {
        // Without values nothing contradicts "all" and nothing supports "any", whether the operator is negated or not: the
        // guide states both without exception ("It also returns true if there are no keys in the request", "For no matching key
        // or a null dataset, the condition returns false"). IfExists changes neither: seen on AWS with
        // ForAnyValue:StringEqualsIfExists, https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w
        case Quantifier::for_all_values:
            return is_null(entry) || std::ranges::all_of(entry->values, holds);
        case Quantifier::for_any_value:
            return !is_null(entry) && std::ranges::any_of(entry->values, holds);
        case Quantifier::none:
            break;
    }
    if (absent) return condition.if_exists || negated;
    bool equal =
        std::ranges::any_of(entry->values, [&](const std::string& actual) { return equals_any(condition, actual, keys); });
    return equal != negated;
}

}  // namespace sekisho::policy
