#include <gmock/gmock.h>

#include "iam/world.h"
#include "services/iam/managed.h"

namespace sekisho::iam {
namespace {

using testing::MatchesRegex;

Answer create_role(World& world, std::string_view name, std::string_view trust, std::string_view more = "") {
    return world.call("Action=CreateRole&RoleName=" + std::string(name) + "&AssumeRolePolicyDocument=" + percent_encode(trust) +
                      std::string(more));
}

TEST(Roles, are_created_and_shown_as_iam_does) {
    World world;
    Answer made = create_role(world, "web", trust_ec2, "&Description=for%20servers&MaxSessionDuration=7200&Path=/app/");
    EXPECT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(made.element("Arn"), "arn:aws:iam::123456789012:role/app/web");
    EXPECT_THAT(made.element("RoleId"), MatchesRegex("AROA[A-Z2-7]{17}"));
    EXPECT_EQ(made.element("AssumeRolePolicyDocument"), percent_encode(trust_ec2));
    world.open();
    Answer got = world.call("Action=GetRole&RoleName=web");
    EXPECT_EQ(got.element("Description"), "for servers");
    EXPECT_EQ(got.element("MaxSessionDuration"), "7200");
    EXPECT_TRUE(got.has("<RoleLastUsed/>"));
    EXPECT_EQ(create_role(world, "WEB", trust_ec2).message(), "Role with name WEB already exists.");
    EXPECT_EQ(world.call("Action=GetRole&RoleName=db").message(), "The role with name db cannot be found.");
}

TEST(Roles, are_not_created_under_the_path_of_service_linked_roles) {
    World world;
    for (const char* path : {"/aws-service-role/", "/aws-service-role/ecs.amazonaws.com/"}) {
        Answer answer = create_role(world, "r", trust_ec2, std::string("&Path=") + path);
        EXPECT_EQ(answer.status, 400) << path;
        EXPECT_EQ(answer.code(), "InvalidInput");
        EXPECT_EQ(answer.message(), "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles");
    }
    EXPECT_EQ(create_role(world, "r", trust_ec2, "&Path=/service-role/").status, 200);
}

TEST(Roles, are_refused_with_a_trust_policy_that_iam_refuses) {
    World world;
    struct {
        std::string trust, message;
    } const table[] = {
        {"{", "This policy contains invalid Json"},
        {std::string(allow_all), "Has prohibited field Resource"},
        {trust_of(R"({"AWS":"arn:aws:iam::123456789012:user/ghost"})"),
         "Invalid principal in policy: &quot;AWS&quot;:&quot;arn:aws:iam::123456789012:user/ghost&quot;"},
    };
    for (const auto& row : table) {
        Answer answer = create_role(world, "r", row.trust);
        EXPECT_EQ(answer.status, 400) << row.trust;
        EXPECT_EQ(answer.code(), "MalformedPolicyDocument") << row.trust;
        EXPECT_EQ(answer.message(), row.message);
    }
    EXPECT_EQ(create_role(world, "other", trust_of(R"({"AWS":"arn:aws:iam::999999999999:root"})")).status, 200);
    EXPECT_EQ(create_role(world, "all", trust_of(R"({"AWS":"*"})")).status, 200);
    EXPECT_EQ(create_role(world, "long", trust_of("\"" + std::string(2048, 'x') + "\"")).message(),
              "Cannot exceed quota for ACLSizePerRole: 2048");
}

TEST(Trust, in_a_deleted_user_turns_into_an_id_that_a_new_user_does_not_have) {
    World world;
    authn::Caller bob = world.user("bob");
    ASSERT_EQ(create_role(world, "r", trust_of(R"({"AWS":"arn:aws:iam::123456789012:user/bob"})")).status, 200);
    const std::string assume = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=s1";
    EXPECT_EQ(world.call_sts(bob, assume).status, 200);

    world.call("Action=DeleteAccessKey&UserName=bob&AccessKeyId=" + bob.access_key_id);
    PrincipalChange told;
    world.iam->on_principal_change = [&told](PrincipalChange change, std::function<bool()>) -> Task<void> {
        told = std::move(change);
        co_return;
    };
    EXPECT_EQ(world.call("Action=DeleteUser&UserName=bob").status, 200);
    EXPECT_EQ(told.arn, "arn:aws:iam::123456789012:user/bob");
    EXPECT_EQ(told.now, bob.principal_id);
    EXPECT_EQ(world.call("Action=GetRole&RoleName=r").element("AssumeRolePolicyDocument"),
              percent_encode(trust_of(R"({"AWS":")" + bob.principal_id + "\"}")));
    authn::Caller another = world.user("bob");
    EXPECT_EQ(world.call_sts(another, assume).status, 403);
}

TEST(Trust, follows_a_user_that_is_renamed) {
    World world;
    authn::Caller bob = world.user("bob");
    create_role(world, "r", trust_of(R"({"AWS":"arn:aws:iam::123456789012:user/bob"})"));
    world.call("Action=UpdateUser&UserName=bob&NewUserName=rob");
    EXPECT_EQ(world
                  .call_sts(world.key(bob.access_key_id),
                            "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=s1")
                  .status,
              200);
}

TEST(DeleteRole, is_refused_while_the_role_has_anything) {
    World world;
    create_role(world, "r", trust_ec2);
    world.call("Action=PutRolePolicy&RoleName=r&PolicyName=p&PolicyDocument=" + percent_encode(allow_all));
    world.call("Action=AttachRolePolicy&RoleName=r&PolicyArn=arn:aws:iam::aws:policy/AmazonS3FullAccess");
    world.call("Action=CreateInstanceProfile&InstanceProfileName=prof");
    EXPECT_EQ(world.call("Action=AddRoleToInstanceProfile&InstanceProfileName=prof&RoleName=r").status, 200);
    auto message = [&] { return world.call("Action=DeleteRole&RoleName=r").message(); };
    EXPECT_EQ(message(), "Cannot delete entity, must delete policies first.");
    world.call("Action=DeleteRolePolicy&RoleName=r&PolicyName=p");
    EXPECT_EQ(message(), "Cannot delete entity, must detach all policies first.");
    world.call("Action=DetachRolePolicy&RoleName=r&PolicyArn=arn:aws:iam::aws:policy/AmazonS3FullAccess");
    EXPECT_EQ(message(), "Cannot delete entity, must remove roles from instance profile first.");
    EXPECT_EQ(world.call("Action=DeleteInstanceProfile&InstanceProfileName=prof").code(), "DeleteConflict");
    world.call("Action=RemoveRoleFromInstanceProfile&InstanceProfileName=prof&RoleName=r");
    EXPECT_EQ(world.call("Action=DeleteRole&RoleName=r").status, 200);
    EXPECT_EQ(world.call("Action=DeleteInstanceProfile&InstanceProfileName=prof").status, 200);
}

TEST(InlinePolicies, are_put_shown_and_limited) {
    World world;
    create_role(world, "r", trust_ec2);
    const std::string put = "Action=PutRolePolicy&RoleName=r&PolicyName=p&PolicyDocument=";
    EXPECT_EQ(world.call(put + percent_encode(allow_all)).status, 200);
    Answer got = world.call("Action=GetRolePolicy&RoleName=r&PolicyName=p");
    EXPECT_EQ(got.element("PolicyDocument"), percent_encode(allow_all));
    EXPECT_EQ(got.element("RoleName"), "r");
    EXPECT_EQ(world.call("Action=GetRolePolicy&RoleName=r&PolicyName=q").message(),
              "The role policy with name q cannot be found.");
    EXPECT_EQ(world.call(put + "%7B").code(), "MalformedPolicyDocument");
    const std::string big =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::)" +
        std::string(10240, 'b') + "\"}]}";
    Answer limit = world.call(put + percent_encode(big));
    EXPECT_EQ(limit.code(), "LimitExceeded");
    EXPECT_EQ(limit.message(), "Maximum policy size of 10240 bytes exceeded for role r");
    EXPECT_EQ(world.call("Action=ListRolePolicies&RoleName=r").element("member"), "p");
}

