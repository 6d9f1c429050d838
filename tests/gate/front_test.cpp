#include "gate/front.h"

#include <gtest/gtest.h>

namespace sekisho::gate {
namespace {

http::Request request(std::string host, std::string authorization = {}, std::string query = {}) {
    http::Request made;
    made.method = "GET";
    made.path = "/";
    made.query = std::move(query);
    made.headers.add("Host", std::move(host));
    if (!authorization.empty()) made.headers.add("Authorization", std::move(authorization));
    return made;
}

TEST(Front, TheSignaturesScopeNamesServiceAndRegionWhateverTheHostSays) {
    auto addressed = address(request("s3.eu-west-1.amazonaws.com",
                                     "AWS4-HMAC-SHA256 Credential=AKIA/20261123/us-east-1/ec2/aws4_request, "
                                     "SignedHeaders=host, Signature=00"));
    EXPECT_EQ(addressed.service, "ec2");
    EXPECT_EQ(addressed.region, "us-east-1");
    EXPECT_TRUE(addressed.signed_request);
}

TEST(Front, APresignedRequestIsAddressedByItsCredential) {
    auto addressed = address(request("127.0.0.1:4566", "", "X-Amz-Credential=AKIA%2F20261123%2Feu-west-1%2Fs3%2Faws4_request"));
    EXPECT_EQ(addressed.service, "s3");
    EXPECT_EQ(addressed.region, "eu-west-1");
}

TEST(Front, AnUnsignedRequestIsAddressedByItsHost) {
    EXPECT_EQ(address(request("iam.amazonaws.com")).service, "iam");
    EXPECT_EQ(address(request("sts.eu-west-1.amazonaws.com")).service, "sts");
    EXPECT_EQ(address(request("bucket.s3.eu-west-1.amazonaws.com")).service, "s3");
    EXPECT_EQ(address(request("bucket.s3.eu-west-1.amazonaws.com")).region, "eu-west-1");
    EXPECT_EQ(address(request("127.0.0.1:4566")).service, "s3");
    EXPECT_FALSE(address(request("s3.amazonaws.com")).region);
}

TEST(Front, HostileHostsAndCredentialsNameNothing) {
    for (const char* host : {"", ".", "amazonaws.com", "..amazonaws.com", "[::1]:4566", "a.b.c", "x.amazonaws.com"})
        EXPECT_FALSE(address(request(host)).region) << host;
    for (const char* authorization :
         {"AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=", "Basic abc", "AWS4-HMAC-SHA256 Credential=a/b/c"})
        EXPECT_EQ(address(request("127.0.0.1", authorization)).service, "s3") << authorization;
}

}  // namespace
}  // namespace sekisho::gate
