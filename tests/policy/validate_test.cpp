// What is refused at Put, with AWS's code and text.
#include <gtest/gtest.h>

#include "policy/document.h"
#include "policy/limits.h"

namespace sekisho::policy {
namespace {

std::string check(const std::string& json, Kind kind, std::string_view resource = "arn:aws:s3:::my-bucket") {
    auto document = validate(json, kind, kind == Kind::resource ? resource : std::string_view());
    return document ? "fine" : document.error().code + ": " + document.error().message;
}

std::string bucket(const std::string& statement) {
    return check(R"({"Version":"2012-10-17","Statement":[)" + statement + "]}", Kind::resource);
}
std::string identity(const std::string& statement) {
    return check(R"({"Version":"2012-10-17","Statement":[)" + statement + "]}", Kind::identity);
}
std::string trust(const std::string& statement) {
    return check(R"({"Version":"2012-10-17","Statement":[)" + statement + "]}", Kind::trust);
}

const std::string objects = R"("Resource":"arn:aws:s3:::my-bucket/*")";

TEST(ValidateBucketPolicy, GoodOnesPass) {
    EXPECT_EQ(bucket(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)" + objects + "}"), "fine");
    EXPECT_EQ(
        bucket(
            R"({"Sid":"OnlyVpc1 with spaces","Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:user/p/admin"]},
        "Action":"s3:*","Resource":["arn:aws:s3:::my-bucket","arn:aws:s3:::my-bucket/*"],"Condition":{"StringNotEquals":{"aws:sourceVpce":"vpce-1"}}})"),
        "fine");
    EXPECT_EQ(
        bucket(
            R"({"Effect":"Allow","Principal":{"AWS":"123456789012","Service":"logging.s3.amazonaws.com","CanonicalUser":"79a5"},"Action":["s3:Get*","s3:ListBucket"],
        "Resource":["arn:aws:s3:::my-bucket","arn:aws:s3:::my-bucket/${aws:username}/*"]})"),
        "fine");
    EXPECT_EQ(
        check(
            R"({"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::my-bucket/*"},"Id":"x"})",
            Kind::resource),
        "fine");
}

TEST(ValidateBucketPolicy, WhatIsNoJson) {
    EXPECT_EQ(check("", Kind::resource), "MalformedPolicy: Policies must be valid JSON and the first byte must be '{'");
    EXPECT_EQ(check("[]", Kind::resource), "MalformedPolicy: Policies must be valid JSON and the first byte must be '{'");
    EXPECT_EQ(check(R"( {"Version":"2012-10-17","Statement":[]})", Kind::resource),
              "MalformedPolicy: Policies must be valid JSON and the first byte must be '{'");
    EXPECT_EQ(check("{\"Version\":", Kind::resource), "MalformedPolicy: This policy contains invalid Json");
    EXPECT_EQ(check(R"({"Version":"2012-10-17","Version":"2012-10-17","Statement":[]})", Kind::resource),
              "MalformedPolicy: This policy contains invalid Json");
}

TEST(ValidateBucketPolicy, TheDetailSaysWhere) {
    auto detail = [](const std::string& json) {
        auto refused = validate(json, Kind::resource, "arn:aws:s3:::my-bucket");
        return refused || refused.error().details.empty() ? "" : refused.error().details[0].second;
    };
    EXPECT_EQ(detail("{\n  \"Version\": ,"), "a value was expected at line 2, column 14");
    EXPECT_EQ(detail("{\"Statement\":[{\"Effect\":\"Allow\"\n \"Sid\":\"\"}]}"), "',' or '}' was expected at line 2, column 2");
    EXPECT_EQ(detail("{\"Id\":\"a\",\n\"Id\":\"b\"}"), "the name \"Id\" stands twice at line 2, column 1");
    EXPECT_EQ(
        detail(
            R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:user/*"]},"Action":"s3:*","Resource":"arn:aws:s3:::my-bucket"}]})"),
        "\"AWS\" : \"arn:aws:iam::123456789012:user/*\"");
}

TEST(ValidateBucketPolicy, MissingAndUnknownElements) {
    EXPECT_EQ(check(R"({"Version":"2012-10-17"})", Kind::resource), "MalformedPolicy: Missing required field Statement");
    EXPECT_EQ(check(R"({"Version":"2012-10-17","Statement":[]})", Kind::resource),
              "MalformedPolicy: Could not parse the policy: Statement is empty!");
    EXPECT_EQ(check(R"({"Version":"2013-01-01","Statement":[]})", Kind::resource),
              "MalformedPolicy: The policy must contain a valid version string");
    EXPECT_EQ(check(R"({"Statements":[]})", Kind::resource), "MalformedPolicy: Unknown field Statements");
    EXPECT_EQ(bucket(R"({"Principal":"*","Action":"s3:GetObject",)" + objects + "}"),
              "MalformedPolicy: Missing required field Effect");
    EXPECT_EQ(bucket(R"({"Effect":"Allow","Principal":"*",)" + objects + "}"),
              "MalformedPolicy: Missing required field Action");
    EXPECT_EQ(bucket(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject"})"),
              "MalformedPolicy: Missing required field Resource");
    EXPECT_EQ(bucket(R"({"Effect":"Allow","Action":"s3:GetObject",)" + objects + "}"),
              "MalformedPolicy: Missing required field Principal");
    EXPECT_EQ(bucket(R"({"Effect":"allow","Principal":"*","Action":"s3:GetObject",)" + objects + "}"),
              "MalformedPolicy: Invalid effect: allow");
    EXPECT_EQ(bucket(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Foo":1,)" + objects + "}"),
              "MalformedPolicy: Unknown field Foo");
    EXPECT_EQ(bucket(R"({"Effect":"Allow","Principal":"*","Action":{},)" + objects + "}"),
              "MalformedPolicy: Invalid policy syntax.");
    EXPECT_EQ(
        bucket(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","NotAction":"s3:PutObject",)" + objects + "}"),
        "MalformedPolicy: Invalid policy syntax.");
}

TEST(ValidateBucketPolicy, Principals) {
    auto principal = [](const std::string& value) {
        return bucket(R"({"Effect":"Allow","Principal":)" + value + R"(,"Action":"s3:GetObject",)" + objects + "}");
    };
    EXPECT_EQ(principal(R"({"AWS":"arn:aws:iam::123456789012:user/*"})"), "MalformedPolicy: Invalid principal in policy");
    EXPECT_EQ(principal(R"({"AWS":"arn:aws:iam::123456789012:group/g"})"), "MalformedPolicy: Invalid principal in policy");
    EXPECT_EQ(principal(R"({"AWS":"12345678901"})"), "MalformedPolicy: Invalid principal in policy");
    EXPECT_EQ(principal(R"({"AWS":"user"})"), "MalformedPolicy: Invalid principal in policy");
    EXPECT_EQ(principal(R"("123456789012")"), "MalformedPolicy: Invalid principal in policy");
    EXPECT_EQ(principal(R"({"Human":"bob"})"), "MalformedPolicy: Invalid principal in policy");
    EXPECT_EQ(principal(R"({})"), "MalformedPolicy: Missing required field Principal cannot be empty!");
    EXPECT_EQ(principal(R"({"AWS":"arn:aws:sts::123456789012:assumed-role/r/s"})"), "fine");
    EXPECT_EQ(principal(R"({"AWS":"AIDA0123456789ABCDEF"})"), "fine");
    EXPECT_EQ(bucket(R"({"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject",)" + objects + "}"),
              "MalformedPolicy: Allow with NotPrincipal is not supported.");
}

TEST(ValidateBucketPolicy, ActionsAndResourcesMustFit) {
    auto about = [](const std::string& action, const std::string& resource) {
        return bucket(R"({"Effect":"Allow","Principal":"*","Action":")" + action + R"(","Resource":")" + resource + "\"}");
    };
    EXPECT_EQ(about("s3:GetObject", "arn:aws:s3:::my-bucket"),
              "MalformedPolicy: Action does not apply to any resource(s) in statement");
    EXPECT_EQ(about("s3:ListBucket", "arn:aws:s3:::my-bucket/*"),
              "MalformedPolicy: Action does not apply to any resource(s) in statement");
    EXPECT_EQ(about("s3:*", "arn:aws:s3:::my-bucket"), "fine");
    EXPECT_EQ(about("s3:List*", "arn:aws:s3:::my-bucket/*"), "fine") << "ListMultipartUploadParts is about objects";
    EXPECT_EQ(about("s3:GetObject", "arn:aws:s3:::other-bucket/*"), "MalformedPolicy: Policy has invalid resource");
    EXPECT_EQ(about("s3:GetObject", "arn:aws:s3:::my-bucket2/*"), "MalformedPolicy: Policy has invalid resource");
    EXPECT_EQ(about("s3:GetObject", "my-bucket/*"), "MalformedPolicy: Policy has invalid resource");
    EXPECT_EQ(about("s3:GetObject", "arn:aws:s3:::my-bucket*"), "fine");
    EXPECT_EQ(about("s3:GetObject", "arn:aws:s3:::my-bucket/a/b/*.jpg"), "fine");
    EXPECT_EQ(about("s3:Nonsense", "arn:aws:s3:::my-bucket/*"), "MalformedPolicy: Policy has invalid action");
    EXPECT_EQ(about("ec2:RunInstances", "arn:aws:s3:::my-bucket/*"), "MalformedPolicy: Policy has invalid action");
    EXPECT_EQ(about("*", "arn:aws:s3:::my-bucket/*"), "fine");
}

TEST(ValidateBucketPolicy, ConditionsSidsAndSize) {
    auto condition = [](const std::string& value) {
        return bucket(R"({"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Condition":)" + value + "," + objects +
                      "}");
    };
    EXPECT_EQ(condition(R"({"StringSame":{"aws:x":"y"}})"), "MalformedPolicy: Invalid Condition type : StringSame");
    EXPECT_EQ(condition(R"({"NullIfExists":{"aws:x":"true"}})"), "MalformedPolicy: Invalid Condition type : NullIfExists");
    EXPECT_EQ(condition(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}})"),
              "MalformedPolicy: Invalid value for condition IpAddress aws:SourceIp");
    EXPECT_EQ(condition(R"({"DateLessThan":{"aws:CurrentTime":"tomorrow"}})"),
              "MalformedPolicy: Invalid value for condition DateLessThan aws:CurrentTime");
    EXPECT_EQ(condition(R"({"NumericLessThan":{"s3:max-keys":"ten"}})"),
              "MalformedPolicy: Invalid value for condition NumericLessThan s3:max-keys");
    EXPECT_EQ(condition(R"({"NumericLessThan":{"s3:TlsVersion":1.2}})"), "fine");
    EXPECT_EQ(condition(R"({"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*"]}})"), "fine");
    std::string one = R"({"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:GetObject",)" + objects + "}";
    EXPECT_EQ(bucket(one + "," + one), "MalformedPolicy: Statement IDs (SID) in a single policy must be unique.");
    std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",)" + objects + "}]";
    policy.resize(bucket_policy_bytes_max - 1, ' ');
    EXPECT_EQ(check(policy + "}", Kind::resource), "fine");
    EXPECT_EQ(check(policy + " }", Kind::resource), "MalformedPolicy: Policy exceeds the maximum allowed document size.");
}

TEST(ValidateIdentityPolicy, IamsTexts) {
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})"), "fine");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:ec2:*:*:vpc/*"]})"), "fine");
    EXPECT_EQ(check("{", Kind::identity), "MalformedPolicyDocument: Syntax errors in policy.");
    EXPECT_EQ(check(R"({"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})", Kind::identity),
              "MalformedPolicyDocument: Policy document must be version 2012-10-17 or greater.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"})"),
              "MalformedPolicyDocument: Policy document should not specify a principal.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Resource":"*"})"),
              "MalformedPolicyDocument: Policy statement must contain actions.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":[],"Resource":"*"})"),
              "MalformedPolicyDocument: Policy statement must contain actions.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*"})"),
              "MalformedPolicyDocument: Policy statement must contain resources.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3","Resource":"*"})"),
              "MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:a:b","Resource":"*"})"),
              "MalformedPolicyDocument: Actions/Condition can contain only one colon.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s*:Get","Resource":"*"})"),
              "MalformedPolicyDocument: Vendor s* is not valid");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*","Resource":"bucket"})"),
              "MalformedPolicyDocument: Resource bucket must be in ARN format or \"*\".");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s*:::b"})"),
              "MalformedPolicyDocument: Resource vendor must be fully qualified and cannot contain regexes.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:gov:s3:::b"})"),
              "MalformedPolicyDocument: Partition \"gov\" is not valid for resource \"arn:gov:s3:*:*:b\".");
    EXPECT_EQ(
        identity(
            R"({"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"soon"}}})"),
        "MalformedPolicyDocument: The policy failed legacy parsing");
    EXPECT_EQ(identity(R"({"Sid":"a b","Effect":"Allow","Action":"s3:*","Resource":"*"})"),
              "MalformedPolicyDocument: Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
              "expression [0-9A-Za-z]*");
    std::string one = R"({"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"})";
    EXPECT_EQ(identity(one + "," + one), "MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique.");
}

TEST(ValidateTrustPolicy, WhatIsNoJson) {
    EXPECT_EQ(check("not json", Kind::trust), "MalformedPolicyDocument: This policy contains invalid Json");
    EXPECT_EQ(check(" {}", Kind::trust), "MalformedPolicyDocument: JSON strings must not have leading spaces");
    EXPECT_EQ(check("\n{}", Kind::identity), "MalformedPolicyDocument: JSON strings must not have leading spaces");
}

TEST(ValidateTrustPolicy, IamsTexts) {
    EXPECT_EQ(trust(R"({"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"})"), "fine");
    EXPECT_EQ(trust(R"({"Effect":"Allow","Principal":{"AWS":"*"},"Action":["sts:AssumeRole","sts:TagSession"]})"), "fine");
    EXPECT_EQ(trust(R"({"Effect":"Allow","Action":"sts:AssumeRole"})"),
              "MalformedPolicyDocument: Missing required field Principal");
    EXPECT_EQ(trust(R"({"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*"})"),
              "MalformedPolicyDocument: Has prohibited field Resource");
    EXPECT_EQ(trust(R"({"Effect":"Deny","NotPrincipal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"})"),
              "MalformedPolicyDocument: Has prohibited field NotPrincipal");
    EXPECT_EQ(trust(R"({"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/*"},"Action":"sts:AssumeRole"})"),
              "MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"arn:aws:iam::123456789012:user/*\"");
    EXPECT_EQ(trust(R"({"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject"})"),
              "MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.");
}

TEST(ValidateEndpointPolicy, NeedsAPrincipal) {
    EXPECT_EQ(check(R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})", Kind::endpoint),
              "fine");
    EXPECT_EQ(check(R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})", Kind::endpoint),
              "InvalidPolicyDocument: The policy document is not valid: Principal is missing in statement 1");
    EXPECT_EQ(check("{\n \"Statement\": }", Kind::endpoint),
              "InvalidPolicyDocument: The policy document is not valid: a value was expected at line 2, column 15");
}

TEST(Limits, SizeCountsCharactersThatAreNoWhiteSpace) { EXPECT_EQ(size_in_characters("{ \"a\":\n\t\"é\" }\r\n"), 9u); }

TEST(Principals, AreListedForTheCheckThatTheyExist) {
    auto document = compile(
        R"({"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::123456789012:root","AIDA0123456789ABCDEF"]},"Action":"*","Resource":"*"},
        {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})",
        Kind::resource);
    EXPECT_EQ(principals(*document), (std::vector<std::string>{"arn:aws:iam::123456789012:root", "AIDA0123456789ABCDEF"}));
}

TEST(Compile, ADocumentWithoutStatementsAllowsNothingButIsRefusedAtPut) {
    EXPECT_TRUE(compile(R"({"Version":"2012-10-17","Statement":[]})", Kind::boundary));
    EXPECT_EQ(check(R"({"Version":"2012-10-17","Statement":[]})", Kind::identity),
              "MalformedPolicyDocument: Syntax errors in policy.");
}

TEST(Compile, ThrowsAFaultWithThePlace) {
    try {
        compile("{\"Statement\":\n 1}", Kind::identity);
        FAIL();
    } catch (const Fault& fault) {
        EXPECT_STREQ(fault.what(), "not a policy document: a statement is an object at line 2, column 2");
    }
}

}  // namespace
}  // namespace sekisho::policy