TEST(Attachments, name_policies_that_exist_and_count) {
    World world;
    create_role(world, "r", trust_ec2);
    const std::string attach = "Action=AttachRolePolicy&RoleName=r&PolicyArn=";
    EXPECT_EQ(world.call(attach + "arn:aws:iam::aws:policy/AmazonS3FullAccess").status, 200);
    EXPECT_EQ(world.call(attach + "arn:aws:iam::aws:policy/AmazonS3FullAccess").status, 200);
    Answer unknown = world.call(attach + "arn:aws:iam::aws:policy/NoSuchThing");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.message(), "Policy arn:aws:iam::aws:policy/NoSuchThing does not exist or is not attachable.");
    Answer invalid = world.call(attach + "this-is-not-an-arn-at-all");
    EXPECT_EQ(invalid.code(), "InvalidInput");
    EXPECT_EQ(invalid.message(), "ARN this-is-not-an-arn-at-all is not valid.");
    Answer list = world.call("Action=ListAttachedRolePolicies&RoleName=r");
    EXPECT_TRUE(
        list.has("<member><PolicyName>AmazonS3FullAccess</PolicyName><PolicyArn>arn:aws:iam::aws:policy/AmazonS3FullAccess</"
                 "PolicyArn></member>"));
    EXPECT_EQ(world.call("Action=GetPolicy&PolicyArn=arn:aws:iam::aws:policy/AmazonS3FullAccess").element("AttachmentCount"),
              "1");
    Answer entities = world.call("Action=ListEntitiesForPolicy&PolicyArn=arn:aws:iam::aws:policy/AmazonS3FullAccess");
    EXPECT_EQ(entities.element("RoleName"), "r");
    EXPECT_EQ(world.call("Action=DetachRolePolicy&RoleName=r&PolicyArn=arn:aws:iam::aws:policy/IAMFullAccess").message(),
              "Policy arn:aws:iam::aws:policy/IAMFullAccess was not found.");
    for (int i = 0; i < 9; ++i) {
        std::string n = std::to_string(i);
        world.call("Action=CreatePolicy&PolicyName=p" + n + "&PolicyDocument=" + percent_encode(allow_all));
        EXPECT_EQ(world.call(attach + "arn:aws:iam::123456789012:policy/p" + n).status, 200);
    }
    EXPECT_EQ(world.call(attach + "arn:aws:iam::aws:policy/IAMFullAccess").message(),
              "Cannot exceed quota for PoliciesPerRole: 10");
}

