// S3 guide, "The meaning of public".
#include <gtest/gtest.h>

#include "policy/document.h"

namespace sekisho::policy {
namespace {

bool is_public(const std::string& rest, const std::string& effect = "Allow") {
    return policy::is_public(
        *compile(R"({"Version":"2012-10-17","Statement":[{"Resource":"*","Action":"s3:PutObject","Effect":")" + effect + "\"," +
                     rest + "}]}",
                 Kind::resource));
}
bool with(const std::string& condition) { return is_public(R"("Principal":"*","Condition":)" + condition); }

TEST(Public, TheDocumentedExamples) {
    EXPECT_TRUE(is_public(R"("Principal":{"Federated":"graph.facebook.com"})"));
    EXPECT_TRUE(is_public(R"("Principal":"*")"));
    EXPECT_TRUE(with(R"({"StringLike":{"aws:SourceVpc":"vpc-*"}})"));
    EXPECT_FALSE(with(R"({"StringEquals":{"aws:SourceVpc":"vpc-91237329"}})"));
}

TEST(Public, FixedPrincipalsAreNot) {
    EXPECT_FALSE(is_public(R"("Principal":{"AWS":"123456789012"})"));
    EXPECT_FALSE(is_public(R"("Principal":{"Service":"logging.s3.amazonaws.com"})"));
    EXPECT_TRUE(is_public(R"("Principal":{"AWS":["123456789012","*"]})"));
}

TEST(Public, ADenyGrantsNothing) {
    EXPECT_FALSE(is_public(R"("Principal":"*")", "Deny"));
    EXPECT_FALSE(is_public(R"("NotPrincipal":{"AWS":"123456789012"})", "Deny"));
}

TEST(Public, KeysThatLimit) {
    EXPECT_FALSE(with(R"({"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}})"));
    EXPECT_FALSE(with(R"({"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:t"}})"));
    EXPECT_FALSE(with(R"({"StringEquals":{"aws:PrincipalOrgID":"o-123"}})"));
    EXPECT_FALSE(with(R"({"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:123456789012:accesspoint/*"}})"));
    EXPECT_TRUE(with(R"({"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-west-2:*:accesspoint/*"}})"));
    EXPECT_TRUE(with(R"({"StringNotEquals":{"aws:SourceVpce":"vpce-1"}})"));
    EXPECT_TRUE(with(R"({"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}})"));
    EXPECT_TRUE(with(R"({"StringEquals":{"aws:SourceVpce":"${aws:PrincipalTag/vpce}"}})"));
    EXPECT_TRUE(with(R"({"StringEquals":{"aws:UserAgent":"secret"}})"));
    EXPECT_TRUE(with(R"({"Bool":{"aws:SecureTransport":"true"}})"));
    EXPECT_FALSE(with(R"({"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:SourceVpc":"vpc-1"}})"));
}

// "values broader than /8 for IPv4 and /32 for IPv6 (excluding RFC1918 private ranges)".
TEST(Public, BroadAddressRangesDoNotLimit) {
    EXPECT_FALSE(with(R"({"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}})"));
    EXPECT_FALSE(with(R"({"IpAddress":{"aws:SourceIp":"52.0.0.0/8"}})"));
    EXPECT_TRUE(with(R"({"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}})"));
    EXPECT_TRUE(with(R"({"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/0"]}})"));
    EXPECT_FALSE(with(R"({"IpAddress":{"aws:SourceIp":"2001:db8::/32"}})"));
    EXPECT_TRUE(with(R"({"IpAddress":{"aws:SourceIp":"2000::/3"}})"));
    EXPECT_TRUE(with(R"({"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}})"));
}

}  // namespace
}  // namespace sekisho::policy
