// Which key exists when, by caller and road.
#include "authz/keys.h"

#include <gtest/gtest.h>

#include <set>

#include "authz/world.h"

namespace sekisho::authz::test {
namespace {

// The key's value, or "absent".
std::string key(std::string_view name, const authn::Caller& caller, const origin::Origin& origin,
                const RequestFacts& f = facts(), const policy::Context& own = {}) {
    AccountId owner(account);
    RequestKeys keys({caller, origin, f, owner}, own);
    const policy::ContextEntry* entry = keys.find(name);
    return entry ? entry->values.at(0) : "absent";
}

const origin::Origin endpoint_road = through("vpce-1", "vpc-1");

TEST(Keys, OverThePublicSideThereIsASourceIpAndNoEndpoint) {
    EXPECT_EQ(key("aws:SourceIp", user("a"), outside()), "198.51.100.7");
    for (const char* name : {"aws:VpcSourceIp", "aws:SourceVpce", "aws:SourceVpc", "aws:SourceVpcArn", "aws:VpceAccount"})
        EXPECT_EQ(key(name, user("a"), outside()), "absent") << name;
}

TEST(Keys, ThroughAnEndpointThereIsNoSourceIp) {
    EXPECT_EQ(key("aws:SourceIp", user("a"), endpoint_road), "absent");
    EXPECT_EQ(key("aws:VpcSourceIp", user("a"), endpoint_road), "10.1.0.5");
    EXPECT_EQ(key("aws:SourceVpce", user("a"), endpoint_road), "vpce-1");
    EXPECT_EQ(key("aws:SourceVpc", user("a"), endpoint_road), "vpc-1");
    EXPECT_EQ(key("aws:SourceVpcArn", user("a"), endpoint_road), "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1");
    EXPECT_EQ(key("aws:VpceAccount", user("a"), endpoint_road), account);
}

TEST(Keys, AnOperationsOwnContextCannotOverrideTheRoad) {
    policy::Context own;
    own.set("aws:SourceVpce", std::string("vpce-forged"));
    own.set("aws:SourceIp", std::string("10.0.0.1"));
    own.set("s3:prefix", std::string("a/"));
    EXPECT_EQ(key("aws:SourceVpce", user("a"), outside(), facts(), own), "absent");
    EXPECT_EQ(key("aws:sourceip", user("a"), outside(), facts(), own), "198.51.100.7");
    EXPECT_EQ(key("S3:Prefix", user("a"), outside(), facts(), own), "a/");
}

TEST(Keys, TheInstanceTravelsInTheSessionByAnyRoad) {
    for (const origin::Origin& road : {outside(), endpoint_road}) {
        EXPECT_EQ(key("aws:Ec2InstanceSourceVpc", instance_session(), road), "vpc-2222");
        EXPECT_EQ(key("aws:Ec2InstanceSourcePrivateIPv4", instance_session(), road), "10.1.0.5");
        EXPECT_EQ(key("ec2:SourceInstanceARN", instance_session(), road),
                  "arn:aws:ec2:us-east-1:123456789012:instance/i-0a1b2c3d4e5f60718");
        EXPECT_EQ(key("aws:Ec2InstanceSourceVpc", user("a"), road), "absent");
    }
}

TEST(Keys, WhoIsAsking) {
    authn::Caller session = instance_session(), bob = user("bob"), owner = root(), nobody;
    EXPECT_EQ(key("aws:PrincipalArn", session, outside()), "arn:aws:iam::123456789012:role/ec2_s3access_role")
        << "the role, not the session";
    EXPECT_EQ(key("aws:PrincipalArn", bob, outside()), "arn:aws:iam::123456789012:user/bob");
    EXPECT_EQ(key("aws:PrincipalArn", owner, outside()), "arn:aws:iam::123456789012:root");
    EXPECT_EQ(key("aws:PrincipalArn", nobody, outside()), "absent");
    EXPECT_EQ(key("aws:PrincipalAccount", bob, outside()), account);
    EXPECT_EQ(key("aws:PrincipalAccount", nobody, outside()), "anonymous");
    EXPECT_EQ(key("aws:PrincipalType", owner, outside()), "Account");
    EXPECT_EQ(key("aws:PrincipalType", bob, outside()), "User");
    EXPECT_EQ(key("aws:PrincipalType", session, outside()), "AssumedRole");
    EXPECT_EQ(key("aws:PrincipalType", nobody, outside()), "Anonymous");
    EXPECT_EQ(key("aws:userid", session, outside()), "AROA0000000000000ROLE:i-0a1b2c3d4e5f60718");
    EXPECT_EQ(key("aws:userid", nobody, outside()), "anonymous");
    EXPECT_EQ(key("aws:username", bob, outside()), "bob");
    EXPECT_EQ(key("aws:username", session, outside()), "absent");
    EXPECT_EQ(key("aws:username", owner, outside()), "absent");
    EXPECT_EQ(key("aws:PrincipalIsAWSService", bob, outside()), "false");
    EXPECT_EQ(key("aws:PrincipalIsAWSService", nobody, outside()), "absent");
    EXPECT_EQ(key("aws:ViaAWSService", nobody, outside()), "false");
}

TEST(Keys, TheAgeOfMfaAndTheSourceIdentityOfASession) {
    authn::Caller session = instance_session();
    EXPECT_EQ(key("aws:SourceIdentity", session, outside()), "absent");
    session.source_identity = "ana";
    EXPECT_EQ(key("aws:SourceIdentity", session, outside()), "ana");
    session.token_issued = facts().time - std::chrono::seconds(90);
    EXPECT_EQ(key("aws:MultiFactorAuthAge", session, outside()), "absent") << "no MFA";
    session.mfa = true;
    EXPECT_EQ(key("aws:MultiFactorAuthAge", session, outside()), "90");
    session.token_issued.reset();
    EXPECT_EQ(key("aws:MultiFactorAuthAge", session, outside()), "absent") << "no temporary credentials";
}

TEST(Keys, PrincipalTagsAreFoundWithoutRegardToCase) {
    authn::Caller caller = user("a");
    caller.principal_tags = {{"Department", "x"}};
    EXPECT_EQ(key("aws:principaltag/department", caller, outside()), "x");
    EXPECT_EQ(key("aws:PrincipalTag/Other", caller, outside()), "absent");
    EXPECT_EQ(key("aws:PrincipalTag/", caller, outside()), "absent");
}

TEST(Keys, TemporaryCredentialsHaveATimeAndAnMfaFlagAndLongTermOnesDoNot) {
    EXPECT_EQ(key("aws:TokenIssueTime", instance_session(), outside()), "2026-09-21T14:13:20Z");
    EXPECT_EQ(key("aws:MultiFactorAuthPresent", instance_session(), outside()), "false");
    EXPECT_EQ(key("aws:TokenIssueTime", user("a"), outside()), "absent");
    EXPECT_EQ(key("aws:MultiFactorAuthPresent", user("a"), outside()), "absent");
}

TEST(Keys, TheRequestItself) {
    EXPECT_EQ(key("aws:CurrentTime", user("a"), outside()), "2026-09-21T14:15:00Z");
    EXPECT_EQ(key("aws:EpochTime", user("a"), outside()), "1790000100");
    EXPECT_EQ(key("aws:SecureTransport", user("a"), outside()), "true");
    EXPECT_EQ(key("aws:SecureTransport", user("a"), endpoint_road), "false");
    EXPECT_EQ(key("aws:RequestedRegion", user("a"), outside()), "us-east-1");
    EXPECT_EQ(key("aws:UserAgent", user("a"), outside()), "aws-cli/2.9");
    EXPECT_EQ(key("aws:Referer", user("a"), outside()), "absent");
    EXPECT_EQ(key("aws:ResourceAccount", user("a"), outside()), account);
}

TEST(Keys, S3sKeysAboutTheSignature) {
    authn::Caller presigned = user("a");
    presigned.proof = authn::Caller::Proof::query;
    presigned.signature_age_ms = 1234;
    EXPECT_EQ(key("s3:authType", presigned, outside()), "REST-QUERY-STRING");
    EXPECT_EQ(key("s3:signatureAge", presigned, outside()), "1234");
    EXPECT_EQ(key("s3:signatureversion", presigned, outside()), "AWS4-HMAC-SHA256");
    EXPECT_EQ(key("s3:authType", user("a"), outside()), "REST-HEADER");
    EXPECT_EQ(key("s3:authType", {}, outside()), "absent");
    authn::Caller form = user("a");
    form.proof = authn::Caller::Proof::post_form;
    form.scope_region = "us-east-1";
    EXPECT_EQ(key("s3:authType", form, outside()), "POST");
    EXPECT_EQ(key("s3:signatureversion", form, outside()), "AWS4-HMAC-SHA256");
    form.scope_region = {};
    EXPECT_EQ(key("s3:signatureversion", form, outside()), "AWS");
    RequestFacts f = facts();
    f.service = "iam";
    EXPECT_EQ(key("s3:authType", user("a"), outside(), f), "absent");
}

TEST(Keys, TheVersionOfTlsIsKnownOfS3RequestsByTls) {
    origin::Origin by_tls = outside();
    by_tls.tls_version = "1.3";
    EXPECT_EQ(key("s3:TlsVersion", user("a"), by_tls), "1.3");
    EXPECT_EQ(key("s3:TlsVersion", user("a"), outside()), "absent");
    RequestFacts f = facts();
    f.service = "iam";
    EXPECT_EQ(key("s3:TlsVersion", user("a"), by_tls, f), "absent");
}

TEST(Keys, EveryNameStandsOnceInTheTable) {
    std::set<std::string_view> names;
    for (const Key& known : key_table()) EXPECT_TRUE(names.insert(known.name).second) << known.name;
    EXPECT_FALSE(names.contains("aws:Nothing"));
}

}  // namespace
}  // namespace sekisho::authz::test
