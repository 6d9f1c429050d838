#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "authz/authorizer.h"
#include "authz/explain_text.h"
#include "authz/world.h"

namespace sekisho::authz::test {
namespace {

using Json = nlohmann::json;

struct AuthorizerTest : testing::Test {
    Source source = reference_source();
    Authorizer authorizer{source, nullptr, {.decisions_max = 64}};
    std::shared_ptr<const policy::Document> bucket = policy::compile(only_vpc1, policy::Kind::resource);

    // "allowed", or the denial's text.
    std::string ask(authn::Caller caller, origin::Origin origin, std::vector<Ask> asks, RequestFacts f = facts()) {
        auto answer = authorizer.authorize(std::move(caller), std::move(origin), asks, false, f);
        if (const Denial* denial = std::get_if<Denial>(&answer)) return denial->message;
        return "allowed";
    }
};

TEST_F(AuthorizerTest, TheInstanceOfVpc1ListsTheBucketThroughItsEndpoint) {
    EXPECT_EQ(ask(instance_session(), through("vpce-1111111111111111a", "vpc-1111"), {list_bucket(bucket)}), "allowed");
}

TEST_F(AuthorizerTest, TheInstanceOfVpc2IsToldThatAResourceBasedPolicyDenies) {
    EXPECT_EQ(
        ask(instance_session(), through("vpce-2222222222222222b", "vpc-2222"), {list_bucket(bucket)}),
        "User: arn:aws:sts::123456789012:assumed-role/ec2_s3access_role/i-0a1b2c3d4e5f60718 is not authorized to perform: "
        "s3:ListBucket on resource: \"arn:aws:s3:::my-bucket\" with an explicit deny in a resource-based policy");
}

TEST_F(AuthorizerTest, TheInstanceWithoutAnEndpointIsDenied) {
    EXPECT_NE(ask(instance_session(), outside(), {list_bucket(bucket)}), "allowed");
}

TEST_F(AuthorizerTest, TheUserAndRootWorkFromOutside) {
    EXPECT_EQ(ask(user("admin"), outside(), {list_bucket(bucket)}), "allowed");
    EXPECT_EQ(ask(root(), outside(), {list_bucket(bucket)}), "allowed");
    EXPECT_NE(ask(user("other"), outside(), {list_bucket(bucket)}), "allowed");
}

TEST_F(AuthorizerTest, AnEndpointThatIsNotKnownAnyMoreLetsNothingThrough) {
    EXPECT_EQ(ask(root(), through("vpce-gone", "vpc-1111"), {list_bucket(bucket)}),
              "User: arn:aws:iam::123456789012:root is not authorized to perform: s3:ListBucket on resource: "
              "\"arn:aws:s3:::my-bucket\" with an explicit deny in a VPC endpoint policy");
}

TEST_F(AuthorizerTest, AUserWithoutPoliciesIsToldWhichActionNoIdentityPolicyAllows) {
    EXPECT_EQ(ask(user("nobody"), outside(), {list_bucket()}),
              "User: arn:aws:iam::123456789012:user/nobody is not authorized to perform: s3:ListBucket on resource: "
              "\"arn:aws:s3:::my-bucket\" because no identity-based policy allows the s3:ListBucket action");
}

TEST_F(AuthorizerTest, AnActionWithoutAResourceNamesNone) {
    Ask all = list_bucket();
    all.action = "s3:ListAllMyBuckets";
    all.resource = "*";
    EXPECT_EQ(ask(user("nobody"), outside(), {all}),
              "User: arn:aws:iam::123456789012:user/nobody is not authorized to perform: s3:ListAllMyBuckets because no "
              "identity-based policy allows the s3:ListAllMyBuckets action");
}

TEST_F(AuthorizerTest, OtherServicesDoNotQuoteTheResource) {
    Ask run;
    run.action = "iam:CreateUser";
    run.resource = "arn:aws:iam::123456789012:user/x";
    run.resource_account = AccountId(account);
    RequestFacts f = facts();
    f.service = "iam";
    EXPECT_EQ(ask(user("nobody"), outside(), {run}, f),
              "User: arn:aws:iam::123456789012:user/nobody is not authorized to perform: iam:CreateUser on resource: "
              "arn:aws:iam::123456789012:user/x because no identity-based policy allows the iam:CreateUser action");
}

TEST_F(AuthorizerTest, CallersOfOtherAccountsAndAnonymousOnesGetTheShortText) {
    authn::Caller stranger = user("mallory");
    stranger.account = AccountId("999999999999");
    stranger.arn = "arn:aws:iam::999999999999:user/mallory";
    EXPECT_EQ(ask(stranger, outside(), {list_bucket(bucket)}), "Access Denied");
    EXPECT_EQ(ask({}, outside(), {list_bucket(bucket)}), "Access Denied");
}

TEST_F(AuthorizerTest, AllOrNothingStopsAtTheFirstDeniedAsk) {
    Ask denied = list_bucket(bucket), fine = list_bucket();
    auto answer = authorizer.authorize(user("other"), outside(), {fine, denied}, false, facts());
    ASSERT_TRUE(std::holds_alternative<Denial>(answer));
    EXPECT_EQ(std::get<Denial>(answer).resource, "arn:aws:s3:::my-bucket");
}

TEST_F(AuthorizerTest, ItemByItemApprovesAndSaysWhichWereDenied) {
    auto answer = authorizer.authorize(user("other"), outside(), {list_bucket(), list_bucket(bucket)}, true, facts());
    ASSERT_TRUE(std::holds_alternative<Approval>(answer));
    const Approval& approval = std::get<Approval>(answer);
    EXPECT_TRUE(approval.allowed(0));
    EXPECT_FALSE(approval.allowed(1));
    EXPECT_NE(approval.denied_message(1).find("explicit deny in a resource-based policy"), std::string::npos);
    EXPECT_EQ(approval.caller().user_name, "other");
}

TEST_F(AuthorizerTest, AnOperationWithoutAsksIsApproved) { EXPECT_EQ(ask(user("nobody"), outside(), {}), "allowed"); }

TEST_F(AuthorizerTest, SessionPoliciesBoundASession) {
    authn::Caller caller = instance_session();
    caller.session_policies = {
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]})"};
    EXPECT_NE(ask(caller, outside(), {list_bucket()}).find("because no session policy allows the s3:ListBucket action"),
              std::string::npos);
}

