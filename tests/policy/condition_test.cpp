// Conditions, one row per fact. Sources: IAM guide, "Condition operators", "Conditions with multiple context keys or values",
// "Variables and tags".
#include "policy/condition.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "policy/query.h"

namespace sekisho::policy::test {
namespace {

// Whether {operator: {"k": wanted}} is met when the key k has these values; nullopt: absent.
bool holds(const std::string& op, const std::string& wanted_json, std::optional<std::vector<std::string>> actual) {
    std::string json = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{")" +
                       op + R"(":{"k":)" + wanted_json + "}}}}";
    auto document = compile(json, Kind::identity);
    Context context;
    context.set("v", std::string("value of v"));
    if (actual && actual->size() == 1)
        context.set("K", actual->front());
    else if (actual)
        context.set("K", *actual);
    return met(document->statements[0].conditions[0], context);
}

using Values = std::vector<std::string>;
const std::optional<Values> absent;

struct Row {
    const char* op;
    const char* wanted;
    std::optional<Values> actual;
    bool met;
};

void check(std::initializer_list<Row> rows) {
    for (const Row& row : rows) {
        std::string actual = row.actual ? nlohmann::json(*row.actual).dump() : "absent";
        EXPECT_EQ(holds(row.op, row.wanted, row.actual), row.met) << row.op << " wanted " << row.wanted << " actual " << actual;
    }
}

