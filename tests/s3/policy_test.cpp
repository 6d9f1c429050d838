// Bucket policies: what is accepted, what they decide, and who can always repair them.
#include "s3/support.h"

namespace sekisho::s3::test {
namespace {

using testing::HasSubstr;

std::string policy(std::string_view statement) {
    return fmt::format(R"({{"Version":"2012-10-17","Statement":[{}]}})", statement);
}

constexpr std::string_view public_read =
    R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::demo-bucket/*"})";
constexpr std::string_view deny_all =
    R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::demo-bucket","arn:aws:s3:::demo-bucket/*"]})";

TEST(BucketPolicy, comes_back_as_it_was_given) {
    World w;
    w.make_bucket("demo-bucket");
    std::string json = policy(
        R"({"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::demo-bucket/*"})");
    EXPECT_EQ(w.put("/demo-bucket?policy", json).status, 204);
    Answer got = w.get("/demo-bucket?policy");
    EXPECT_EQ(got.body, json);
    EXPECT_EQ(got.header("Content-Type"), "application/json");
    EXPECT_EQ(w.get("/demo-bucket?policyStatus").element("IsPublic"), "false");
    EXPECT_EQ(w.remove("/demo-bucket?policy").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?policy").code(), "NoSuchBucketPolicy");
}

TEST(BucketPolicy, that_AWS_would_refuse_is_refused) {
    World w;
    w.make_bucket("demo-bucket");
    auto refused = [&](std::string json) {
        Answer answer = w.put("/demo-bucket?policy", std::move(json));
        EXPECT_EQ(answer.status, 400) << answer.body;
        return answer.code() + ": " + answer.message();
    };
    EXPECT_EQ(
        refused(policy(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"})")),
        "MalformedPolicy: Policy has invalid resource");
    EXPECT_EQ(
        refused(policy(
            R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/ghost"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::demo-bucket/*"})")),
        "MalformedPolicy: Invalid principal in policy");
    EXPECT_THAT(refused("{"), HasSubstr("MalformedPolicy"));
    EXPECT_THAT(refused(""), HasSubstr("MissingRequestBodyError"));
    EXPECT_THAT(refused(policy(std::string(public_read) + ",{\"Sid\":\"" + std::string(21 * 1024, 'x') + "\"}")),
                HasSubstr("MalformedPolicy"));
    EXPECT_EQ(w.get("/demo-bucket?policy").code(), "NoSuchBucketPolicy");
}

TEST(BucketPolicy, a_public_one_is_blocked_until_the_block_is_lifted) {
    World w;
    w.make_bucket("demo-bucket");
    w.put("/demo-bucket/k", "x");
    Answer blocked = w.put("/demo-bucket?policy", policy(public_read));
    EXPECT_EQ(blocked.status, 403);
    EXPECT_EQ(blocked.code(), "AccessDenied");
    EXPECT_THAT(blocked.message(),
                HasSubstr("because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."));
    w.remove("/demo-bucket?publicAccessBlock");
    EXPECT_EQ(w.put("/demo-bucket?policy", policy(public_read)).status, 204);
    EXPECT_EQ(w.get("/demo-bucket?policyStatus").element("IsPublic"), "true");
    w.caller = anonymous();
    EXPECT_EQ(w.get("/demo-bucket/k").body, "x");
    EXPECT_EQ(w.get("/demo-bucket/k?response-content-type=text/html").code(), "InvalidRequest");
    EXPECT_EQ(w.get("/demo-bucket/none").code(), "AccessDenied");
    EXPECT_EQ(w.put("/demo-bucket/k", "y").code(), "AccessDenied");
    w.caller = root_of("123456789012");
    w.put(
        "/demo-bucket?publicAccessBlock",
        "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>");
    w.caller = anonymous();
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "AccessDenied");
}

TEST(BucketPolicy, the_owners_root_repairs_what_denies_everybody) {
    World w;
    w.make_bucket("demo-bucket");
    w.policies.by_arn["arn:aws:iam::123456789012:user/admin"] =
        R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
    w.caller = user_of("123456789012", "admin");
    // A user may lock itself out: the confirming header is not asked for.
    EXPECT_EQ(w.put("/demo-bucket?policy", policy(deny_all)).status, 204);
    EXPECT_EQ(w.get("/demo-bucket?policy").code(), "AccessDenied");
    EXPECT_EQ(w.remove("/demo-bucket?policy").code(), "AccessDenied");
    w.caller = root_of("123456789012");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2").code(), "AccessDenied");
    EXPECT_EQ(w.get("/demo-bucket?policy").status, 200);
    EXPECT_EQ(w.remove("/demo-bucket?policy").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?list-type=2").status, 200);
}

TEST(BucketPolicy, of_another_account_is_405_with_the_permission_and_403_without) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(
        w.put(
             "/demo-bucket?policy",
             policy(
                 R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:user/u"},"Action":"s3:*BucketPolicy","Resource":"arn:aws:s3:::demo-bucket"})"))
            .status,
        204);
    w.caller = user_of("999999999999", "u");
    EXPECT_EQ(w.get("/demo-bucket?policy").status, 403);
    w.policies.by_arn["arn:aws:iam::999999999999:user/u"] =
        R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
    Answer get = w.get("/demo-bucket?policy");
    EXPECT_EQ(get.status, 405);
    EXPECT_EQ(get.code(), "MethodNotAllowed");
    EXPECT_EQ(w.remove("/demo-bucket?policy").status, 405);
    EXPECT_EQ(w.put("/demo-bucket?policy", "{}").status, 405);
}

TEST(Conditions, of_listings_and_tags_are_seen) {
    World w;
    w.make_bucket("demo-bucket");
    w.put("/demo-bucket/secret", "x", {{"x-amz-tagging", "level=secret"}});
    w.put("/demo-bucket/plain", "x", {{"x-amz-tagging", "level=plain"}});
    w.policies.by_arn["arn:aws:iam::123456789012:user/u"] = R"({"Statement":[
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"StringLike":{"s3:prefix":"home/*"},"NumericLessThanEquals":{"s3:max-keys":"10"}}},
        {"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"s3:ExistingObjectTag/level":"plain"}}},
        {"Effect":"Allow","Action":["s3:PutObject","s3:PutObjectTagging"],"Resource":"*","Condition":{"StringEquals":{"s3:RequestObjectTag/level":"plain"},"ForAllValues:StringEquals":{"s3:RequestObjectTagKeys":["level"]}}}]})";
    w.caller = user_of("123456789012", "u");
    EXPECT_EQ(w.get("/demo-bucket?prefix=home/me&max-keys=5").status, 200);
    EXPECT_EQ(w.get("/demo-bucket?prefix=home/me&max-keys=50").status, 403);
    EXPECT_EQ(w.get("/demo-bucket").status, 403);
    EXPECT_EQ(w.get("/demo-bucket/plain").status, 200);
    EXPECT_EQ(w.get("/demo-bucket/secret").status, 403);
    EXPECT_EQ(w.put("/demo-bucket/new", "x", {{"x-amz-tagging", "level=plain"}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/new", "x", {{"x-amz-tagging", "level=plain&more=1"}}).status, 403);
    EXPECT_EQ(w.put("/demo-bucket/new", "x").status, 403);
}

}  // namespace
}  // namespace sekisho::s3::test