TEST_F(AuthorizerTest, ExplainShowsTheRoadTheStatementAndTheMissingEndpoint) {
    ask(instance_session(), through("vpce-2222222222222222b", "vpc-2222"), {list_bucket(bucket)}, facts("REQ42"));
    auto explanation = authorizer.explain(RequestId("REQ42"));
    ASSERT_TRUE(explanation);
    EXPECT_EQ(explanation->caller_arn, instance_session().arn);
    EXPECT_EQ(explanation->resource_account, AccountId(account));
    Json json = Json::parse(explanation->json);
    EXPECT_EQ(json["allowed"], false);
    EXPECT_EQ(json["road"]["endpoint"], "vpce-2222222222222222b");
    EXPECT_EQ(json["road"]["sourceIp"], "10.1.0.5");
    EXPECT_EQ(json["caller"]["instanceVpc"], "vpc-2222");
    const Json& question = json["questions"][0];
    EXPECT_EQ(question["decision"],
              Json::parse(R"({"type":"resource-based policy","explicitDeny":true,"policy":"bucket policy of my-bucket",
        "statement":0,"sid":"OnlyVpc1","at":{"line":3,"column":17}})"));
    EXPECT_EQ(question["policies"][1]["statements"][0]["conditions"][0],
              Json::parse(R"({"operator":"StringNotEquals","key":"aws:sourceVpce","wanted":["vpce-1111111111111111a"],
                              "actual":["vpce-2222222222222222b"],"met":true,"at":{"line":9,"column":39}})"));
    // This world's source knows no other roads.
    EXPECT_EQ(question["differ"],
              "It would be allowed if the request came by endpoint vpce-1111111111111111a (which is not there now).");
}