TEST(ManagedPolicies, have_up_to_five_versions_of_which_one_counts) {
    World world;
    authn::Caller bob = world.user("bob");
    Answer made =
        world.call("Action=CreatePolicy&PolicyName=Mine&Path=/team/&Description=d&PolicyDocument=" + percent_encode(allow_all));
    const std::string arn = "arn:aws:iam::123456789012:policy/team/Mine";
    EXPECT_EQ(made.element("Arn"), arn);
    EXPECT_EQ(made.element("DefaultVersionId"), "v1");
    EXPECT_THAT(made.element("PolicyId"), MatchesRegex("ANPA[A-Z2-7]{17}"));
    EXPECT_EQ(world.call("Action=CreatePolicy&PolicyName=mine&PolicyDocument=" + percent_encode(allow_all)).message(),
              "A policy called mine already exists. Duplicate names are not allowed.");
    world.call("Action=AttachUserPolicy&UserName=bob&PolicyArn=" + arn);
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 200);

    const std::string nothing =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]})";
    const std::string create = "Action=CreatePolicyVersion&PolicyArn=" + arn + "&PolicyDocument=" + percent_encode(nothing);
    EXPECT_EQ(world.call(create).element("VersionId"), "v2");
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 200);
    EXPECT_EQ(world.call("Action=SetDefaultPolicyVersion&VersionId=v2&PolicyArn=" + arn).status, 200);
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 403);
    Answer version = world.call("Action=GetPolicyVersion&VersionId=v2&PolicyArn=" + arn);
    EXPECT_EQ(version.element("IsDefaultVersion"), "true");
    EXPECT_EQ(version.element("Document"), percent_encode(nothing));

    EXPECT_EQ(world.call("Action=DeletePolicyVersion&VersionId=v2&PolicyArn=" + arn).message(),
              "Cannot delete the default version of a policy.");
    for (int i = 0; i < 3; ++i) world.call(create);
    EXPECT_EQ(
        world.call(create).message(),
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.");
    EXPECT_EQ(world.call("Action=DeletePolicyVersion&VersionId=v5&PolicyArn=" + arn).status, 200);
    EXPECT_EQ(world.call(create).element("VersionId"), "v6");
    Answer versions = world.call("Action=ListPolicyVersions&MaxItems=2&PolicyArn=" + arn);
    EXPECT_EQ(versions.element("VersionId", 0), "v6");
    EXPECT_EQ(versions.element("VersionId", 1), "v4");
    Answer rest =
        world.call("Action=ListPolicyVersions&PolicyArn=" + arn + "&Marker=" + percent_encode(versions.element("Marker")));
    EXPECT_EQ(rest.element("VersionId", 0), "v3");
    EXPECT_EQ(rest.element("VersionId", 2), "v1");
    EXPECT_EQ(world.call("Action=GetPolicyVersion&VersionId=v9&PolicyArn=" + arn).message(),
              "Policy " + arn + " version v9 does not exist or is not attachable.");

    EXPECT_EQ(world.call("Action=DeletePolicy&PolicyArn=" + arn).message(), "Cannot delete a policy attached to entities.");
    world.call("Action=DetachUserPolicy&UserName=bob&PolicyArn=" + arn);
    EXPECT_EQ(world.call("Action=DeletePolicy&PolicyArn=" + arn).code(), "DeleteConflict");
    for (std::string v : {"v1", "v3", "v4", "v6"})
        EXPECT_EQ(world.call("Action=DeletePolicyVersion&VersionId=" + v + "&PolicyArn=" + arn).status, 200) << v;
    EXPECT_EQ(world.call("Action=DeletePolicy&PolicyArn=" + arn).status, 200);
    EXPECT_EQ(world.call("Action=GetPolicy&PolicyArn=" + arn).message(), "Policy " + arn + " was not found.");
}

