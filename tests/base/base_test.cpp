#include <gtest/gtest.h>

#include <thread>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/ip.h"
#include "base/loop.h"
#include "base/result.h"

namespace sekisho {
namespace {

TEST(Bytes, Base64HasOneTextForOneValue) {
    EXPECT_EQ(to_base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
    EXPECT_EQ(from_base64("YW55IGNhcm5hbCBwbGVhcw=="), "any carnal pleas");
    EXPECT_EQ(from_base64(""), "");
    EXPECT_FALSE(from_base64("YW55IGNhcm5hbCBwbGVhcx=="));  // left-over bits are not zero
    EXPECT_FALSE(from_base64("YQ="));
    EXPECT_FALSE(from_base64("Y=Q="));
    EXPECT_FALSE(from_base64("YQ==YQ=="));
}

TEST(Bytes, PercentEncodingIsSigV4s) {
    EXPECT_EQ(percent_encode("a/b c~ü+"), "a%2Fb%20c~%C3%BC%2B");
    EXPECT_EQ(percent_encode("a/b", true), "a/b");
    EXPECT_EQ(percent_decode("a%2Fb+c", true), "a/b c");
    EXPECT_EQ(percent_decode("a+c"), "a+c");
    EXPECT_EQ(percent_decode("+%41++%2b%", true), std::nullopt);
    EXPECT_EQ(percent_decode("+%41++%2b", true), " A  +");
    EXPECT_FALSE(percent_decode("%2"));
    EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Bytes, NumbersAreDigitsOnly) {
    EXPECT_EQ(parse_u64("18446744073709551615"), 18446744073709551615ull);
    EXPECT_FALSE(parse_u64("18446744073709551616"));
    EXPECT_FALSE(parse_u64("-1"));
    EXPECT_FALSE(parse_u64("+1"));
    EXPECT_FALSE(parse_u64(" 1"));
    EXPECT_FALSE(parse_u64(""));
    EXPECT_EQ(parse_i64("-5"), -5);
}

TEST(Bytes, Utf8RefusesSurrogatesAndOverlongForms) {
    EXPECT_TRUE(valid_utf8("関所 é 😀"));
    EXPECT_FALSE(valid_utf8("\xed\xa0\x80"));
    EXPECT_FALSE(valid_utf8("\xc0\xaf"));
    EXPECT_FALSE(valid_utf8("\xf4\x90\x80\x80"));
    EXPECT_FALSE(valid_utf8("\xe3\x81"));
}

TEST(Clock, WritesAndReadsEveryForm) {
    Time time = from_epoch_millis(784111777123);
    EXPECT_EQ(iso8601_millis(time), "1994-11-06T08:49:37.123Z");
    EXPECT_EQ(iso8601(time), "1994-11-06T08:49:37Z");
    EXPECT_EQ(amz_basic(time), "19941106T084937Z");
    EXPECT_EQ(http_date(time), "Sun, 06 Nov 1994 08:49:37 GMT");
    Time seconds = from_epoch_millis(784111777000);
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), seconds);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), seconds);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), seconds);
    EXPECT_EQ(parse_iso8601("1994-11-06T08:49:37.123Z"), time);
    EXPECT_EQ(parse_iso8601("1994-11-06T08:49:37Z"), seconds);
    EXPECT_EQ(parse_amz_basic("19941106T084937Z"), seconds);
}

TEST(Clock, RefusesWhatIsNoDate) {
    for (const char* text : {"", "1994", "1994-13-06T08:49:37Z", "1994-02-30", "1994-11-06T24:00:00Z", "1994-11-06T08:49:37.Z",
                             "1994-11-06T08:49:37Zx", "9999-11-06T08:49:37Z"})
        EXPECT_FALSE(parse_iso8601(text)) << text;
    for (const char* text : {"", "19941106T084937", "19941306T084937Z", "19941106 084937Z"})
        EXPECT_FALSE(parse_amz_basic(text));
    for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37 UTC", "Xxx, 06 Nov 1994 08:49:37 GMT", "yesterday"})
        EXPECT_FALSE(parse_http_date(text)) << text;
}

