// The bucket that only one VPC can reach: Deny + NotPrincipal(root, user) + StringNotEquals aws:SourceVpce, and the callers who
// try it from every road.
#include <gtest/gtest.h>

#include "policy/query.h"

namespace sekisho::policy::test {
namespace {

const std::string account = "123456789012";

const std::string bucket_policy = R"({
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "OnlyVpc1",
    "Effect": "Deny",
    "NotPrincipal": {"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/admin"]},
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"],
    "Condition": {"StringNotEquals": {"aws:sourceVpce": "vpce-1111111111111111a"}}
  }]
})";

const std::string full_s3 =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]})";
const std::string open_endpoint =
    R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";

Asked listing(Caller caller) {
    Asked asked;
    asked.caller = std::move(caller);
    asked.action = "s3:ListBucket";
    asked.resource = "arn:aws:s3:::my-bucket";
    asked.policies.resource = {bucket_policy};
    if (asked.caller.kind != PrincipalFacts::Kind::root) asked.policies.identity = {full_s3};
    return asked;
}

Asked through(Asked asked, std::string endpoint) {
    asked.context.set("aws:SourceVpce", endpoint);
    asked.policies.endpoint = {open_endpoint};
    return asked;
}

const Caller instance1 = Caller::session(account, "ec2_s3access_role", "i-0a1b2c3d4e5f60718");
const Caller admin = Caller::user(account, "admin");
const Caller other_user = Caller::user(account, "other");

TEST(Reference, TheInstanceOfVpc1IsAllowedThroughItsEndpoint) {
    EXPECT_EQ(decide(through(listing(instance1), "vpce-1111111111111111a")), "allowed by identity-based policy #0");
}

TEST(Reference, TheInstanceOfVpc2IsDeniedThroughItsOwnEndpoint) {
    EXPECT_EQ(decide(through(listing(instance1), "vpce-2222222222222222b")), "denied by resource-based policy #0 OnlyVpc1");
}

TEST(Reference, ARoleSessionWithoutAnEndpointIsDeniedBecauseTheAbsentKeyMeetsANegatedOperator) {
    EXPECT_EQ(decide(listing(instance1)), "denied by resource-based policy #0 OnlyVpc1");
}

TEST(Reference, TheListedUserIsAllowedFromOutside) { EXPECT_EQ(decide(listing(admin)), "allowed by identity-based policy #0"); }

TEST(Reference, AnotherUserOfTheAccountIsDeniedFromOutside) {
    EXPECT_EQ(decide(listing(other_user)), "denied by resource-based policy #0 OnlyVpc1");
}

TEST(Reference, RootIsAllowedFromOutside) { EXPECT_EQ(decide(listing(Caller::root(account))), "allowed by no policy"); }

TEST(Reference, AnonymousCallersAreDenied) {
    Asked asked = listing({});
    asked.policies.identity.clear();
    EXPECT_EQ(decide(asked), "denied by resource-based policy #0 OnlyVpc1");
}

TEST(Reference, AnonymousCallersFromVpc1AreDeniedBecauseNothingAllowsThem) {
    Asked asked = through(listing({}), "vpce-1111111111111111a");
    asked.policies.identity.clear();
    EXPECT_EQ(decide(asked), "denied, no resource-based policy");
}

TEST(Reference, ListingAllBucketsIsNoneOfTheBucketPolicysBusiness) {
    Asked asked = listing(instance1);
    asked.action = "s3:ListAllMyBuckets";
    asked.resource = "*";
    asked.policies.resource.clear();
    EXPECT_EQ(decide(through(asked, "vpce-2222222222222222b")), "allowed by identity-based policy #0");
}

TEST(Reference, AfterTheEndpointIsDeletedOnlyRootAndTheListedUserAreLeft) {
    // A new endpoint has another id, which the policy does not name.
    EXPECT_EQ(decide(through(listing(instance1), "vpce-3333333333333333c")), "denied by resource-based policy #0 OnlyVpc1");
    EXPECT_EQ(decide(through(listing(admin), "vpce-3333333333333333c")), "allowed by identity-based policy #0");
    EXPECT_EQ(decide(through(listing(Caller::root(account)), "vpce-3333333333333333c")), "allowed by no policy");
}

TEST(Reference, TheListedUserWithAPermissionsBoundaryIsDenied) {
    Asked asked = listing(admin);
    asked.policies.boundary = {full_s3};
    EXPECT_EQ(decide(asked), "denied by resource-based policy #0 OnlyVpc1");
}

TEST(Reference, AnotherAccountsRootIsNotTheListedRoot) {
    EXPECT_EQ(decide(listing(Caller::root("999999999999"))), "denied by resource-based policy #0 OnlyVpc1");
}

TEST(Reference, TwoEndpointsInTheListBothWorkBecauseSeveralValuesAreNor) {
    Asked asked = listing(instance1);
    asked.policies.resource = {
        R"({"Version":"2012-10-17","Statement":[{"Sid":"Two","Effect":"Deny","Principal":"*","Action":"s3:*",
        "Resource":["arn:aws:s3:::my-bucket","arn:aws:s3:::my-bucket/*"],
        "Condition":{"StringNotEquals":{"aws:SourceVpce":["vpce-1111111111111111a","vpce-2222222222222222b"]}}}]})"};
    EXPECT_EQ(decide(through(asked, "vpce-1111111111111111a")), "allowed by identity-based policy #0");
    EXPECT_EQ(decide(through(asked, "vpce-2222222222222222b")), "allowed by identity-based policy #0");
    EXPECT_EQ(decide(through(asked, "vpce-3333333333333333c")), "denied by resource-based policy #0 Two");
    EXPECT_EQ(decide(asked), "denied by resource-based policy #0 Two");
}

TEST(Reference, RootRecoversFromAPolicyThatDeniesEverybodyUnlessTheEndpointStopsIt) {
    Asked asked = listing(Caller::root(account));
    asked.action = "s3:DeleteBucketPolicy";
    asked.owner_root_always = true;
    asked.policies.resource = {R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",
        "Resource":["arn:aws:s3:::my-bucket","arn:aws:s3:::my-bucket/*"]}]})"};
    EXPECT_EQ(decide(asked), "allowed by no policy");
    asked.policies.endpoint = {
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]})"};
    EXPECT_EQ(decide(asked), "denied, no VPC endpoint policy");
    asked.policies.endpoint.clear();
    asked.owner_root_always = false;
    EXPECT_EQ(decide(asked), "denied by resource-based policy #0");
}

}  // namespace
}  // namespace sekisho::policy::test
