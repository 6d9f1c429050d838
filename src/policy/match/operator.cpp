#include "policy/match/operator.h"

#include <array>

#include "base/bytes.h"

namespace sekisho::policy::match {
namespace {

using F = Family;
using C = Comparison;

constexpr std::array operators = {
    Operator{"StringEquals", F::string_equals},
    Operator{"StringNotEquals", F::string_equals, true},
    Operator{"StringEqualsIgnoreCase", F::string_equals_ignore_case},
    Operator{"StringNotEqualsIgnoreCase", F::string_equals_ignore_case, true},
    Operator{"StringLike", F::string_like},
    Operator{"StringNotLike", F::string_like, true},
    Operator{"NumericEquals", F::numeric},
    Operator{"NumericNotEquals", F::numeric, true},
    Operator{"NumericLessThan", F::numeric, false, C::less},
    Operator{"NumericLessThanEquals", F::numeric, false, C::less_or_equal},
    Operator{"NumericGreaterThan", F::numeric, false, C::greater},
    Operator{"NumericGreaterThanEquals", F::numeric, false, C::greater_or_equal},
    Operator{"DateEquals", F::date},
    Operator{"DateNotEquals", F::date, true},
    Operator{"DateLessThan", F::date, false, C::less},
    Operator{"DateLessThanEquals", F::date, false, C::less_or_equal},
    Operator{"DateGreaterThan", F::date, false, C::greater},
    Operator{"DateGreaterThanEquals", F::date, false, C::greater_or_equal},
    Operator{"Bool", F::boolean},
    Operator{"BinaryEquals", F::binary},
    Operator{"IpAddress", F::ip},
    Operator{"NotIpAddress", F::ip, true},
    Operator{"ArnEquals", F::arn},
    Operator{"ArnNotEquals", F::arn, true},
    Operator{"ArnLike", F::arn},
    Operator{"ArnNotLike", F::arn, true},
    Operator{"Null", F::null},
};

template <class T>
Value value_or_nothing(std::optional<T> value) {
    return value ? Value(std::move(*value)) : Value();
}

}  // namespace

const Operator* find_operator(std::string_view name) {
    for (const Operator& op : operators)
        if (op.name == name) return &op;
    return nullptr;
}

Value compile_value(const Operator& op, std::string_view text, bool variables) {
    switch (op.family) {
        case Family::string_equals:
        case Family::string_equals_ignore_case:
            return Pattern::compile(text, Pattern::Wildcards::none, variables);
        case Family::string_like:
            return Pattern::compile(text, Pattern::Wildcards::anywhere, variables);
        case Family::numeric:
            return value_or_nothing(parse_number(text));
        case Family::date:
            return value_or_nothing(parse_date(text));
        case Family::boolean: {
            // The guide's page on operators lets variables stand in Bool.
            if (auto value = parse_boolean(text)) return *value;
            Pattern pattern = Pattern::compile(text, Pattern::Wildcards::none, variables);
            return pattern.has_variables() ? Value(std::move(pattern)) : Value();
        }
        case Family::null:
            return value_or_nothing(parse_boolean(text));
        case Family::binary: {
            auto bytes = from_base64(text);
            return bytes ? Value(BinaryValue{std::move(*bytes)}) : Value();
        }
        case Family::ip:
            return value_or_nothing(parse_block(text));
        case Family::arn:
            return value_or_nothing(compile_arn(text, variables));
    }
    return {};
}

bool matches(const Operator& op, const Value& wanted, std::string_view actual, const KeySource& keys) {
    if (std::holds_alternative<std::monostate>(wanted)) return false;
    switch (op.family) {
        case Family::string_equals:
            return string_equals(std::get<Pattern>(wanted), actual, keys);
        case Family::string_equals_ignore_case:
            return string_equals_ignore_case(std::get<Pattern>(wanted), actual, keys);
        case Family::string_like:
            return string_like(std::get<Pattern>(wanted), actual, keys);
        case Family::numeric:
            return numeric(op.comparison, std::get<long double>(wanted), actual);
        case Family::date:
            return date(op.comparison, std::get<DateValue>(wanted), actual);
        case Family::boolean: {
            if (const bool* value = std::get_if<bool>(&wanted)) return boolean(*value, actual);
            auto text = std::get<Pattern>(wanted).resolved_text(keys);
            auto value = text ? parse_boolean(*text) : std::nullopt;
            return value && boolean(*value, actual);
        }
        case Family::binary:
            return binary(std::get<BinaryValue>(wanted), actual);
        case Family::ip:
            return ip(std::get<Block>(wanted), actual);
        case Family::arn:
            return arn(std::get<ArnPattern>(wanted), actual, keys);
        case Family::null:
            return false;  // tests presence; see condition.cpp
    }
    return false;
}

}  // namespace sekisho::policy::match