TEST(ManagedPolicies, of_aws_are_there_and_cannot_be_changed) {
    World world;
    EXPECT_EQ(aws_policies().size(), 8u);
    for (const AwsPolicy& policy : aws_policies()) {
        Answer got = world.call("Action=GetPolicy&PolicyArn=" + policy.arn);
        EXPECT_EQ(got.element("DefaultVersionId"), policy.default_version);
        EXPECT_TRUE(policy::validate(policy.json, policy::Kind::identity)) << policy.name;
        EXPECT_EQ(
            world.call("Action=GetPolicyVersion&PolicyArn=" + policy.arn + "&VersionId=" + std::string(policy.default_version))
                .element("Document"),
            percent_encode(policy.json));
    }
    EXPECT_EQ(world.call("Action=DeletePolicy&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess").status, 403);
    Answer local = world.call("Action=ListPolicies&Scope=Local");
    EXPECT_TRUE(local.has("<Policies></Policies>") || local.has("<Policies/>")) << local.body;
    Answer page = world.call("Action=ListPolicies&Scope=AWS&MaxItems=7");
    EXPECT_EQ(page.element("PolicyName"), "AdministratorAccess");
    EXPECT_EQ(page.element("IsTruncated"), "true");
    EXPECT_EQ(world.call("Action=ListPolicies&Marker=" + percent_encode(page.element("Marker"))).element("PolicyName"),
              "IAMReadOnlyAccess");
}

TEST(Boundaries, bound_what_a_user_may) {
    World world;
    authn::Caller bob = world.user("bob", allow_all);
    EXPECT_EQ(
        world
            .call(
                "Action=PutUserPermissionsBoundary&UserName=bob&PermissionsBoundary=arn:aws:iam::aws:policy/IAMReadOnlyAccess")
            .status,
        200);
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 200);
    Answer denied = world.call(bob, "Action=CreateUser&UserName=x");
    EXPECT_EQ(denied.status, 403);
    EXPECT_TRUE(denied.has("because no permissions boundary allows the iam:CreateUser action")) << denied.body;
    EXPECT_EQ(world.call("Action=GetUser&UserName=bob").element("PermissionsBoundaryArn"),
              "arn:aws:iam::aws:policy/IAMReadOnlyAccess");
    EXPECT_EQ(world.call("Action=DeleteUserPermissionsBoundary&UserName=bob").status, 200);
    EXPECT_EQ(world.call(bob, "Action=CreateUser&UserName=x").status, 200);
    EXPECT_EQ(
        world.call("Action=PutUserPermissionsBoundary&UserName=bob&PermissionsBoundary=arn:aws:iam::aws:policy/Nothing").status,
        404);
}

