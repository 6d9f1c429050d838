// Policies of the organisation: kept, attached, and in force for requests.
#include <gmock/gmock.h>

#include "organizations/world.h"

namespace sekisho::organizations {
namespace {

const std::string deny_users = R"({"Sid":"NoUsers","Effect":"Deny","Action":"iam:CreateUser","Resource":"*"})";

// A session in a member account, by its OrganizationAccountAccessRole.
authn::Caller administrator_of(World& world, const std::string& account) {
    authn::Caller admin = world.iam.user("admin-of-" + account, iam::allow_all);
    iam::Answer assumed = world.iam.call_sts(
        admin, "Action=AssumeRole&RoleSessionName=me&RoleArn=arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole");
    EXPECT_EQ(assumed.status, 200) << assumed.body;
    return world.iam.key(assumed.element("AccessKeyId"), assumed.element("SessionToken"));
}

TEST(PolicyTypes, bring_the_policy_that_allows_everything_and_take_all_away) {
    World world;
    world.organize();
    const std::string root = world.root_id(), unit = world.unit(root, "u");
    const std::string deny = world.policy("deny", deny_users);
    EXPECT_EQ(world.attach(deny, root).error(), "PolicyTypeNotEnabledException");
    Reply enabled = world.call("EnablePolicyType", {{"RootId", root}, {"PolicyType", scp_type}});
    EXPECT_EQ(enabled.body["Root"]["PolicyTypes"][0], (json{{"Type", scp_type}, {"Status", "ENABLED"}}));
    EXPECT_EQ(world.call("EnablePolicyType", {{"RootId", root}, {"PolicyType", scp_type}}).error(),
              "PolicyTypeAlreadyEnabledException");
    auto attached = [&](const std::string& target) {
        std::vector<std::string> ids;
        Reply reply = world.call("ListPoliciesForTarget", {{"TargetId", target}, {"Filter", scp_type}});
        for (const json& one : reply.body["Policies"]) ids.push_back(one["Id"]);
        return ids;
    };
    EXPECT_THAT(attached(unit), testing::ElementsAre("p-FullAWSAccess"));
    EXPECT_THAT(attached(world.account("member")), testing::ElementsAre("p-FullAWSAccess"));
    world.attach(deny, unit);
    EXPECT_EQ(attached(unit).size(), 2u);
    EXPECT_EQ(world.call("DisablePolicyType", {{"RootId", root}, {"PolicyType", scp_type}}).status, 200);
    EXPECT_TRUE(attached(unit).empty());
    world.enable(scp_type);
    EXPECT_THAT(attached(unit), testing::ElementsAre("p-FullAWSAccess"));
}

TEST(Policies, are_made_changed_listed_and_deleted) {
    World world;
    const std::string organization = world.organize();
    const std::string id = world.policy("deny", deny_users);
    Reply described = world.call("DescribePolicy", {{"PolicyId", id}});
    const json summary = described.body["Policy"]["PolicySummary"];
    EXPECT_EQ(summary["Arn"], "arn:aws:organizations::123456789012:policy/" + organization + "/service_control_policy/" + id);
    EXPECT_EQ(summary["AwsManaged"], false);
    const json again{
        {"Name", "deny"}, {"Description", ""}, {"Type", scp_type}, {"Content", described.body["Policy"]["Content"]}};
    EXPECT_EQ(world.call("CreatePolicy", again).error(), "DuplicatePolicyException");
    EXPECT_EQ(world.call("UpdatePolicy", {{"PolicyId", id}, {"Content", "{}"}}).error(), "MalformedPolicyDocumentException");
    EXPECT_EQ(world.call("UpdatePolicy", {{"PolicyId", id}, {"Name", "no-users"}}).body["Policy"]["PolicySummary"]["Name"],
              "no-users");
    EXPECT_EQ(world.call("UpdatePolicy", {{"PolicyId", "p-FullAWSAccess"}, {"Name", "mine"}}).reason(), "IMMUTABLE_POLICY");
    EXPECT_EQ(world.call("DeletePolicy", {{"PolicyId", "p-FullAWSAccess"}}).reason(), "IMMUTABLE_POLICY");
    Reply list = world.call("ListPolicies", {{"Filter", scp_type}});
    EXPECT_EQ(list.body["Policies"].size(), 2u);
    EXPECT_EQ(world.call("ListPolicies", {{"Filter", rcp_type}}).body["Policies"][0]["Arn"],
              "arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess");
    world.enable(scp_type);
    world.attach(id, world.root_id());
    EXPECT_EQ(world.call("DeletePolicy", {{"PolicyId", id}}).error(), "PolicyInUseException");
    EXPECT_EQ(world.call("ListTargetsForPolicy", {{"PolicyId", id}}).body["Targets"][0]["Type"], "ROOT");
    EXPECT_EQ(world.call("DetachPolicy", {{"PolicyId", id}, {"TargetId", world.root_id()}}).status, 200);
    EXPECT_EQ(world.call("DeletePolicy", {{"PolicyId", id}}).status, 200);
    EXPECT_EQ(world.call("DescribePolicy", {{"PolicyId", id}}).error(), "PolicyNotFoundException");
}

TEST(Policies, hold_5120_characters_and_not_one_more) {
    World world;
    world.organize();
    auto create = [&](std::size_t size) {
        std::string content = R"({"Version":"2012-10-17","Statement":[)" + deny_users + "]";
        content.resize(size - 1, ' ');
        return world.call(
            "CreatePolicy",
            {{"Name", std::to_string(size)}, {"Description", ""}, {"Type", scp_type}, {"Content", content + "}"}});
    };
    EXPECT_EQ(create(5120).status, 200);
    EXPECT_EQ(create(5121).reason(), "POLICY_CONTENT_LIMIT_EXCEEDED");
}

TEST(Attachments, are_one_to_five_of_a_type) {
    World world;
    world.organize();
    world.enable(scp_type);
    world.enable(rcp_type);
    const std::string unit = world.unit(world.root_id(), "u");
    auto detach = [&](const std::string& policy) {
        return world.call("DetachPolicy", {{"PolicyId", policy}, {"TargetId", unit}});
    };
    EXPECT_EQ(detach("p-FullAWSAccess").reason(), "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
    for (int i = 1; i <= 4; ++i) EXPECT_EQ(world.attach(world.policy("p" + std::to_string(i), deny_users), unit).status, 200);
    EXPECT_EQ(world.attach(world.policy("p5", deny_users), unit).reason(), "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
    EXPECT_EQ(detach("p-FullAWSAccess").status, 200);
    EXPECT_EQ(detach("p-FullAWSAccess").error(), "PolicyNotAttachedException");
    EXPECT_EQ(world.attach("p-FullAWSAccess", unit).status, 200);
    EXPECT_EQ(world.attach("p-FullAWSAccess", unit).error(), "DuplicatePolicyAttachmentException");
    EXPECT_EQ(world.attach("p-FullAWSAccess", "999999999999").error(), "TargetNotFoundException");
    const std::string rcp = world.policy("r", R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})", rcp_type);
    EXPECT_EQ(world.attach(rcp, unit).status, 200);
    EXPECT_EQ(detach("p-RCPFullAWSAccess").reason(), "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
}

TEST(ServiceControlPolicies, hold_in_member_accounts_below_the_target_and_not_in_the_management_account) {
    World world;
    world.organize();
    world.enable(scp_type);
    const std::string root = world.root_id(), unit = world.unit(root, "u"), inside = world.account("inside"),
                      outside = world.account("outside");
    world.call("MoveAccount", {{"AccountId", inside}, {"SourceParentId", root}, {"DestinationParentId", unit}});
    const std::string deny = world.policy("deny", deny_users);
    world.attach(deny, unit);
    iam::Answer denied = world.iam.call(administrator_of(world, inside), "Action=CreateUser&UserName=bob");
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(denied.message(),
              "User: arn:aws:sts::" + inside +
                  ":assumed-role/OrganizationAccountAccessRole/me is not authorized to perform: iam:CreateUser on "
                  "resource: arn:aws:iam::" +
                  inside + ":user/bob with an explicit deny in a service control policy");
    authn::Caller free = administrator_of(world, outside);
    EXPECT_EQ(world.iam.call(free, "Action=CreateUser&UserName=bob").status, 200);
    world.attach(deny, root);
    EXPECT_EQ(world.iam.call(free, "Action=CreateUser&UserName=eve").status, 403);
    EXPECT_EQ(world.iam.call("Action=CreateUser&UserName=eve").status, 200) << "the management account is free";
    world.open();
    EXPECT_EQ(world.iam.call(administrator_of(world, outside), "Action=CreateUser&UserName=eve").status, 403)
        << "after a restart";
}

TEST(ServiceControlPolicies, an_allow_list_must_allow_at_every_level) {
    World world;
    world.organize();
    world.enable(scp_type);
    const std::string member = world.account("member"), root = world.root_id();
    world.attach(world.policy("sts", R"({"Effect":"Allow","Action":"sts:*","Resource":"*"})"), member);
    authn::Caller admin = administrator_of(world, member);
    EXPECT_EQ(world.iam.call(admin, "Action=ListUsers").status, 200);
    world.call("DetachPolicy", {{"PolicyId", "p-FullAWSAccess"}, {"TargetId", member}});
    iam::Answer denied = world.iam.call(admin, "Action=ListUsers");
    EXPECT_EQ(denied.status, 403);
    EXPECT_TRUE(denied.message().ends_with("because no service control policy allows the iam:ListUsers action"))
        << denied.message();
}

TEST(ResourceControlPolicies, decide_who_may_assume_roles_of_a_member_account) {
    World world;
    const std::string organization = world.organize();
    world.enable(rcp_type);
    const std::string member = world.account("member");
    authn::Caller admin = administrator_of(world, member);
    auto trust = iam::trust_of(R"({"AWS":["210987654321","123456789012"]})");
    ASSERT_EQ(world.iam.call(admin, "Action=CreateRole&RoleName=open&AssumeRolePolicyDocument=" + percent_encode(trust)).status,
              200);
    const std::string assume = "Action=AssumeRole&RoleSessionName=me&RoleArn=arn:aws:iam::" + member + ":role/open";
    world.iam.call(world.iam.root_abroad(), "Action=CreateUser&UserName=eve");
    world.iam.call(world.iam.root_abroad(),
                   "Action=PutUserPolicy&UserName=eve&PolicyName=p&PolicyDocument=" + percent_encode(iam::allow_all));
    authn::Caller eve =
        world.iam.key(world.iam.call(world.iam.root_abroad(), "Action=CreateAccessKey&UserName=eve").element("AccessKeyId"));
    authn::Caller alice = world.iam.user("alice", iam::allow_all);
    EXPECT_EQ(world.iam.call_sts(eve, assume).status, 200);
    const std::string perimeter = world.policy(
        "perimeter",
        R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":")" +
            organization + R"("},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}})",
        rcp_type);
    world.attach(perimeter, world.root_id());
    EXPECT_EQ(world.iam.call_sts(eve, assume).status, 403);
    EXPECT_EQ(world.iam.call_sts(alice, assume).status, 200);
    // Not in the management account.
    ASSERT_EQ(world.iam.call("Action=CreateRole&RoleName=open&AssumeRolePolicyDocument=" + percent_encode(trust)).status, 200);
    EXPECT_EQ(
        world.iam.call_sts(eve, "Action=AssumeRole&RoleSessionName=me&RoleArn=arn:aws:iam::123456789012:role/open").status,
        200);
}

}  // namespace
}  // namespace sekisho::organizations
