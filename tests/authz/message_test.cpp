// The texts, type by type. Source: IAM guide, "Troubleshoot access denied error messages"; S3 guide, troubleshooting 403.
#include "authz/message.h"

#include <gtest/gtest.h>

#include "authz/world.h"

namespace sekisho::authz::test {
namespace {

std::string after_resource(policy::PolicyType type, bool explicit_deny) {
    policy::Decision decision{.allowed = false, .explicit_deny = explicit_deny, .decided_by = type};
    std::string text = denied_message(user("bob"), list_bucket(), "s3", decision);
    std::string before =
        "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: s3:ListBucket on resource: "
        "\"arn:aws:s3:::my-bucket\" ";
    EXPECT_TRUE(text.starts_with(before)) << text;
    return text.substr(before.size());
}

TEST(Message, ExplicitDenies) {
    using enum policy::PolicyType;
    EXPECT_EQ(after_resource(resource, true), "with an explicit deny in a resource-based policy");
    EXPECT_EQ(after_resource(identity, true), "with an explicit deny in an identity-based policy");
    EXPECT_EQ(after_resource(endpoint, true), "with an explicit deny in a VPC endpoint policy");
    EXPECT_EQ(after_resource(boundary, true), "with an explicit deny in a permissions boundary");
    EXPECT_EQ(after_resource(session, true), "with an explicit deny in a session policy");
    EXPECT_EQ(after_resource(scp, true), "with an explicit deny in a service control policy");
    EXPECT_EQ(after_resource(rcp, true), "with an explicit deny in a resource control policy");
}

TEST(Message, ImplicitDenies) {
    using enum policy::PolicyType;
    EXPECT_EQ(after_resource(identity, false), "because no identity-based policy allows the s3:ListBucket action");
    EXPECT_EQ(after_resource(resource, false), "because no resource-based policy allows the s3:ListBucket action");
    EXPECT_EQ(after_resource(endpoint, false), "because no VPC endpoint policy allows the s3:ListBucket action");
    EXPECT_EQ(after_resource(boundary, false), "because no permissions boundary allows the s3:ListBucket action");
    EXPECT_EQ(after_resource(session, false), "because no session policy allows the s3:ListBucket action");
    EXPECT_EQ(after_resource(scp, false), "because no service control policy allows the s3:ListBucket action");
    EXPECT_EQ(after_resource(rcp, false), "because no resource control policy allows the s3:ListBucket action");
}

TEST(Message, ServicesWriteTheResourceEachInTheirWay) {
    policy::Decision decision{.decided_by = policy::PolicyType::identity};
    Ask ask;
    ask.resource_account = AccountId(account);
    auto says = [&](const char* action, const char* resource, const char* service) {
        ask.action = action;
        ask.resource = resource;
        return denied_message(user("bob"), ask, service, decision)
            .substr(std::string("User: arn:aws:iam::123456789012:user/bob ").size());
    };
    EXPECT_EQ(
        says("ec2:DescribeVpcs", "*", "ec2"),
        "is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action");
    EXPECT_EQ(
        says("ec2:DeleteVpc", "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1", "ec2"),
        "is not authorized to perform: ec2:DeleteVpc on resource: arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1 because no "
        "identity-based policy allows the ec2:DeleteVpc action");
    EXPECT_EQ(says("sts:AssumeRole", "arn:aws:iam::123456789012:role/r", "sts"),
              "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/r");
}

}  // namespace
}  // namespace sekisho::authz::test
