#include "policy/pattern.h"

#include <gtest/gtest.h>

#include "policy/query.h"

namespace sekisho::policy::test {
namespace {

using W = Pattern::Wildcards;

bool like(std::string_view pattern, std::string_view value, W wildcards = W::anywhere, const Context& keys = {}) {
    return Pattern::compile(pattern, wildcards, true).matches(value, keys);
}

TEST(Pattern, Wildcards) {
    struct Row {
        const char *pattern, *value;
        bool matches;
    };
    for (const Row& row : std::initializer_list<Row>{
             {"", "", true},
             {"", "a", false},
             {"*", "", true},
             {"*", "anything:at/all", true},
             {"a*", "a", true},
             {"a*", "ba", false},
             {"*a", "ba", true},
             {"*a", "ab", false},
             {"a*b*c", "a-b-c", true},
             {"a*b*c", "a-c-b", false},
             {"*ab", "aab", true},
             {"*a?", "ab-ac", true},
             {"*a?", "a", false},
             {"a**b", "ab", true},
             {"?", "", false},
             {"?", "x", true},
             {"??", "x", false},
             {"a*aa", "aa", false},
             {"a*aa", "aaa", true},
             {"*?*?*", "x", false},
             {"*?*?*", "xy", true},
             {"David/*", "David/a/b", true},
             {"David/*", "david/a", false},
         })
        EXPECT_EQ(like(row.pattern, row.value), row.matches) << row.pattern << " ~ " << row.value;
}

TEST(Pattern, AQuestionMarkIsOneCharacterNotOneByte) {
    EXPECT_TRUE(like("?", "é"));
    EXPECT_FALSE(like("??", "é"));
    EXPECT_TRUE(like("a?c", "a😀c"));
    EXPECT_TRUE(like("*?c", "😀c"));
    EXPECT_FALSE(like("??c", "😀c"));
    EXPECT_TRUE(like("??", "日本"));
    EXPECT_TRUE(like("?", "\xff")) << "a byte that is no UTF-8 is a character of its own";
}

TEST(Pattern, WildcardsAreLiteralWhereTheOperatorHasNone) {
    EXPECT_FALSE(like("a*", "ab", W::none));
    EXPECT_TRUE(like("a*", "a*", W::none));
}

// IAM guide, "IAM JSON policy elements: Resource": wildcards stay within a segment, but a * that ends one can expand beyond it.
TEST(Pattern, InAResourceAWildcardStaysWithinItsSegmentUnlessItEndsIt) {
    EXPECT_TRUE(like("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", W::resource));
    EXPECT_TRUE(like("arn:aws:s3:::*", "arn:aws:s3:::bucket/a", W::resource));
    EXPECT_TRUE(like("arn:aws:s3*", "arn:aws:s3:::bucket", W::resource));
    EXPECT_TRUE(like("arn:aws:ec2:*:*:vpc/*", "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1", W::resource));
    EXPECT_TRUE(like("arn:aws:ec2:us-*-1:*:vpc/*", "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1", W::resource));
    EXPECT_FALSE(like("arn:aws:ec2:us*1:1:vpc/*", "arn:aws:ec2:us:1:1:vpc/vpc-1", W::resource));
    EXPECT_FALSE(like("arn:aws:ec2?::vpc/a", "arn:aws:ec2:::vpc/a", W::resource));
    EXPECT_TRUE(like("arn:aws:ec2:?:1:vpc/a", "arn:aws:ec2:x:1:vpc/a", W::resource));
    EXPECT_TRUE(like("arn:aws:ec2:?:1:vpc/a", "arn:aws:ec2:é:1:vpc/a", W::resource));
    EXPECT_FALSE(like("arn:aws:ec2:??:1:vpc/a", "arn:aws:ec2:é:1:vpc/a", W::resource));
}

// S3 guide and IAM guide: "arn:aws:s3:::DOC-EXAMPLE-BUCKET/*/test/*".
TEST(Pattern, TheDocumentedBucketExample) {
    for (const char* key : {"1/test/object.jpg", "1/2/test/object.jpg", "1/2/test/3/object.jpg", "1/2/3/test/4/object.jpg",
                            "1///test///object.jpg", "1/test/.jpg", "//test/object.jpg", "1/test/"})
        EXPECT_TRUE(like("arn:aws:s3:::DOC-EXAMPLE-BUCKET/*/test/*", std::string("arn:aws:s3:::DOC-EXAMPLE-BUCKET/") + key,
                         W::resource))
            << key;
    for (const char* key : {"1-test/object.jpg", "test/object.jpg", "1/test.jpg"})
        EXPECT_FALSE(like("arn:aws:s3:::DOC-EXAMPLE-BUCKET/*/test/*", std::string("arn:aws:s3:::DOC-EXAMPLE-BUCKET/") + key,
                          W::resource))
            << key;
}

TEST(Pattern, VariablesAreFilledInAndWhatTheyHoldIsLiteral) {
    Context keys = test::keys({{"aws:username", "bob"}, {"aws:PrincipalTag/star", "*"}});
    EXPECT_TRUE(like("home/${aws:username}/*", "home/bob/x", W::anywhere, keys));
    EXPECT_TRUE(like("home/${AWS:UserName}/*", "home/bob/x", W::anywhere, keys)) << "key names know no case";
    EXPECT_FALSE(like("home/${aws:username}/*", "home/eve/x", W::anywhere, keys));
    EXPECT_FALSE(like("${aws:PrincipalTag/star}", "anything", W::anywhere, keys));
    EXPECT_TRUE(like("${aws:PrincipalTag/star}", "*", W::anywhere, keys));
}

TEST(Pattern, AVariableWithoutAValueMatchesNothing) {
    Context keys;
    keys.set("aws:TagKeys", std::vector<std::string>{"a"});
    keys.set("empty", std::string());
    EXPECT_FALSE(like("${aws:username}", "", W::anywhere, keys));
    EXPECT_FALSE(like("${aws:username}*", "anything", W::anywhere, keys));
    EXPECT_FALSE(like("${aws:TagKeys}", "a", W::anywhere, keys)) << "multivalued keys cannot be variables";
    EXPECT_FALSE(like("${empty}", "", W::anywhere, keys));
}

TEST(Pattern, DefaultsStandInForMissingValues) {
    const char* pattern = "arn:aws:s3:::DOC-EXAMPLE-BUCKET-${aws:PrincipalTag/team, 'company-wide'}";
    EXPECT_TRUE(like(pattern, "arn:aws:s3:::DOC-EXAMPLE-BUCKET-company-wide", W::resource));
    EXPECT_TRUE(
        like(pattern, "arn:aws:s3:::DOC-EXAMPLE-BUCKET-yellow", W::resource, keys({{"aws:PrincipalTag/team", "yellow"}})));
    EXPECT_FALSE(like(pattern, "arn:aws:s3:::DOC-EXAMPLE-BUCKET-company-wide", W::resource,
                      keys({{"aws:PrincipalTag/team", "yellow"}})));
    EXPECT_TRUE(like("${k,'*'}", "*")) << "a default is literal, too";
    EXPECT_FALSE(like("${k,'*'}", "x"));
}

TEST(Pattern, SpecialCharactersAreWrittenAsVariables) {
    EXPECT_TRUE(like("a${*}b${?}c${$}", "a*b?c$"));
    EXPECT_FALSE(like("a${*}b", "axb"));
    EXPECT_TRUE(like("${$}{aws:username}", "${aws:username}"));
}

TEST(Pattern, WhatIsNoVariableStandsForItself) {
    for (const char* text : {"${", "${}", "${a", "${a, b}", "${a, 'b}", "$x", "$"})
        EXPECT_TRUE(like(text, text, W::none)) << text;
}

TEST(Pattern, TheOldVersionKnowsNoVariables) {
    EXPECT_TRUE(
        Pattern::compile("${aws:username}", W::anywhere, false).matches("${aws:username}", keys({{"aws:username", "bob"}})));
}

TEST(Pattern, AValueThatIsNotUtf8CannotPretendToBeAWildcard) {
    EXPECT_FALSE(like("${tag}", "anything", W::anywhere, keys({{"tag", "\xfe"}})));
    EXPECT_FALSE(like("x\xC3\xA9", "x\xfe"));
}

TEST(Pattern, ManyStarsDoNotTakeExponentialTime) {
    std::string pattern, bounded = "arn:";
    for (int i = 0; i < 500; ++i) pattern += "*a", bounded += "*a";
    std::string value(8'000, 'a');
    EXPECT_FALSE(like(pattern + "b", value));
    EXPECT_FALSE(like(bounded + "b:x", "arn:" + value.substr(0, 2'000), W::resource));
}

}  // namespace
}  // namespace sekisho::policy::test
