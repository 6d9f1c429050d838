// The simulators, and the two ways to read everything that is granted.
#include <gmock/gmock.h>

#include "authz/authorization_message.h"
#include "iam/world.h"

namespace sekisho::iam {
namespace {

const std::string read_mine =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::mine/*"}]})";
const std::string deny_outside =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},
{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}]})";
const std::string ec2_only = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]})";

std::string custom(std::string_view policy, std::string_view action, std::string_view resource = "*") {
    return "Action=SimulateCustomPolicy&PolicyInputList.member.1=" + percent_encode(policy) +
           "&ActionNames.member.1=" + std::string(action) + "&ResourceArns.member.1=" + percent_encode(resource);
}

TEST(SimulateCustomPolicy, decides_as_real_requests_and_names_the_statement_with_its_place) {
    World world;
    Answer allowed = world.call(custom(read_mine, "s3:GetObject", "arn:aws:s3:::mine/k"));
    ASSERT_EQ(allowed.status, 200) << allowed.body;
    EXPECT_EQ(allowed.element("EvalDecision"), "allowed");
    EXPECT_EQ(allowed.element("EvalActionName"), "s3:GetObject");
    EXPECT_EQ(allowed.element("EvalResourceName"), "arn:aws:s3:::mine/k");
    EXPECT_EQ(allowed.element("SourcePolicyId"), "PolicyInputList.1");
    const std::size_t start = read_mine.find("{\"Sid\"");
    EXPECT_TRUE(allowed.has("<StartPosition><Line>1</Line><Column>" + std::to_string(start + 1) + "</Column></StartPosition>"))
        << allowed.body;
    EXPECT_TRUE(
        allowed.has("<EndPosition><Line>1</Line><Column>" + std::to_string(read_mine.size() - 1) + "</Column></EndPosition>"))
        << allowed.body;
    EXPECT_EQ(world.call(custom(read_mine, "s3:PutObject", "arn:aws:s3:::mine/k")).element("EvalDecision"), "implicitDeny");
    EXPECT_EQ(world.call(custom(read_mine, "s3:GetObject", "arn:aws:s3:::other/k")).element("EvalDecision"), "implicitDeny");
    Answer denied = world.call(custom(deny_outside, "s3:GetObject"));
    EXPECT_EQ(denied.element("EvalDecision"), "explicitDeny");
    EXPECT_TRUE(denied.has("<StartPosition><Line>2</Line><Column>1</Column></StartPosition>")) << denied.body;
    EXPECT_TRUE(denied.has("<MissingContextValues><member>aws:SourceVpce</member></MissingContextValues>"));
}

TEST(SimulateCustomPolicy, takes_context_entries) {
    World world;
    const std::string entry =
        "&ContextEntries.member.1.ContextKeyName=aws:SourceVpce&ContextEntries.member.1.ContextKeyType=string"
        "&ContextEntries.member.1.ContextKeyValues.member.1=";
    Answer answer = world.call(custom(deny_outside, "s3:GetObject") + entry + "vpce-1");
    EXPECT_EQ(answer.element("EvalDecision"), "allowed");
    EXPECT_TRUE(answer.has("<MissingContextValues></MissingContextValues>")) << answer.body;
    EXPECT_EQ(world.call(custom(deny_outside, "s3:GetObject") + entry + "vpce-2").element("EvalDecision"), "explicitDeny");
}

TEST(SimulateCustomPolicy, asks_a_boundary) {
    World world;
    const std::string boundary = "&PermissionsBoundaryPolicyInputList.member.1=" + percent_encode(ec2_only);
    Answer answer = world.call(custom(read_mine, "s3:GetObject", "arn:aws:s3:::mine/k") + boundary);
    EXPECT_EQ(answer.element("EvalDecision"), "implicitDeny");
    EXPECT_EQ(answer.element("AllowedByPermissionsBoundary"), "false");
}

TEST(SimulateCustomPolicy, asks_a_resource_policy_for_users_roles_sessions_and_root) {
    World world;
    const std::string statement =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":")";
    auto decision = [&](const std::string& caller, const std::string& principal, const std::string& owner) {
        return world
            .call(custom(ec2_only, "s3:GetObject", "arn:aws:s3:::mine/k") + "&CallerArn=" + percent_encode(caller) +
                  "&ResourceOwner=" + owner + "&ResourcePolicy=" + percent_encode(statement + principal + R"("}}]})"))
            .element("EvalDecision");
    };
    const std::string bob = "arn:aws:iam::123456789012:user/bob", role = "arn:aws:iam::123456789012:role/r",
                      session = "arn:aws:sts::123456789012:assumed-role/r/s", root = "arn:aws:iam::123456789012:root";
    EXPECT_EQ(decision(bob, bob, "123456789012"), "allowed");
    EXPECT_EQ(decision(bob, "arn:aws:iam::123456789012:user/eve", "123456789012"), "implicitDeny");
    EXPECT_EQ(decision(role, role, "123456789012"), "allowed");
    EXPECT_EQ(decision(session, session, "123456789012"), "allowed");
    EXPECT_EQ(decision(root, bob, "123456789012"), "allowed");
    // Across accounts both sides must allow.
    EXPECT_EQ(decision(bob, bob, "210987654321"), "implicitDeny");
    Answer details = world.call(custom(allow_all, "s3:GetObject", "arn:aws:s3:::mine/k") + "&CallerArn=" + percent_encode(bob) +
                                "&ResourceOwner=210987654321&ResourcePolicy=" + percent_encode(statement + bob + R"("}}]})"));
    EXPECT_EQ(details.element("EvalDecision"), "allowed");
    EXPECT_TRUE(details.has("<entry><key>Resource Policy</key><value>allowed</value></entry>")) << details.body;
    EXPECT_EQ(
        world.call(custom(ec2_only, "s3:GetObject") + "&ResourcePolicy=" + percent_encode(statement + bob + R"("}}]})")).code(),
        "InvalidInput");
}

TEST(SimulateCustomPolicy, comes_in_pages_and_checks_what_it_is_given) {
    World world;
    std::string query =
        custom(allow_all, "s3:GetObject") + "&ActionNames.member.2=s3:PutObject&ActionNames.member.3=s3:ListBucket&MaxItems=2";
    Answer first = world.call(query);
    EXPECT_EQ(first.element("IsTruncated"), "true");
    Answer second = world.call(query + "&Marker=" + percent_encode(first.element("Marker")));
    EXPECT_EQ(second.element("EvalActionName"), "s3:ListBucket");
    EXPECT_EQ(second.element("IsTruncated"), "false");
    EXPECT_EQ(world.call(custom("{", "s3:GetObject")).code(), "InvalidInput");
    EXPECT_EQ(world.call(custom(allow_all, "GetObject")).code(), "InvalidInput");
    EXPECT_EQ(world.call("Action=SimulateCustomPolicy&ActionNames.member.1=s3:GetObject").code(), "ValidationError");
}

TEST(SimulatePrincipalPolicy, uses_the_policies_groups_and_boundary_of_a_user) {
    World world;
    world.user("bob", read_mine);
    const std::string of_bob =
        "Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::123456789012:user/bob&ActionNames.member.1=";
    Answer own = world.call(of_bob + "s3:GetObject&ResourceArns.member.1=arn:aws:s3:::mine/k");
    EXPECT_EQ(own.element("EvalDecision"), "allowed");
    EXPECT_EQ(own.element("SourcePolicyId"), "user_bob_p");
    EXPECT_EQ(own.element("SourcePolicyType"), "IAM Policy");
    EXPECT_EQ(world.call(of_bob + "ec2:RunInstances").element("EvalDecision"), "implicitDeny");
    world.call("Action=CreateGroup&GroupName=g");
    world.call("Action=AttachGroupPolicy&GroupName=g&PolicyArn=arn:aws:iam::aws:policy/AmazonEC2FullAccess");
    world.call("Action=AddUserToGroup&GroupName=g&UserName=bob");
    Answer by_group = world.call(of_bob + "ec2:RunInstances");
    EXPECT_EQ(by_group.element("EvalDecision"), "allowed");
    EXPECT_EQ(by_group.element("SourcePolicyId"), "AmazonEC2FullAccess");
    world.call("Action=PutUserPermissionsBoundary&UserName=bob&PermissionsBoundary=arn:aws:iam::aws:policy/AmazonS3FullAccess");
    Answer bounded = world.call(of_bob + "ec2:RunInstances");
    EXPECT_EQ(bounded.element("EvalDecision"), "implicitDeny");
    EXPECT_EQ(bounded.element("AllowedByPermissionsBoundary"), "false");
    EXPECT_EQ(world
                  .call("Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::123456789012:user/"
                        "ghost&ActionNames.member.1=s3:GetObject")
                  .code(),
              "NoSuchEntity");
    EXPECT_EQ(world
                  .call("Action=SimulatePrincipalPolicy&PolicySourceArn=arn:aws:iam::123456789012:policy/"
                        "pp&ActionNames.member.1=s3:GetObject")
                  .code(),
              "InvalidInput");
}

TEST(SimulatePrincipalPolicy, needs_the_right_on_that_principal) {
    World world;
    world.user("bob", read_mine);
    authn::Caller auditor = world.user(
        "auditor",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:SimulatePrincipalPolicy","Resource":"arn:aws:iam::123456789012:user/bob"}]})");
    auto of = [](const std::string& user) {
        return "Action=SimulatePrincipalPolicy&ActionNames.member.1=s3:GetObject&PolicySourceArn=arn:aws:iam::123456789012:"
               "user/" +
               user;
    };
    EXPECT_EQ(world.call(auditor, of("bob")).status, 200);
    EXPECT_EQ(world.call(auditor, of("auditor")).status, 403);
}

TEST(GetContextKeys, finds_keys_of_conditions_and_variables_once) {
    World world;
    const std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/${*}",
        "Condition":{"StringLike":{"s3:prefix":["${aws:PrincipalTag/team, 'none'}/*"]},"Null":{"AWS:UserName":"false"}}}]})";
    Answer answer = world.call("Action=GetContextKeysForCustomPolicy&PolicyInputList.member.1=" + percent_encode(policy));
    EXPECT_TRUE(answer.has(
        "<ContextKeyNames><member>s3:prefix</member><member>aws:PrincipalTag/team</member><member>AWS:UserName</member>"
        "</ContextKeyNames>"))
        << answer.body;
    world.user("bob", policy);
    EXPECT_TRUE(world.call("Action=GetContextKeysForPrincipalPolicy&PolicySourceArn=arn:aws:iam::123456789012:user/bob")
                    .has("<member>s3:prefix</member>"));
}

TEST(GetAccountAuthorizationDetails, shows_everybody_with_their_policies_in_pages) {
    World world;
    world.user("bob", read_mine);
    world.call("Action=CreateGroup&GroupName=g");
    world.call("Action=AddUserToGroup&GroupName=g&UserName=bob");
    world.call("Action=CreateRole&RoleName=r&AssumeRolePolicyDocument=" + percent_encode(trust_ec2));
    world.call("Action=AttachRolePolicy&RoleName=r&PolicyArn=arn:aws:iam::aws:policy/AmazonS3FullAccess");
    world.call("Action=CreatePolicy&PolicyName=own&PolicyDocument=" + percent_encode(ec2_only));
    const std::string all = "Action=GetAccountAuthorizationDetails";
    Answer answer = world.call(all);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(answer.has("<UserPolicyList><member><PolicyName>p</PolicyName>"));
    EXPECT_TRUE(answer.has("<GroupList><member>g</member></GroupList>"));
    EXPECT_TRUE(answer.has("<PolicyName>AmazonS3FullAccess</PolicyName><PolicyArn>"));
    EXPECT_TRUE(answer.has("<PolicyName>own</PolicyName>"));
    EXPECT_TRUE(answer.has("<VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion>"));
    Answer roles = world.call(all + "&Filter.member.1=Role");
    EXPECT_TRUE(roles.has("<RoleName>r</RoleName>"));
    EXPECT_FALSE(roles.has("<UserName>bob</UserName>"));
    EXPECT_EQ(world.call(all + "&Filter.member.1=Cat").code(), "ValidationError");
    int members = 0;
    std::string marker;
    for (int pages = 1; pages < 20; ++pages) {
        Answer page = world.call(all + "&MaxItems=1" + (marker.empty() ? "" : "&Marker=" + percent_encode(marker)));
        ++members;
        if (page.element("IsTruncated") == "false") break;
        marker = page.element("Marker");
    }
    EXPECT_EQ(members, 5) << "a user, a group, a role, its own policy and AWS's";
}

TEST(DecodeAuthorizationMessage, opens_what_this_server_sealed_for_the_same_account) {
    World world;
    authn::Caller bob = world.user("bob"), root = world.root();
    authz::Ask ask;
    ask.action = "ec2:RunInstances";
    ask.resource = "arn:aws:ec2:us-east-1:123456789012:instance/*";
    ask.context.set("ec2:InstanceType", "t3.micro");
    const std::string sealed = world.directory->tokens().seal_message(authz::authorization_message(bob, ask, {}));
    const std::string decode = "Action=DecodeAuthorizationMessage&EncodedMessage=";
    Answer opened = world.call_sts(root, decode + percent_encode(sealed));
    ASSERT_EQ(opened.status, 200) << opened.body;
    EXPECT_TRUE(opened.has("\"action\":\"ec2:RunInstances\"") || opened.has("&quot;action&quot;:&quot;ec2:RunInstances&quot;"))
        << opened.body;
    EXPECT_EQ(world.call_sts(bob, decode + percent_encode(sealed)).status, 403);
    EXPECT_EQ(world.call_sts(world.root_abroad(), decode + percent_encode(sealed)).code(),
              "InvalidAuthorizationMessageException");
    std::string altered = sealed;
    altered[20] = altered[20] == 'A' ? 'B' : 'A';
    EXPECT_EQ(world.call_sts(root, decode + percent_encode(altered)).code(), "InvalidAuthorizationMessageException");
    Session session;
    EXPECT_EQ(world.call_sts(root, decode + percent_encode(world.directory->tokens().seal(session))).code(),
              "InvalidAuthorizationMessageException");
    EXPECT_EQ(world.call_sts(root, decode + std::string(10'241, 'A')).code(), "ValidationError");
    EXPECT_EQ(world.directory->tokens().open(sealed), nullptr) << "a message is no token";
}

}  // namespace
}  // namespace sekisho::iam
