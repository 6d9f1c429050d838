// NumericEquals … NumericGreaterThanEquals: integers and decimals. What is no number stands in no relation to one.
#include <charconv>

#include "policy/match/operator.h"

namespace sekisho::policy::match {

std::optional<long double> parse_number(std::string_view text) {
    if (text.empty() || text.size() > 64) return std::nullopt;
    std::string_view digits = text;
    if (digits[0] == '+' || digits[0] == '-') digits.remove_prefix(1);
    if (digits.empty() || digits.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
    if (digits[0] < '0' || digits[0] > '9') return std::nullopt;
    if (text[0] == '+') text.remove_prefix(1);
    long double value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool numeric(Comparison comparison, long double wanted, std::string_view actual) {
    std::optional<long double> value = parse_number(actual);
    if (!value) return false;
    switch (comparison) {
        case Comparison::equals:
            return *value == wanted;
        case Comparison::less:
            return *value < wanted;
        case Comparison::less_or_equal:
            return *value <= wanted;
        case Comparison::greater:
            return *value > wanted;
        case Comparison::greater_or_equal:
            return *value >= wanted;
    }
    return false;
}

}  // namespace sekisho::policy::match