TEST(Ip, ParsesStrictly) {
    EXPECT_EQ(IpAddress::parse("10.0.5.167")->text(), "10.0.5.167");
    EXPECT_EQ(IpAddress::parse("::ffff:10.0.0.1")->unmapped().text(), "10.0.0.1");
    for (const char* text : {"", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1 ", "fe80::1%eth0"})
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    for (const char* text : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "::/129"})
        EXPECT_FALSE(Cidr::parse(text)) << text;
}

TEST(Ip, CidrsKnowTheirEdges) {
    Cidr block = *Cidr::parse("10.0.16.7/20");
    EXPECT_EQ(block.first().text(), "10.0.16.0");
    EXPECT_EQ(block.last().text(), "10.0.31.255");
    EXPECT_TRUE(block.contains(*IpAddress::parse("10.0.31.255")));
    EXPECT_FALSE(block.contains(*IpAddress::parse("10.0.32.0")));
    EXPECT_FALSE(block.contains(*IpAddress::parse("::1")));
    EXPECT_TRUE(Cidr::parse("0.0.0.0/0")->contains(block));
    EXPECT_TRUE(block.overlaps(*Cidr::parse("10.0.0.0/16")));
    EXPECT_FALSE(block.overlaps(*Cidr::parse("10.0.32.0/20")));
}

TEST(Entropy, IdsLookLikeEc2s) {
    SeededEntropy entropy(1);
    std::string id = entropy.resource_id("vpc");
    EXPECT_EQ(id.size(), std::string("vpc-0123456789abcdef0").size());
    EXPECT_TRUE(id.starts_with("vpc-0"));
    EXPECT_EQ(entropy.uuid()[14], '4');
    EXPECT_EQ(entropy.text(40, "ab").find_first_not_of("ab"), std::string::npos);
}

TEST(Entropy, PooledBytesAreTheSourcesAndNoneIsGivenTwice) {
    SeededEntropy source(1), same(1);
    PooledEntropy pooled(source);
    std::string pool(1024, '\0');
    same.fill(std::as_writable_bytes(std::span(pool)));
    std::string first(1000, '\0'), second(24, '\0');
    pooled.fill(std::as_writable_bytes(std::span(first)));
    pooled.fill(std::as_writable_bytes(std::span(second)));
    EXPECT_EQ(first + second, pool);
    std::string more(1000, '\0'), large(4096, '\0');  // a new pool; more than a pool holds
    pooled.fill(std::as_writable_bytes(std::span(more)));
    pooled.fill(std::as_writable_bytes(std::span(large)));
    EXPECT_NE(more, first);
    EXPECT_EQ(large.find(std::string(16, '\0')), std::string::npos);
}

Task<int> plus_one(int value) { co_return value + 1; }
Task<int> count_to(int limit) {
    int value = 0;
    while (value < limit) value = co_await plus_one(value);
    co_return value;
}
TEST(Task, AMillionTasksThatFinishAtOnceNeedNoStack) { EXPECT_EQ(sync_wait(count_to(1'000'000)), 1'000'000); }

Task<void> throws() {
    throw Fault("disk");
    co_return;
}
TEST(Task, AFaultReachesTheAwaiter) { EXPECT_THROW(sync_wait(throws()), Fault); }

Task<std::thread::id> resumed_on() {
    std::vector<std::jthread> threads;
    co_await resume_later([&](std::function<void()> resume) { threads.emplace_back([resume] { resume(); }); });
    co_return std::this_thread::get_id();
}
TEST(Task, ContinuesOnItsOwnLoopWhenAnotherThreadResumesIt) { EXPECT_EQ(sync_wait(resumed_on()), std::this_thread::get_id()); }

}  // namespace
}  // namespace sekisho