TEST(Condition, AnAbsentKeyMeetsNegatedOperatorsAndNoOthers) {
    for (const char* op : {"StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "ArnNotEquals", "ArnNotLike"})
        check({{op, R"("arn:aws:a:b:c:d")", absent, true}});
    check({{"NumericNotEquals", "1", absent, true},
           {"DateNotEquals", R"("2026-01-01")", absent, true},
           {"NotIpAddress", R"("10.0.0.0/8")", absent, true}});
    for (const char* op : {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"})
        check({{op, R"("arn:aws:a:b:c:d")", absent, false}});
    check({{"NumericEquals", "1", absent, false},
           {"NumericLessThan", "1", absent, false},
           {"DateGreaterThan", R"("2026-01-01")", absent, false},
           {"Bool", "false", absent, false},
           {"BinaryEquals", R"("QQ==")", absent, false},
           {"IpAddress", R"("10.0.0.0/8")", absent, false}});
}

TEST(Condition, IfExistsIsMetByAnAbsentKeyAndElseAsTheOperatorItself) {
    check({{"StringEqualsIfExists", R"("a")", absent, true},
           {"StringEqualsIfExists", R"("a")", Values{"b"}, false},
           {"StringNotEqualsIfExists", R"("a")", absent, true},
           {"StringNotEqualsIfExists", R"("a")", Values{"a"}, false},
           {"BoolIfExists", "true", absent, true},
           {"BoolIfExists", "true", Values{"false"}, false},
           {"IpAddressIfExists", R"("10.0.0.0/8")", absent, true},
           {"NumericLessThanIfExists", "5", Values{"9"}, false}});
}

// Seen on AWS: https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w; "For no matching key or a null dataset, the condition
// returns false" (IAM guide, set operators) holds whatever the operator ends in.
TEST(Condition, IfExistsChangesNothingUnderASetOperator) {
    check({{"ForAnyValue:StringEqualsIfExists", R"("a")", absent, false},
           {"ForAnyValue:StringEqualsIfExists", R"("a")", Values{""}, false},
           {"ForAnyValue:StringNotEqualsIfExists", R"("a")", absent, false},
           {"ForAnyValue:StringNotEqualsIfExists", R"("a")", Values{"b"}, true},
           {"ForAllValues:StringEqualsIfExists", R"("a")", absent, true},
           {"ForAllValues:StringEqualsIfExists", R"("a")", Values{"a", "b"}, false}});
}

TEST(Condition, SeveralValuesAreOrAndUnderANegatedOperatorNor) {
    check({{"StringEquals", R"(["a","b"])", Values{"b"}, true},
           {"StringEquals", R"(["a","b"])", Values{"c"}, false},
           {"StringNotEquals", R"(["a","b"])", Values{"a"}, false},
           {"StringNotEquals", R"(["a","b"])", Values{"b"}, false},
           {"StringNotEquals", R"(["a","b"])", Values{"c"}, true},
           {"NotIpAddress", R"(["10.0.0.0/8","192.0.2.1"])", Values{"192.0.2.1"}, false},
           {"NotIpAddress", R"(["10.0.0.0/8","192.0.2.1"])", Values{"192.0.2.2"}, true},
           {"StringNotLike", R"(["a*","b*"])", Values{"bx"}, false},
           {"ArnNotLike", R"(["arn:aws:iam::1:user/a","arn:aws:iam::1:user/b"])", Values{"arn:aws:iam::1:user/b"}, false}});
}

TEST(Condition, Strings) {
    check({{"StringEquals", R"("Abc")", Values{"Abc"}, true},
           {"StringEquals", R"("Abc")", Values{"abc"}, false},
           {"StringEquals", R"("a*")", Values{"ab"}, false},
           {"StringEquals", R"("")", Values{""}, true},
           {"StringEquals", R"("${v}")", Values{"value of v"}, true},
           {"StringEqualsIgnoreCase", R"("Abc")", Values{"aBC"}, true},
           {"StringNotEqualsIgnoreCase", R"("Abc")", Values{"aBC"}, false},
           {"StringLike", R"("a*c?")", Values{"abbbcd"}, true},
           {"StringLike", R"("a?c")", Values{"aéc"}, true},
           {"StringLike", R"("A*")", Values{"abc"}, false},
           {"StringNotLike", R"("vpce-*")", Values{"vpce-1"}, false}});
}

// "Policy variables with no value": equal and like operators do not match, inverted ones do.
TEST(Condition, AVariableWithoutAValueEqualsNothing) {
    check({{"StringEquals", R"("${missing}")", Values{"x"}, false},
           {"StringEquals", R"("${missing}")", Values{""}, false},
           {"StringNotEquals", R"("${missing}")", Values{"x"}, true},
           {"StringNotLike", R"("${missing}")", Values{"x"}, true},
           {"StringEquals", R"(["${missing}","x"])", Values{"x"}, true}});
}

TEST(Condition, Numbers) {
    check({{"NumericEquals", "10", Values{"10.0"}, true},
           {"NumericEquals", R"("10")", Values{"1e1"}, true},
           {"NumericNotEquals", "10", Values{"11"}, true},
           {"NumericLessThan", "10", Values{"9.99"}, true},
           {"NumericLessThan", "10", Values{"10"}, false},
           {"NumericLessThanEquals", "10", Values{"10"}, true},
           {"NumericGreaterThan", "1.2", Values{"1.3"}, true},
           {"NumericGreaterThanEquals", "-1", Values{"-1"}, true},
           {"NumericEquals", "9007199254740993", Values{"9007199254740992"}, false},
           {"NumericEquals", "10", Values{"ten"}, false},
           {"NumericEquals", "10", Values{""}, false},
           {"NumericEquals", "10", Values{" 10"}, false},
           {"NumericEquals", "16", Values{"0x10"}, false},
           {"NumericLessThan", "10", Values{"nan"}, false},
           {"NumericGreaterThan", "10", Values{"inf"}, false}});
}

TEST(Condition, Dates) {
    check({{"DateEquals", R"("2026-11-23T16:12:52Z")", Values{"2026-11-23T16:12:52Z"}, true},
           {"DateEquals", R"("2026-11-23T16:12:52Z")", Values{"1795450372"}, true},
           {"DateEquals", "1795450372", Values{"2026-11-23T16:12:52.000Z"}, true},
           {"DateEquals", R"("2026-11-23T17:12:52+01:00")", Values{"2026-11-23T16:12:52Z"}, true},
           {"DateEquals", R"("2026-11-23")", Values{"2026-11-23T00:00Z"}, true},
           {"DateEquals", R"("2026")", Values{"2026-01-01T00:00:00Z"}, true},
           {"DateNotEquals", R"("2026-11-23")", Values{"2026-11-24"}, true},
           {"DateLessThan", R"("2026-11-23T16:12:52.500Z")", Values{"2026-11-23T16:12:52.499Z"}, true},
           {"DateLessThanEquals", R"("2026-11-23T16:12:52Z")", Values{"2026-11-23T16:12:52Z"}, true},
           {"DateGreaterThan", R"("2020-01-01T00:00:01Z")", Values{"2026-11-23T16:12:52Z"}, true},
           {"DateGreaterThanEquals", R"("2027-01-01")", Values{"2026-12-31T23:59:59Z"}, false},
           {"DateLessThan", R"("2026-02-30")", Values{"2020-01-01"}, false},
           {"DateLessThan", R"("yesterday")", Values{"2020-01-01"}, false},
           {"DateGreaterThan", R"("2020-01-01")", Values{"soon"}, false}});
}

TEST(Condition, Booleans) {
    check({{"Bool", R"("false")", Values{"false"}, true},
           {"Bool", "true", Values{"true"}, true},
           {"Bool", "true", Values{"TRUE"}, true},
           {"Bool", "true", Values{"false"}, false},
           {"Bool", "false", Values{"no"}, false},
           {"Bool", R"("0")", Values{"false"}, false}});
}

TEST(Condition, Binary) {
    check({{"BinaryEquals", R"("QmluYXJ5VmFsdWVJbkJhc2U2NA==")", Values{"BinaryValueInBase64"}, true},
           {"BinaryEquals", R"("QmluYXJ5VmFsdWVJbkJhc2U2NA==")", Values{"QmluYXJ5VmFsdWVJbkJhc2U2NA=="}, false},
           {"BinaryEquals", R"("not base64")", Values{"not base64"}, false}});
}

TEST(Condition, Addresses) {
    check({{"IpAddress", R"("203.0.113.0/24")", Values{"203.0.113.255"}, true},
           {"IpAddress", R"("203.0.113.0/24")", Values{"203.0.114.0"}, false},
           {"IpAddress", R"("203.0.113.5")", Values{"203.0.113.5"}, true},
           {"IpAddress", R"("203.0.113.5/32")", Values{"203.0.113.6"}, false},
           {"IpAddress", R"("0.0.0.0/0")", Values{"8.8.8.8"}, true},
           {"IpAddress", R"("0.0.0.0/0")", Values{"2001:db8::1"}, false},
           {"IpAddress", R"("2001:DB8:1234:5678::/64")", Values{"2001:db8:1234:5678:ffff::1"}, true},
           {"IpAddress", R"("2001:DB8:1234:5678::/64")", Values{"2001:db8:1234:5679::1"}, false},
           {"IpAddress", R"("::/0")", Values{"2001:db8::1"}, true},
           {"IpAddress", R"("10.0.0.0/8")", Values{"::ffff:10.1.2.3"}, true},
           {"IpAddress", R"("10.0.0.0/8")", Values{"10.0.0.1:443"}, false},
           {"IpAddress", R"("10.0.0.9/24")", Values{"10.0.0.200"}, true},
           {"IpAddress", R"("10.0.0.0/31")", Values{"10.0.0.1"}, true},
           {"IpAddress", R"("10.0.0.0/31")", Values{"10.0.0.2"}, false},
           {"IpAddress", R"("0.0.0.0/1")", Values{"127.255.255.255"}, true},
           {"IpAddress", R"("0.0.0.0/1")", Values{"128.0.0.0"}, false},
           {"IpAddress", R"("2001:db8::/63")", Values{"2001:db8:0:1::"}, true},
           {"IpAddress", R"("2001:db8::/65")", Values{"2001:db8::8000:0:0:0"}, false},
           {"IpAddress", R"("::/0")", Values{"10.0.0.1"}, false},
           {"IpAddress", R"("10.0.0.0/8")", Values{"10.01.0.1"}, false},
           {"IpAddress", R"("10.0.0.0/8")", Values{"10.0.0"}, false},
           {"IpAddress", R"("10.0.0.0/8")", Values{"10.0.0.256"}, false},
           {"IpAddress", R"("10.0.0.0/8")", Values{"10.0.0.0001"}, false},
           {"IpAddress", R"("10.0.0.0/8")", Values{"10.0.0.1."}, false},
           {"NotIpAddress", R"("203.0.113.0/24")", Values{"203.0.113.9"}, false},
           {"NotIpAddress", R"("203.0.113.0/24")", Values{"garbage"}, true}});
}

// The guide's own example: StringLike matches, ArnLike compares the parts between colons and does not.
TEST(Condition, Arns) {
    const char* pattern = R"("arn:aws:someservice:*:111122223333:finance/*")";
    Values value{"arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"};
    check({{"StringLike", pattern, value, true},
           {"ArnLike", pattern, value, false},
           {"ArnEquals", pattern, Values{"arn:aws:someservice:us-east-2:111122223333:finance/x"}, true},
           {"ArnLike", R"("arn:aws:iam::1:user/*")", Values{"arn:aws:iam::1:user/path/bob"}, true},
           {"ArnLike", R"("arn:aws:iam::1:role/?")", Values{"arn:aws:iam::1:role/ab"}, false},
           {"ArnEquals", R"("arn:aws:sns:*:*:t:sub")", Values{"arn:aws:sns:us-east-1:1:t:sub"}, true},
           {"ArnNotEquals", R"("arn:aws:iam::1:user/bob")", Values{"arn:aws:iam::1:user/eve"}, true},
           {"ArnNotEquals", R"("arn:aws:iam::1:user/bob")", Values{"arn:aws:iam::1:user/bob"}, false},
           {"ArnLike", R"("arn:aws:iam::1:user/bob")", Values{"not an arn"}, false},
           {"ArnLike", R"("arn:aws:iam::1:user/${v}")", Values{"arn:aws:iam::1:user/value of v"}, true}});
}

TEST(Condition, NullAsksWhetherTheKeyIsThere) {
    check({{"Null", "true", absent, true},
           {"Null", "true", Values{"x"}, false},
           {"Null", "false", absent, false},
           {"Null", "false", Values{"x"}, true},
           {"Null", R"("true")", Values{""}, true},
           {"Null", R"(["true","false"])", Values{"x"}, true}});
}

TEST(Condition, ForAllValuesWantsEveryValueOfTheRequestInTheList) {
    check({{"ForAllValues:StringEquals", R"(["PostDateTime","Message","Tags"])", Values{"PostDateTime", "Message"}, true},
           {"ForAllValues:StringEquals", R"(["PostDateTime","Message","Tags"])", Values{"PostDateTime", "UserName"}, false},
           {"ForAllValues:StringEquals", R"(["a"])", absent, true},
           {"ForAllValues:StringEquals", R"(["a"])", Values{}, true},
           {"ForAllValues:StringEquals", R"(["a"])", Values{""}, true},
           {"ForAllValues:StringLike", R"(["a*"])", Values{"a1", "a2"}, true},
           {"ForAllValues:StringNotEquals", R"(["a","b"])", Values{"c", "d"}, true},
           {"ForAllValues:StringNotEquals", R"(["a","b"])", Values{"c", "a"}, false},
           {"ForAllValues:StringNotEquals", R"(["a","b"])", absent, true}});
}

// IAM guide, "Multivalued context key examples": Deny with ForAllValues:StringNotLike, and what each request gets.
TEST(Condition, TheDocumentedExampleOfANegatedSetOperator) {
    check({{"ForAllValues:StringNotLike", R"("key1*")", Values{"key1:legal"}, false},
           {"ForAllValues:StringNotLike", R"("key1*")", Values{"key1:hr", "key1:personnel"}, false},
           {"ForAllValues:StringNotLike", R"("key1*")", Values{"key2:audit"}, true},
           {"ForAllValues:StringNotLike", R"("key1*")", absent, true}});
}

TEST(Condition, ForAnyValueWantsOneValueOfTheRequestInTheList) {
    check({{"ForAnyValue:StringEquals", R"(["ID","PostDateTime"])", Values{"UserName", "Message", "PostDateTime"}, true},
           {"ForAnyValue:StringEquals", R"(["ID","PostDateTime"])", Values{"UserName"}, false},
           {"ForAnyValue:StringEquals", R"(["a"])", absent, false},
           {"ForAnyValue:StringEquals", R"(["a"])", Values{}, false},
           {"ForAnyValue:StringNotEquals", R"(["a","b"])", Values{"a", "c"}, true},
           {"ForAnyValue:StringNotEquals", R"(["a","b"])", Values{"a", "b"}, false},
           {"ForAnyValue:StringNotEquals", R"(["a","b"])", absent, false},
           {"ForAnyValue:NotIpAddress", R"(["10.0.0.0/8"])", absent, false}});
}

}  // namespace
}  // namespace sekisho::policy::test