TEST(InstanceProfiles, hold_one_role_and_are_found_by_name_and_arn) {
    World world;
    create_role(world, "r", trust_ec2);
    create_role(world, "r2", trust_ec2);
    Answer made = world.call("Action=CreateInstanceProfile&InstanceProfileName=prof&Path=/p/");
    EXPECT_THAT(made.element("InstanceProfileId"), MatchesRegex("AIPA[A-Z2-7]{17}"));
    EXPECT_FALSE(world.directory->instance_profile(home, "prof")->role_name.size());
    world.call("Action=AddRoleToInstanceProfile&InstanceProfileName=prof&RoleName=r");
    EXPECT_EQ(world.call("Action=AddRoleToInstanceProfile&InstanceProfileName=prof&RoleName=r2").message(),
              "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    EXPECT_EQ(world.call("Action=GetInstanceProfile&InstanceProfileName=prof").element("RoleName"), "r");
    EXPECT_EQ(world.call("Action=ListInstanceProfilesForRole&RoleName=r").element("InstanceProfileName"), "prof");
    EXPECT_FALSE(world.call("Action=ListInstanceProfilesForRole&RoleName=r2").has("prof"));
    for (std::string_view by : {"prof", "arn:aws:iam::123456789012:instance-profile/p/prof"}) {
        auto facts = world.directory->instance_profile(home, by);
        ASSERT_TRUE(facts) << by;
        EXPECT_EQ(facts->role_arn, "arn:aws:iam::123456789012:role/r");
    }
    EXPECT_FALSE(world.directory->instance_profile(home, "arn:aws:iam::123456789012:instance-profile/prof"));
    EXPECT_FALSE(world.directory->instance_profile(abroad, "prof"));
    EXPECT_EQ(world.call("Action=GetInstanceProfile&InstanceProfileName=none").message(),
              "Instance Profile none cannot be found.");
}

TEST(InstanceProfiles, take_a_role_only_from_who_may_pass_it) {
    World world;
    create_role(world, "r", trust_ec2);
    world.call("Action=CreateInstanceProfile&InstanceProfileName=prof");
    authn::Caller bob = world.user(
        "bob",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:AddRoleToInstanceProfile","Resource":"*"}]})");
    Answer denied = world.call(bob, "Action=AddRoleToInstanceProfile&InstanceProfileName=prof&RoleName=r");
    EXPECT_EQ(denied.status, 403);
    EXPECT_TRUE(denied.has("iam:PassRole on resource: arn:aws:iam::123456789012:role/r")) << denied.body;
}

TEST(Directory, knows_who_exists) {
    World world;
    authn::Caller bob = world.user("bob");
    create_role(world, "r", trust_ec2, "&Path=/p/");
    for (std::string_view there : {"123456789012", "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/bob",
                                   "arn:aws:iam::123456789012:role/p/r", "arn:aws:sts::123456789012:assumed-role/r/session"})
        EXPECT_TRUE(world.directory->principal_exists(there)) << there;
    EXPECT_TRUE(world.directory->principal_exists(bob.principal_id));
    for (std::string_view missing :
         {"999999999999", "arn:aws:iam::999999999999:root", "arn:aws:iam::123456789012:user/ghost",
          "arn:aws:iam::123456789012:user/p/bob", "arn:aws:iam::123456789012:role/r", "AIDAAAAAAAAAAAAAAAAAA",
          "arn:aws:sts::123456789012:assumed-role/ghost/session", "bob", ""})
        EXPECT_FALSE(world.directory->principal_exists(missing)) << missing;
    EXPECT_EQ(world.directory->unique_id_of("arn:aws:iam::123456789012:user/bob"), bob.principal_id);
    EXPECT_EQ(world.directory->arn_of_unique_id(bob.principal_id), "arn:aws:iam::123456789012:user/bob");
    EXPECT_FALSE(world.directory->unique_id_of("arn:aws:iam::123456789012:user/ghost"));
}

}  // namespace
}  // namespace sekisho::iam
