// The index finds what trying every pattern finds.
#include "policy/pattern_index.h"

#include <gtest/gtest.h>

#include <random>

#include "policy/query.h"

namespace sekisho::policy::test {
namespace {

Pattern pattern(const std::string& text) { return Pattern::compile(text, Pattern::Wildcards::anywhere, true); }

TEST(PatternIndex, APrefixBringsEveryShorterPrefixWithIt) {
    PatternIndex index;
    int bit = 0;
    for (const char* text : {"s3:*", "s3:get*", "s3:getobject", "s3:getobject*", "s3:put*", "ec2:*", "*:getobject", "${v}"})
        index.add(pattern(text), std::uint64_t(1) << bit++);
    index.build();
    const Context keys = test::keys({{"v", "ec2:x"}});
    const std::uint64_t all = ~std::uint64_t(0);
    EXPECT_EQ(index.find(Hashed("s3:getobject"), all, keys), 0b01001111u);
    EXPECT_EQ(index.find(Hashed("s3:getobjectacl"), all, keys), 0b00001011u);
    EXPECT_EQ(index.find(Hashed("s3:getbucketacl"), all, keys), 0b00000011u);
    EXPECT_EQ(index.find(Hashed("s3:h"), all, keys), 0b00000001u);
    EXPECT_EQ(index.find(Hashed("s3:zzz"), all, keys), 0b00000001u);
    EXPECT_EQ(index.find(Hashed("s3:"), all, keys), 0b00000001u);
    EXPECT_EQ(index.find(Hashed("s3"), all, keys), 0u);
    EXPECT_EQ(index.find(Hashed("a"), all, keys), 0u);
    EXPECT_EQ(index.find(Hashed(""), all, keys), 0u);
    EXPECT_EQ(index.find(Hashed("ec2:x"), all, keys), 0b10100000u);
}

TEST(PatternIndex, AgreesWithTryingEveryPattern) {
    std::mt19937_64 random(7);
    auto text = [&](const std::string& letters) {
        std::string out;
        for (std::size_t n = random() % 6; n > 0; --n) out += letters[random() % letters.size()];
        return out;
    };
    const Context keys;
    for (int round = 0; round < 2000; ++round) {
        PatternIndex index;
        std::vector<Pattern> patterns;
        for (int bit = 0; bit < 64; ++bit) {
            patterns.push_back(pattern(random() % 3 ? text("ab") + "*" : text("ab*?")));
            index.add(patterns.back(), std::uint64_t(1) << bit);
        }
        index.build();
        for (int i = 0; i < 8; ++i) {
            std::string value = text("abc");
            std::uint64_t expected = 0;
            for (int bit = 0; bit < 64; ++bit)
                if (patterns[static_cast<std::size_t>(bit)].matches(value, keys)) expected |= std::uint64_t(1) << bit;
            EXPECT_EQ(index.find(Hashed(value), ~std::uint64_t(0), keys), expected) << value;
        }
    }
}

TEST(PatternIndex, StatementsBeyondTheFirst64AreAsked) {
    std::string json = R"({"Version":"2012-10-17","Statement":[)";
    for (int i = 0; i < 200; ++i)
        json += R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b)" + std::to_string(i) + R"(/*"},)";
    json += R"({"Sid":"Last","Effect":"Deny","NotAction":"s3:GetObject","NotResource":"arn:aws:s3:::b0/*"}]})";
    auto decision = [&](const char* action, const char* resource) {
        Asked asked;
        asked.caller = Caller::user("123456789012", "bob");
        asked.action = action;
        asked.resource = resource;
        asked.policies.identity = {json};
        return decide(asked);
    };
    EXPECT_EQ(decision("s3:GetObject", "arn:aws:s3:::b0/x"), "allowed by identity-based policy #0");
    EXPECT_EQ(decision("s3:GetObject", "arn:aws:s3:::b63/x"), "allowed by identity-based policy #63");
    EXPECT_EQ(decision("s3:GetObject", "arn:aws:s3:::b64/x"), "allowed by identity-based policy #64");
    EXPECT_EQ(decision("s3:GetObject", "arn:aws:s3:::b199/x"), "allowed by identity-based policy #199");
    EXPECT_EQ(decision("s3:PutObject", "arn:aws:s3:::b199/x"), "denied by identity-based policy #200 Last");
    EXPECT_EQ(decision("s3:PutObject", "arn:aws:s3:::b0/x"), "denied, no identity-based policy");
}

}  // namespace
}  // namespace sekisho::policy::test