TEST_F(AuthorizerTest, ExplainSaysThatAKeyIsAbsent) {
    ask(instance_session(), outside(), {list_bucket(bucket)}, facts("REQ43"));
    Json json = Json::parse(authorizer.explain(RequestId("REQ43"))->json);
    EXPECT_TRUE(json["questions"][0]["policies"][0]["statements"][0]["conditions"][0]["actual"].is_null());
    std::string text = *explain_text(authorizer.explain(RequestId("REQ43"))->json);
    EXPECT_NE(text.find("over the public side, from 198.51.100.7"), std::string::npos) << text;
    EXPECT_NE(text.find("met     StringNotEquals aws:sourceVpce [vpce-1111111111111111a]: absent"), std::string::npos) << text;
    EXPECT_NE(text.find("denied: explicit deny in bucket policy of my-bucket, statement 1 (OnlyVpc1), line 3"),
              std::string::npos)
        << text;
}

TEST_F(AuthorizerTest, TheShortFormHoldsNoPolicies) {
    ask(instance_session(), outside(), {list_bucket(bucket)}, facts("REQ44"));
    std::string brief = authorizer.explain(RequestId("REQ44"))->short_json;
    EXPECT_EQ(brief.find("OnlyVpc1"), std::string::npos);
    EXPECT_EQ(brief.find("vpce-1111111111111111a"), std::string::npos);
    EXPECT_NE(brief.find("explicit deny in a resource-based policy"), std::string::npos);
}

// The caller's account, the bucket's and the endpoint's are three.
TEST_F(AuthorizerTest, EachAccountSeesItsOwnPoliciesAndOfTheOthersTheirTypeOnly) {
    const AccountId bucket_owner("222222222222"), endpoint_owner("333333333333"), stranger("444444444444");
    origin::Origin road = through("vpce-2222222222222222b", "vpc-2222");
    road.endpoint->account = endpoint_owner;
    Ask question = list_bucket(bucket);
    question.resource_account = bucket_owner;
    ask(instance_session(), road, {question}, facts("REQ49"));
    auto seen_by = [&](const AccountId& viewer) { return Json::parse(authorizer.explain(RequestId("REQ49"), viewer)->json); };
    auto shown = [](const Json& json) {
        std::map<std::string, bool> out;
        for (const Json& policy : json["questions"][0]["policies"])
            out[policy["type"]] = policy.contains("statements") && policy.contains("name");
        return out;
    };
    using Shown = std::map<std::string, bool>;
    Json owners = seen_by(bucket_owner);
    EXPECT_EQ(shown(owners),
              (Shown{{"identity-based policy", false}, {"resource-based policy", true}, {"VPC endpoint policy", false}}));
    EXPECT_EQ(owners["questions"][0]["decision"]["sid"], "OnlyVpc1");
    EXPECT_FALSE(owners["caller"].contains("accessKeyId"));
    Json callers = seen_by(AccountId(account));
    EXPECT_EQ(shown(callers),
              (Shown{{"identity-based policy", true}, {"resource-based policy", false}, {"VPC endpoint policy", false}}));
    EXPECT_EQ(callers["questions"][0]["decision"],
              Json::parse(R"({"type":"resource-based policy","explicitDeny":true,"ofAnotherAccount":true})"));
    EXPECT_EQ(callers.dump().find("vpce-1111111111111111a"), std::string::npos) << "what would differ is not told either";
    EXPECT_EQ(shown(seen_by(endpoint_owner)),
              (Shown{{"identity-based policy", false}, {"resource-based policy", false}, {"VPC endpoint policy", true}}));
    EXPECT_EQ(shown(seen_by(stranger)),
              (Shown{{"identity-based policy", false}, {"resource-based policy", false}, {"VPC endpoint policy", false}}));
    EXPECT_EQ(authorizer.explain(RequestId("REQ49"))->accounts,
              (std::set<AccountId>{AccountId(account), bucket_owner, endpoint_owner}));
    std::string text = *explain_text(callers.dump());
    EXPECT_NE(text.find("denied: explicit deny in the resource-based policy of another account"), std::string::npos) << text;
}

