// Policies from AWS's guides, each with the page it stands on and what that page says it does.
#include <gtest/gtest.h>

#include "policy/query.h"

namespace sekisho::policy::test {
namespace {

const std::string account = "111122223333", other = "444455556666";
const Caller ana = Caller::user(account, "ana");
const Caller app = Caller::session(account, "app", "s1");
const std::string everything = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
const std::string every_resource_everything =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";

Asked ask(const Caller& caller, const char* action, const char* resource, Policies policies, Context context = {}) {
    Asked asked;
    asked.caller = caller;
    asked.action = action;
    asked.resource = resource;
    asked.owner = account;
    asked.policies = std::move(policies);
    asked.context = std::move(context);
    return asked;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
TEST(Examples, ABucketOfOneVpcEndpoint) {
    const std::string policy =
        R"({"Version":"2012-10-17","Id":"Policy1415115909152","Statement":[{"Sid":"Access-to-specific-VPCE-only","Principal":"*","Action":"s3:*",
        "Effect":"Deny","Resource":["arn:aws:s3:::awsexamplebucket1","arn:aws:s3:::awsexamplebucket1/*"],
        "Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}}]})";
    auto decision = [&](Context context) {
        return decide(ask(ana, "s3:GetObject", "arn:aws:s3:::awsexamplebucket1/x",
                          {.identity = {everything}, .resource = {policy}}, context));
    };
    EXPECT_EQ(decision(keys({{"aws:SourceVpce", "vpce-1a2b3c4d"}})), "allowed by identity-based policy #0");
    EXPECT_EQ(decision(keys({{"aws:SourceVpce", "vpce-99999999"}})),
              "denied by resource-based policy #0 Access-to-specific-VPCE-only");
    EXPECT_EQ(decision(keys({{"aws:SourceIp", "203.0.113.1"}})),
              "denied by resource-based policy #0 Access-to-specific-VPCE-only");
}

// The same page, "Restricting access to a specific VPC".
TEST(Examples, ABucketOfOneVpc) {
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Sid":"Access-to-specific-VPC-only","Principal":"*","Action":"s3:*","Effect":"Deny",
        "Resource":["arn:aws:s3:::awsexamplebucket1","arn:aws:s3:::awsexamplebucket1/*"],
        "Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-111bbb22"}}}]})";
    Asked asked = ask(ana, "s3:ListBucket", "arn:aws:s3:::awsexamplebucket1", {.identity = {everything}, .resource = {policy}});
    EXPECT_EQ(decide(asked), "denied by resource-based policy #0 Access-to-specific-VPC-only");
    asked.context = keys({{"aws:SourceVpc", "vpc-111bbb22"}});
    EXPECT_EQ(decide(asked), "allowed by identity-based policy #0");
    asked.policies.identity.clear();
    EXPECT_EQ(decide(asked), "denied, no identity-based policy") << "\"This statement does not grant access\"";
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html, "IAM user" and "IAM role".
TEST(Examples, NotPrincipalWithDeny) {
    const std::string user =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::444455556666:user/Bob","arn:aws:iam::444455556666:root"]},
        "Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},
        {"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}]})";
    auto get = [](const Caller& caller, const std::string& policy, std::vector<std::string> boundary = {}) {
        return decide(ask(caller, "s3:GetObject", "arn:aws:s3:::b/x",
                          {.identity = {everything}, .resource = {policy}, .boundary = std::move(boundary)}));
    };
    EXPECT_EQ(get(Caller::user(other, "Bob"), user), "allowed by identity-based policy #0");
    EXPECT_EQ(get(Caller::user(other, "Eve"), user), "denied by resource-based policy #0");
    EXPECT_EQ(get(ana, user), "denied by resource-based policy #0");
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html: NotPrincipal with Deny "will always
    // deny any IAM principal that has a permissions boundary policy attached".
    EXPECT_EQ(get(Caller::user(other, "Bob"), user, {everything}), "denied by resource-based policy #0");

    const std::string role =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":[
        "arn:aws:sts::444455556666:assumed-role/cross-account-read-only-role/cross-account-audit-app",
        "arn:aws:iam::444455556666:role/cross-account-read-only-role","arn:aws:iam::444455556666:root"]},
        "Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]},
        {"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*"}]})";
    EXPECT_EQ(get(Caller::session(other, "cross-account-read-only-role", "cross-account-audit-app"), role),
              "allowed by identity-based policy #0");
    EXPECT_EQ(get(Caller::session(other, "cross-account-read-only-role", "another-session"), role),
              "denied by resource-based policy #0");
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html, "All principals": the form that
// is recommended instead.
TEST(Examples, PrincipalArnInsteadOfNotPrincipal) {
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Sid":"UsePrincipalArnInsteadOfNotPrincipalWithDeny","Effect":"Deny","Action":"s3:*","Principal":"*",
        "Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b"],"Condition":{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/ana"}}}]})";
    auto get = [&](const Caller& caller, const char* arn) {
        return decide(ask(caller, "s3:GetObject", "arn:aws:s3:::b/x", {.identity = {everything}, .resource = {policy}},
                          keys({{"aws:PrincipalArn", arn}})));
    };
    EXPECT_EQ(get(ana, "arn:aws:iam::111122223333:user/ana"), "allowed by identity-based policy #0");
    EXPECT_EQ(get(app, "arn:aws:iam::111122223333:role/app"),
              "denied by resource-based policy #0 UsePrincipalArnInsteadOfNotPrincipalWithDeny");
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html, "Requiring MFA".
TEST(Examples, MfaNoOlderThanAnHour) {
    const std::string policy =
        R"({"Version":"2012-10-17","Id":"123","Statement":[
        {"Sid":"","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/taxdocuments/*","Condition":{"Null":{"aws:MultiFactorAuthAge":true}}},
        {"Sid":"","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/taxdocuments/*","Condition":{"NumericGreaterThan":{"aws:MultiFactorAuthAge":3600}}},
        {"Sid":"","Effect":"Allow","Principal":"*","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::b/*"}]})";
    auto get = [&](const char* resource, Context context) {
        return decide(ask(ana, "s3:GetObject", resource, {.resource = {policy}}, std::move(context)));
    };
    EXPECT_EQ(get("arn:aws:s3:::b/taxdocuments/1", {}), "denied by resource-based policy #0");
    EXPECT_EQ(get("arn:aws:s3:::b/taxdocuments/1", keys({{"aws:MultiFactorAuthAge", "3601"}})),
              "denied by resource-based policy #1");
    EXPECT_EQ(get("arn:aws:s3:::b/taxdocuments/1", keys({{"aws:MultiFactorAuthAge", "3600"}})),
              "allowed by resource-based policy #2");
    EXPECT_EQ(get("arn:aws:s3:::b/other", {}), "allowed by resource-based policy #2");
}

