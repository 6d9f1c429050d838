// Operators: the table of condition operators, and what each family does with a policy's value and a request's.
// One file per family beside this one. Source: IAM guide, "Condition operators".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "policy/context.h"
#include "policy/pattern.h"

namespace sekisho::policy::match {

enum class Family : std::uint8_t {
    string_equals,
    string_equals_ignore_case,
    string_like,
    numeric,
    date,
    boolean,
    binary,
    ip,
    arn,
    null
};
enum class Comparison : std::uint8_t { equals, less, less_or_equal, greater, greater_or_equal };

struct Operator {
    std::string_view name;  // the positive or negated name, without qualifier and IfExists
    Family family;
    bool negated = false;
    Comparison comparison = Comparison::equals;
};

// nullptr: no such operator. Names compare with case.
const Operator* find_operator(std::string_view name);

// A value of a policy, compiled for its operator. monostate: not of the operator's type, so nothing equals it.
struct ArnPattern {
    Pattern parts[6];
};
struct DateValue {
    std::int64_t millis;
};
struct BinaryValue {
    std::string bytes;
};
// A CIDR block, and the same as integers: an address is inside when its masked bits are these.
struct Block {
    Cidr cidr;
    std::uint64_t bits[2], mask[2];  // v4 in the upper half of the first

    explicit Block(const Cidr& c);
};
using Value = std::variant<std::monostate, Pattern, ArnPattern, long double, DateValue, bool, BinaryValue, Block>;

// `variables`: the document's version knows policy variables.
Value compile_value(const Operator& op, std::string_view text, bool variables);

// Whether one value of the request stands in the operator's relation to one value of the policy; negation is not applied here.
bool matches(const Operator& op, const Value& wanted, std::string_view actual, const KeySource& keys);

// Per family:
bool string_equals(const Pattern& wanted, std::string_view actual, const KeySource& keys);
bool string_equals_ignore_case(const Pattern& wanted, std::string_view actual, const KeySource& keys);
bool string_like(const Pattern& wanted, std::string_view actual, const KeySource& keys);

std::optional<long double> parse_number(std::string_view text);
bool numeric(Comparison comparison, long double wanted, std::string_view actual);

// W3C's profile of ISO 8601 (from a year to fractions of a second) or seconds since 1970.
std::optional<DateValue> parse_date(std::string_view text);
bool date(Comparison comparison, DateValue wanted, std::string_view actual);

std::optional<bool> parse_boolean(std::string_view text);
bool boolean(bool wanted, std::string_view actual);

bool binary(const BinaryValue& wanted, std::string_view actual);

// A CIDR block, or an address, which is a block of its own.
std::optional<Block> parse_block(std::string_view text);
bool ip(const Block& wanted, std::string_view actual);

// The six parts of an ARN are compared each on its own. nullopt: fewer than six.
std::optional<ArnPattern> compile_arn(std::string_view text, bool variables);
bool arn(const ArnPattern& wanted, std::string_view actual, const KeySource& keys);

}  // namespace sekisho::policy::match