TEST_F(AuthorizerTest, EachQuestionIsShownToTheOwnerOfItsResource) {
    const AccountId first("222222222222"), second("333333333333");
    Ask one = list_bucket(bucket), other = list_bucket(bucket);
    one.resource_account = first;
    other.resource_account = second;
    other.resource = "arn:aws:s3:::my-bucket/key";
    authorizer.authorize(user("other"), outside(), {one, other}, true, facts("REQ50"));
    Json json = Json::parse(authorizer.explain(RequestId("REQ50"), first)->json);
    EXPECT_TRUE(json["questions"][0]["decision"].contains("statement"));
    EXPECT_FALSE(json["questions"][1]["decision"].contains("statement"));
    for (const Json& policy : json["questions"][1]["policies"]) EXPECT_FALSE(policy.contains("statements")) << policy;
}

TEST_F(AuthorizerTest, AllowedRequestsAreExplainedToo) {
    ask(user("admin"), outside(), {list_bucket(bucket)}, facts("REQ45"));
    Json json = Json::parse(authorizer.explain(RequestId("REQ45"))->json);
    EXPECT_EQ(json["allowed"], true);
    EXPECT_EQ(json["questions"][0]["decision"]["policy"], "arn:aws:iam::aws:policy/AmazonS3FullAccess");
}

TEST_F(AuthorizerTest, ARequestThatFailedBeforeItWasAskedIsExplainedByItsError) {
    Outcome outcome;
    outcome.error_code = "SignatureDoesNotMatch";
    outcome.error_message = "The request signature we calculated …";
    authorizer.record(facts("REQ46"), {}, outside(), outcome);
    Json json = Json::parse(authorizer.explain(RequestId("REQ46"))->json);
    EXPECT_EQ(json["error"]["code"], "SignatureDoesNotMatch");
    EXPECT_NE(explain_text(json.dump())->find("failed before any policy was asked: SignatureDoesNotMatch"), std::string::npos);
}

TEST_F(AuthorizerTest, AFailureAfterTheDecisionKeepsTheDecision) {
    ask(user("admin"), outside(), {list_bucket(bucket)}, facts("REQ47"));
    Outcome outcome;
    outcome.error_code = "NoSuchKey";
    authorizer.record(facts("REQ47"), user("admin"), outside(), outcome);
    EXPECT_EQ(Json::parse(authorizer.explain(RequestId("REQ47"))->json)["questions"].size(), 1u);
}

TEST_F(AuthorizerTest, TheRingForgetsTheOldestRequest) {
    for (int i = 0; i < 65; ++i) ask(user("admin"), outside(), {list_bucket()}, facts("R" + std::to_string(i)));
    EXPECT_FALSE(authorizer.explain(RequestId("R0")));
    EXPECT_TRUE(authorizer.explain(RequestId("R1")));
    EXPECT_TRUE(authorizer.explain(RequestId("R64")));
    EXPECT_FALSE(authorizer.explain(RequestId("unknown")));
}

TEST_F(AuthorizerTest, WhyShowsThePoliciesAsTheyWereWhenItWasDecided) {
    ask(user("admin"), outside(), {list_bucket()}, facts("REQ48"));
    source.identity.clear();
    EXPECT_EQ(Json::parse(authorizer.explain(RequestId("REQ48"))->json)["allowed"], true);
}

}  // namespace
}  // namespace sekisho::authz::test