// The same page, "Restrict access to only HTTPS requests".
TEST(Examples, HttpsOnly) {
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Sid":"RestrictToTLSRequestsOnly","Action":"s3:*","Effect":"Deny",
        "Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Principal":"*"}]})";
    auto get = [&](const char* secure) {
        return decide(ask(ana, "s3:GetObject", "arn:aws:s3:::b/x", {.identity = {everything}, .resource = {policy}},
                          keys({{"aws:SecureTransport", secure}})));
    };
    EXPECT_EQ(get("true"), "allowed by identity-based policy #0");
    EXPECT_EQ(get("false"), "denied by resource-based policy #0 RestrictToTLSRequestsOnly");
}

// The same page, "Restrict access to specific IP addresses" and "Allow both IPv4 and IPv6 addresses".
TEST(Examples, AddressesOfBothVersions) {
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"],
        "Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","2001:DB8:1234:5678::/64"]},
        "NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:DB8:1234:5678:ABCD::/80"]}}}]})";
    auto get = [&](const char* ip) {
        return decide(ask({}, "s3:GetObject", "arn:aws:s3:::b/x", {.resource = {policy}}, keys({{"aws:SourceIp", ip}})));
    };
    EXPECT_EQ(get("192.0.2.1"), "allowed by resource-based policy #0");
    EXPECT_EQ(get("2001:DB8:1234:5678::1"), "allowed by resource-based policy #0");
    EXPECT_EQ(get("203.0.113.1"), "denied, no resource-based policy");
    EXPECT_EQ(get("2001:DB8:1234:5678:ABCD::1"), "denied, no resource-based policy");
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
TEST(Examples, TagsOfObjectsAndOfRequests) {
    const std::string existing =
        R"({"Version":"2012-10-17","Statement":[{"Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Effect":"Allow","Action":["s3:GetObject","s3:GetObjectVersion"],
        "Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"s3:ExistingObjectTag/environment":"production"}}}]})";
    auto get = [&](Context context) {
        return decide(ask(app, "s3:GetObject", "arn:aws:s3:::b/x", {.resource = {existing}}, std::move(context)));
    };
    EXPECT_EQ(get(keys({{"s3:ExistingObjectTag/environment", "production"}})), "allowed by resource-based policy #0");
    EXPECT_EQ(get(keys({{"s3:ExistingObjectTag/environment", "test"}})), "denied, no identity-based policy");
    EXPECT_EQ(get({}), "denied, no identity-based policy");

    const std::string added =
        R"({"Version":"2012-10-17","Statement":[{"Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Effect":"Allow","Action":["s3:PutObjectTagging"],
        "Resource":"arn:aws:s3:::b/*","Condition":{"ForAnyValue:StringEquals":{"s3:RequestObjectTagKeys":["Owner","CreationDate"]}}}]})";
    auto put = [&](std::vector<std::string> tags) {
        Context context;
        if (!tags.empty()) context.set("s3:RequestObjectTagKeys", std::move(tags));
        return decide(ask(app, "s3:PutObjectTagging", "arn:aws:s3:::b/x", {.resource = {added}}, std::move(context)));
    };
    EXPECT_EQ(put({"Owner"}), "allowed by resource-based policy #0");
    EXPECT_EQ(put({"Owner", "Else"}), "allowed by resource-based policy #0") << "\"at least one of the specified keys\"";
    EXPECT_EQ(put({"Else"}), "denied, no identity-based policy");
    EXPECT_EQ(put({}), "denied, no identity-based policy");
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html, "Specifying default values" and "Policy
// variables with no value".
TEST(Examples, TagsOfThePrincipal) {
    const std::string team =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::DOC-EXAMPLE-BUCKET-${aws:PrincipalTag/team, 'company-wide'}"}]})";
    auto list = [&](const char* bucket, Context context) {
        return decide(ask(ana, "s3:ListBucket", bucket, {.identity = {team}}, std::move(context)));
    };
    const char *yellow = "arn:aws:s3:::DOC-EXAMPLE-BUCKET-yellow", *wide = "arn:aws:s3:::DOC-EXAMPLE-BUCKET-company-wide";
    EXPECT_EQ(list(yellow, keys({{"aws:PrincipalTag/team", "yellow"}})), "allowed by identity-based policy #0");
    EXPECT_EQ(list(wide, keys({{"aws:PrincipalTag/team", "yellow"}})), "denied, no identity-based policy");
    EXPECT_EQ(list(wide, {}), "allowed by identity-based policy #0");
    EXPECT_EQ(list(yellow, {}), "denied, no identity-based policy");

    const std::string same_team =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",
        "Condition":{"StringNotEquals":{"s3:ExistingObjectTag/Team":"${aws:PrincipalTag/Team}"}}},{"Effect":"Allow","Action":"*","Resource":"*"}]})";
    auto get = [&](Context context) {
        return decide(ask(ana, "s3:GetObject", "arn:aws:s3:::b/x", {.identity = {same_team}}, std::move(context)));
    };
    EXPECT_EQ(get(keys({{"s3:ExistingObjectTag/Team", "a"}, {"aws:PrincipalTag/Team", "a"}})),
              "allowed by identity-based policy #1");
    EXPECT_EQ(get(keys({{"s3:ExistingObjectTag/Team", "a"}, {"aws:PrincipalTag/Team", "b"}})),
              "denied by identity-based policy #0");
    EXPECT_EQ(get(keys({{"s3:ExistingObjectTag/Team", "a"}})), "denied by identity-based policy #0")
        << "\"Access is specifically denied when aws:principaltag/Team is not set\"";
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_home-directory-console.html
TEST(Examples, HomeDirectories) {
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b","Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/*"]}}},
        {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::b/home/${aws:username}","arn:aws:s3:::b/home/${aws:username}/*"]}]})";
    auto decision = [&](const char* action, const char* resource, Context context) {
        context.set("aws:username", std::string("ana"));
        return decide(ask(ana, action, resource, {.identity = {policy}}, std::move(context)));
    };
    EXPECT_EQ(decision("s3:GetObject", "arn:aws:s3:::b/home/ana/x", {}), "allowed by identity-based policy #1");
    EXPECT_EQ(decision("s3:GetObject", "arn:aws:s3:::b/home/eve/x", {}), "denied, no identity-based policy");
    EXPECT_EQ(decision("s3:ListBucket", "arn:aws:s3:::b", keys({{"s3:prefix", ""}})), "allowed by identity-based policy #0");
    EXPECT_EQ(decision("s3:ListBucket", "arn:aws:s3:::b", keys({{"s3:prefix", "home/eve/"}})),
              "denied, no identity-based policy");
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html, session policies: "the intersection of the IAM
// entity's identity-based policy and the session policies".
TEST(Examples, SessionPoliciesIntersect) {
    const std::string only_get =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::NewHireOrientation/*"}]})";
    auto decision = [&](const char* action, const char* resource) {
        return decide(ask(app, action, resource, {.identity = {everything}, .session = {only_get}}));
    };
    EXPECT_EQ(decision("s3:GetObject", "arn:aws:s3:::NewHireOrientation/x"), "allowed by identity-based policy #0");
    EXPECT_EQ(decision("s3:PutObject", "arn:aws:s3:::NewHireOrientation/x"), "denied, no session policy");
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html, "Allow access to only your organization".
TEST(Examples, OnlyTheOrganisationsPrincipals) {
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Sid":"AllowGetObject","Principal":{"AWS":"*"},"Effect":"Allow","Action":"s3:GetObject",
        "Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-aa111bb222"]}}}]})";
    auto get = [&](Context context) {
        return decide(ask(Caller::user(other, "eve"), "s3:GetObject", "arn:aws:s3:::b/x",
                          {.identity = {everything}, .resource = {policy}}, std::move(context)));
    };
    EXPECT_EQ(get(keys({{"aws:PrincipalOrgID", "o-aa111bb222"}})), "allowed by identity-based policy #0");
    EXPECT_EQ(get(keys({{"aws:PrincipalOrgID", "o-else"}})), "denied, no resource-based policy");
    EXPECT_EQ(get({}), "denied, no resource-based policy");
}

// Perimeters of an organisation, in the form of https://github.com/aws-samples/data-perimeter-policy-examples (the folders of
// service control, resource control and endpoint policies).
const char* const home = "o-home";
const std::string identity_perimeter =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"EnforceOrgIdentities","Effect":"Deny","Principal":"*","Action":["s3:*","sts:AssumeRole"],"Resource":"*",
    "Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-home","aws:PrincipalAccount":["999999999999"]},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]})";
const std::string network_perimeter =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"EnforceNetworkPerimeter","Effect":"Deny","NotAction":["es:ES*"],"Resource":"*","Condition":{
    "BoolIfExists":{"aws:ViaAWSService":"false"},"NotIpAddressIfExists":{"aws:SourceIp":["203.0.113.0/24"]},
    "StringNotEqualsIfExists":{"aws:SourceVpc":["vpc-home"],"aws:PrincipalTag/dp:exclude:network":"true"},
    "StringEquals":{"aws:PrincipalTag/dp:include:network":"true"}}}]})";

TEST(Examples, TheIdentityPerimeterOfAResourceControlPolicy) {
    const std::string public_bucket =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]})";
    auto get = [&](const Caller& caller, Context context) {
        return decide(ask(
            caller, "s3:GetObject", "arn:aws:s3:::b/x",
            {.identity = {everything}, .resource = {public_bucket}, .rcp = {{every_resource_everything, identity_perimeter}}},
            std::move(context)));
    };
    EXPECT_EQ(get(ana, keys({{"aws:PrincipalOrgID", home},
                             {"aws:PrincipalAccount", "111122223333"},
                             {"aws:PrincipalIsAWSService", "false"}})),
              "allowed by resource-based policy #0");
    EXPECT_EQ(get(Caller::user(other, "eve"), keys({{"aws:PrincipalOrgID", "o-else"},
                                                    {"aws:PrincipalAccount", "444455556666"},
                                                    {"aws:PrincipalIsAWSService", "false"}})),
              "denied by resource control policy #0 EnforceOrgIdentities");
    EXPECT_EQ(get(Caller::user("999999999999", "partner"), keys({{"aws:PrincipalOrgID", "o-else"},
                                                                 {"aws:PrincipalAccount", "999999999999"},
                                                                 {"aws:PrincipalIsAWSService", "false"}})),
              "allowed by identity-based policy #0");
    EXPECT_EQ(get({}, keys({{"aws:PrincipalAccount", "anonymous"}})),
              "denied by resource control policy #0 EnforceOrgIdentities");
}

TEST(Examples, TheNetworkPerimeterOfAServiceControlPolicy) {
    auto get = [&](Context context) {
        context.set("aws:ViaAWSService", std::string("false"));
        return decide(ask(app, "s3:GetObject", "arn:aws:s3:::b/x",
                          {.identity = {everything}, .scp = {{everything, network_perimeter}}}, std::move(context)));
    };
    const char* included = "aws:PrincipalTag/dp:include:network";
    EXPECT_EQ(get(keys({{included, "true"}, {"aws:SourceVpc", "vpc-home"}})), "allowed by identity-based policy #0");
    EXPECT_EQ(get(keys({{included, "true"}, {"aws:SourceVpc", "vpc-else"}})),
              "denied by service control policy #0 EnforceNetworkPerimeter");
    EXPECT_EQ(get(keys({{included, "true"}, {"aws:SourceIp", "203.0.113.9"}})), "allowed by identity-based policy #0");
    EXPECT_EQ(get(keys({{included, "true"}, {"aws:SourceIp", "198.51.100.1"}})),
              "denied by service control policy #0 EnforceNetworkPerimeter");
    EXPECT_EQ(get(keys({{"aws:SourceIp", "198.51.100.1"}})), "allowed by identity-based policy #0") << "without the tag";
}

TEST(Examples, ThePerimeterByTheEndpointsOrganisationAndVpcArn) {
    const std::string by_org =
        R"({"Version":"2012-10-17","Statement":[{"Sid":"VpceOrg","Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{
        "StringNotEqualsIfExists":{"aws:VpceOrgID":"o-home"},"NotIpAddressIfExists":{"aws:SourceIp":["203.0.113.0/24"]}}}]})";
    const std::string by_arn =
        R"({"Version":"2012-10-17","Statement":[{"Sid":"VpcArn","Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{
        "ArnNotLikeIfExists":{"aws:SourceVpcArn":"arn:aws:ec2:*:111122223333:vpc/*"},"Null":{"aws:SourceVpcArn":"false"}}}]})";
    auto get = [&](Context context) {
        return decide(ask(app, "s3:GetObject", "arn:aws:s3:::b/x",
                          {.identity = {everything}, .scp = {{everything}, {everything, by_org, by_arn}}}, std::move(context)));
    };
    EXPECT_EQ(get(keys({{"aws:VpceOrgID", home}, {"aws:SourceVpcArn", "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1"}})),
              "allowed by identity-based policy #0");
    EXPECT_EQ(get(keys({{"aws:VpceOrgID", "o-else"}})), "denied by service control policy #0 VpceOrg");
    EXPECT_EQ(get(keys({{"aws:SourceIp", "198.51.100.1"}})), "denied by service control policy #0 VpceOrg") << "by no endpoint";
    EXPECT_EQ(get(keys({{"aws:VpceOrgID", home}, {"aws:SourceVpcArn", "arn:aws:ec2:us-east-1:444455556666:vpc/vpc-1"}})),
              "denied by service control policy #0 VpcArn");
}

TEST(Examples, TheEndpointPolicyThatLetsTheOrganisationReachItsOwn) {
    const std::string endpoint =
        R"({"Version":"2012-10-17","Statement":[{"Sid":"OrgsIdentitiesToOrgsResources","Effect":"Allow","Principal":"*","Action":"*","Resource":"*",
        "Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-home","aws:ResourceOrgID":"o-home"}}}]})";
    auto get = [&](const char* principal, const char* resource) {
        return decide(ask(app, "s3:GetObject", "arn:aws:s3:::b/x", {.identity = {everything}, .endpoint = {endpoint}},
                          keys({{"aws:PrincipalOrgID", principal}, {"aws:ResourceOrgID", resource}})));
    };
    EXPECT_EQ(get(home, home), "allowed by identity-based policy #0");
    EXPECT_EQ(get(home, "o-else"), "denied, no VPC endpoint policy") << "data does not leave to another organisation's bucket";
    EXPECT_EQ(get("o-else", home), "denied, no VPC endpoint policy");
}

}  // namespace
}  // namespace sekisho::policy::test
