#include "policy/json.h"

#include <gtest/gtest.h>

namespace sekisho::policy {
namespace {

std::string error_of(std::string_view text) {
    auto json = parse_json(text);
    if (json) return "";
    return std::to_string(json.error().position.line) + ":" + std::to_string(json.error().position.column) + " " +
           json.error().what;
}

TEST(PolicyJson, EveryValueKnowsItsPlace) {
    auto json = parse_json("{\n  \"a\": [1, \"é\"],\n  \"b\": {\"c\": true}\n}");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->find("a")->position, (Position{2, 3, 4}));
    EXPECT_EQ(json->find("a")->value.items[1].position, (Position{2, 12, 13}));
    EXPECT_EQ(json->find("b")->value.find("c")->value.position.line, 3u);
}

TEST(PolicyJson, EscapesAreDecoded) {
    auto json = parse_json(R"("\u0041\n\/\\\"\ud83d\ude00")");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->text, "A\n/\\\"😀");
}

TEST(PolicyJson, WhatIsNoJsonIsRefusedWithItsPlace) {
    EXPECT_EQ(error_of(""), "1:1 the document ends too early");
    EXPECT_EQ(error_of("{\"a\": }"), "1:7 a value was expected");
    EXPECT_EQ(error_of("{\"a\": 1,\n}"), "2:1 a name in quotes was expected");
    EXPECT_EQ(error_of("{\"a\": 1} x"), "1:10 text after the end of the document");
    EXPECT_EQ(error_of("[1 2]"), "1:4 ',' or ']' was expected");
    EXPECT_EQ(error_of("\"\x01\""), "1:2 a control character in a string");
    EXPECT_EQ(error_of("\"abc"), "1:5 a string ends too early");
    EXPECT_EQ(error_of(R"("\ud800")"), "1:8 half of a surrogate pair");
    EXPECT_EQ(error_of(R"("\x")"), "1:4 an unknown escape");
    EXPECT_EQ(error_of("\"\xff\""), "1:1 not UTF-8");
    EXPECT_EQ(error_of("01"), "1:2 text after the end of the document");
    EXPECT_EQ(error_of("1."), "1:3 a digit was expected");
}

TEST(PolicyJson, ANameThatStandsTwiceIsRefusedWhereItStandsAgain) {
    EXPECT_EQ(error_of("{\"a\": 1,\n \"a\": 2}"), "2:2 the name \"a\" stands twice");
    EXPECT_EQ(error_of(R"({"a": 1, "\u0061": 2})"), "1:10 the name \"a\" stands twice");
}

TEST(PolicyJson, DepthIsLimited) {
    EXPECT_EQ(error_of(std::string(32, '[') + std::string(32, ']')), "");
    EXPECT_EQ(error_of(std::string(33, '[') + std::string(33, ']')), "1:33 nested too deeply");
    EXPECT_NE(error_of(std::string(100'000, '[')), "");
}

}  // namespace
}  // namespace sekisho::policy
