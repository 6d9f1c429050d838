#include <gmock/gmock.h>

#include "iam/world.h"

namespace sekisho::iam {
namespace {

using testing::MatchesRegex;

TEST(Users, are_created_and_shown_as_iam_does) {
    World world;
    Answer made = world.call("Action=CreateUser&Version=2010-05-08&UserName=Bob&Path=/division_abc/subdivision_xyz/");
    EXPECT_EQ(made.status, 200);
    const std::string id = made.element("UserId");
    EXPECT_THAT(id, MatchesRegex("AIDA[A-Z2-7]{17}"));
    EXPECT_EQ(made.body,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<CreateUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateUserResult><User>"
              "<Path>/division_abc/subdivision_xyz/</Path><UserName>Bob</UserName><UserId>" +
                  id +
                  "</UserId><Arn>arn:aws:iam::123456789012:user/division_abc/subdivision_xyz/Bob</Arn>"
                  "<CreateDate>2026-11-23T12:00:00Z</CreateDate></User></CreateUserResult>"
                  "<ResponseMetadata><RequestId>c0ffee00-0000-4000-8000-000000000000</RequestId></ResponseMetadata></"
                  "CreateUserResponse>");
    world.open();
    EXPECT_EQ(world.call("Action=GetUser&UserName=Bob").element("UserId"), id);
}

TEST(Users, have_names_that_differ_by_more_than_case) {
    World world;
    EXPECT_EQ(world.call("Action=CreateUser&UserName=bob").status, 200);
    Answer again = world.call("Action=CreateUser&UserName=BOB");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "EntityAlreadyExists");
    EXPECT_EQ(again.message(), "User with name BOB already exists.");
}

TEST(Users, are_refused_with_names_and_paths_that_iam_refuses) {
    World world;
    struct {
        std::string query, message;
    } const table[] = {
        {"", "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null"},
        {"UserName=",
         "1 validation error detected: Value '' at 'userName' failed to satisfy constraint: Member must have length greater "
         "than or equal to 1"},
        {"UserName=" + std::string(65, 'a'),
         "1 validation error detected: Value '" + std::string(65, 'a') +
             "' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64"},
        {"UserName=a%20b",
         "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: "
         "+=,.@_-"},
        {"UserName=a%2Fb",
         "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: "
         "+=,.@_-"},
        {"UserName=a&Path=x",
         "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters "
         "and/or / characters."},
        {"UserName=a&PermissionsBoundary=short",
         "1 validation error detected: Value 'short' at 'permissionsBoundary' failed to satisfy constraint: Member must have "
         "length greater than or equal to 20"},
    };
    for (const auto& row : table) {
        Answer answer = world.call("Action=CreateUser&" + row.query);
        EXPECT_EQ(answer.status, 400) << row.query;
        EXPECT_EQ(answer.code(), "ValidationError") << row.query;
        EXPECT_EQ(answer.message(), row.message);
    }
    EXPECT_EQ(
        world.call("Action=CreateUser&UserName=&Path=").message(),
        "2 validation errors detected: Value '' at 'userName' failed to satisfy constraint: Member must have length greater "
        "than or "
        "equal to 1; Value '' at 'path' failed to satisfy constraint: Member must have length greater than or equal to 1");
}

TEST(Users, that_do_not_exist_are_told_with_iams_text) {
    World world;
    for (std::string action : {"GetUser", "DeleteUser", "ListUserPolicies", "ListAttachedUserPolicies", "ListGroupsForUser",
                               "ListUserTags", "CreateAccessKey", "ListMFADevices", "GetLoginProfile"}) {
        Answer answer = world.call("Action=" + action + "&UserName=ghost");
        EXPECT_EQ(answer.status, 404) << action;
        EXPECT_EQ(answer.code(), "NoSuchEntity") << action;
        EXPECT_EQ(answer.message(), "The user with name ghost cannot be found.") << action;
    }
}

TEST(GetUser, of_nobody_is_the_caller) {
    World world;
    Answer root = world.call("Action=GetUser");
    EXPECT_EQ(root.element("Arn"), "arn:aws:iam::123456789012:root");
    EXPECT_EQ(root.element("UserId"), "123456789012");
    EXPECT_FALSE(root.has("UserName"));

    authn::Caller alice = world.user("alice", allow_all);
    EXPECT_EQ(world.call(alice, "Action=GetUser").element("UserName"), "alice");
}

TEST(GetUser, of_root_is_as_old_as_the_account_also_after_a_restart) {
    World world;
    EXPECT_EQ(world.call("Action=GetUser").element("CreateDate"), "2026-11-23T12:00:00Z");
    world.now += std::chrono::hours(24);
    world.open();
    EXPECT_EQ(world.call("Action=GetUser").element("CreateDate"), "2026-11-23T12:00:00Z");
}

TEST(AccessKeys, of_root_are_made_used_switched_off_and_deleted_where_no_user_is_named) {
    World world;
    Answer made = world.call("Action=CreateAccessKey");
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_FALSE(made.has("UserName"));
    const std::string id = made.element("AccessKeyId");
    EXPECT_EQ(world.key(id).arn, "arn:aws:iam::123456789012:root");
    EXPECT_EQ(world.call(world.key(id), "Action=ListUsers").status, 200);

    Answer over = world.call("Action=CreateAccessKey");
    EXPECT_EQ(over.code(), "LimitExceeded") << "the configured one counts";
    EXPECT_EQ(over.message(), "Cannot exceed quota for AccessKeysPerUser: 2");

    Answer listed = world.call("Action=ListAccessKeys");
    EXPECT_TRUE(listed.has(id));
    EXPECT_TRUE(listed.has(root_key));
    EXPECT_EQ(world.call("Action=UpdateAccessKey&Status=Inactive&AccessKeyId=" + id).status, 200);
    EXPECT_EQ(world.directory->find(id, "", world.now).standing, authn::Credential::Standing::unknown);
    EXPECT_EQ(world.call("Action=DeleteAccessKey&AccessKeyId=" + id).status, 200);
    EXPECT_EQ(world.call("Action=DeleteAccessKey&AccessKeyId=" + id).code(), "NoSuchEntity");
    EXPECT_FALSE(world.call("Action=ListAccessKeys").has(id));
    EXPECT_EQ(world.call("Action=DeleteAccessKey&AccessKeyId=" + std::string(root_key)).code(), "NotImplemented");
}

TEST(AccessKeys, of_root_are_out_of_reach_for_users_and_other_accounts) {
    World world;
    const std::string id = world.call("Action=CreateAccessKey").element("AccessKeyId");
    authn::Caller alice = world.user("alice", allow_all);
    EXPECT_EQ(world.call(alice, "Action=DeleteAccessKey&AccessKeyId=" + id).code(), "NoSuchEntity");
    EXPECT_FALSE(world.call(alice, "Action=ListAccessKeys").has(id));
    EXPECT_EQ(world.call("Action=DeleteAccessKey&UserName=alice&AccessKeyId=" + id).code(), "NoSuchEntity");
    EXPECT_EQ(world.call(world.root_abroad(), "Action=DeleteAccessKey&AccessKeyId=" + id).code(), "NoSuchEntity");
    EXPECT_EQ(world.key(id).account, home);
}

TEST(ListUsers, goes_over_pages_in_order_and_by_path) {
    World world;
    for (std::string name : {"d", "b", "a", "e", "c"}) world.call("Action=CreateUser&UserName=" + name + "&Path=/x/");
    world.call("Action=CreateUser&UserName=other");
    std::vector<std::string> seen;
    std::string marker;
    for (int pages = 0; pages < 10; ++pages) {
        Answer page = world.call("Action=ListUsers&PathPrefix=/x/&MaxItems=2" +
                                 (marker.empty() ? "" : "&Marker=" + percent_encode(marker)));
        for (std::size_t i = 0; page.element("UserName", i) != "(none)"; ++i) seen.push_back(page.element("UserName", i));
        if (page.element("IsTruncated") == "false") break;
        marker = page.element("Marker");
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"a", "b", "c", "d", "e"}));
    EXPECT_EQ(world.call("Action=ListUsers&MaxItems=0").message(),
              "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value "
              "greater than or equal to 1");
    EXPECT_EQ(world.call("Action=ListUsers&MaxItems=1001").status, 400);
    EXPECT_EQ(world.call("Action=ListUsers&Marker=nonsense").message(), "Invalid Marker.");
}

TEST(DeleteUser, is_refused_while_the_user_has_anything) {
    World world;
    world.user("alice", allow_all);
    world.call("Action=CreateGroup&GroupName=devs");
    world.call("Action=AddUserToGroup&GroupName=devs&UserName=alice");
    world.call("Action=AttachUserPolicy&UserName=alice&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess");
    auto refused = [&] {
        Answer answer = world.call("Action=DeleteUser&UserName=alice");
        EXPECT_EQ(answer.status, 409);
        EXPECT_EQ(answer.code(), "DeleteConflict");
        return answer.message();
    };
    EXPECT_EQ(refused(), "Cannot delete entity, must delete access keys first.");
    std::string key = world.call("Action=ListAccessKeys&UserName=alice").element("AccessKeyId");
    EXPECT_EQ(world.call("Action=DeleteAccessKey&UserName=alice&AccessKeyId=" + key).status, 200);
    EXPECT_EQ(refused(), "Cannot delete entity, must delete policies first.");
    EXPECT_EQ(world.call("Action=DeleteUserPolicy&UserName=alice&PolicyName=p").status, 200);
    EXPECT_EQ(refused(), "Cannot delete entity, must detach all policies first.");
    EXPECT_EQ(world.call("Action=DetachUserPolicy&UserName=alice&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess").status,
              200);
    EXPECT_EQ(refused(), "Cannot delete entity, must remove users from group first.");
    EXPECT_EQ(world.call("Action=RemoveUserFromGroup&GroupName=devs&UserName=alice").status, 200);
    EXPECT_EQ(world.call("Action=DeleteUser&UserName=alice").status, 200);
    EXPECT_EQ(world.call("Action=GetUser&UserName=alice").status, 404);
}

TEST(UpdateUser, keeps_id_and_keys_under_the_new_name) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    EXPECT_EQ(world.call("Action=UpdateUser&UserName=alice&NewUserName=Alicia&NewPath=/p/").status, 200);
    authn::Caller now = world.key(alice.access_key_id);
    EXPECT_EQ(now.arn, "arn:aws:iam::123456789012:user/p/Alicia");
    EXPECT_EQ(now.principal_id, alice.principal_id);
    EXPECT_EQ(world.call("Action=GetUser&UserName=alice").status, 404);
}

TEST(AccessKeys, work_at_once_and_stop_at_once) {
    World world;
    world.call("Action=CreateUser&UserName=alice");
    Answer made = world.call("Action=CreateAccessKey&UserName=alice");
    const std::string id = made.element("AccessKeyId");
    EXPECT_THAT(id, MatchesRegex("AKIA[A-Z2-7]{16}"));
    EXPECT_EQ(made.element("SecretAccessKey").size(), 40u);
    EXPECT_EQ(made.element("Status"), "Active");
    EXPECT_EQ(world.directory->find(id, "", world.now).secret, made.element("SecretAccessKey"));
    EXPECT_EQ(world.directory->find(id, "some token", world.now).standing, authn::Credential::Standing::bad_token);

    EXPECT_EQ(world.call("Action=UpdateAccessKey&UserName=alice&Status=Inactive&AccessKeyId=" + id).status, 200);
    EXPECT_EQ(world.directory->find(id, "", world.now).standing, authn::Credential::Standing::unknown);
    EXPECT_EQ(world.call("Action=UpdateAccessKey&UserName=alice&Status=Active&AccessKeyId=" + id).status, 200);
    EXPECT_EQ(world.directory->find(id, "", world.now).standing, authn::Credential::Standing::valid);
    EXPECT_EQ(world.call("Action=DeleteAccessKey&UserName=alice&AccessKeyId=" + id).status, 200);
    EXPECT_EQ(world.directory->find(id, "", world.now).standing, authn::Credential::Standing::unknown);
}

TEST(AccessKeys, are_at_most_two_for_each_user) {
    World world;
    world.call("Action=CreateUser&UserName=alice");
    world.call("Action=CreateAccessKey&UserName=alice");
    world.call("Action=CreateAccessKey&UserName=alice");
    Answer third = world.call("Action=CreateAccessKey&UserName=alice");
    EXPECT_EQ(third.status, 409);
    EXPECT_EQ(third.code(), "LimitExceeded");
    EXPECT_EQ(third.message(), "Cannot exceed quota for AccessKeysPerUser: 2");
}

TEST(AccessKeys, tell_when_they_were_last_used) {
    World world;
    authn::Caller alice = world.user("alice");
    const std::string query = "Action=GetAccessKeyLastUsed&AccessKeyId=" + alice.access_key_id;
    EXPECT_EQ(world.call(query).element("ServiceName"), "N/A");
    alice.scope_service = "s3";
    alice.scope_region = "eu-west-1";
    world.directory->used(alice, noon);
    Answer used = world.call(query);
    EXPECT_EQ(used.element("ServiceName"), "s3");
    EXPECT_EQ(used.element("Region"), "eu-west-1");
    EXPECT_EQ(used.element("LastUsedDate"), "2026-11-23T12:00:00Z");
}

TEST(Tags, are_replaced_removed_and_limited) {
    World world;
    world.call("Action=CreateUser&UserName=alice&Tags.member.1.Key=team&Tags.member.1.Value=red");
    EXPECT_EQ(world
                  .call("Action=TagUser&UserName=alice&Tags.member.1.Key=Team&Tags.member.1.Value=blue&Tags.member.2.Key=cost&"
                        "Tags.member.2.Value=")
                  .status,
              200);
    Answer tags = world.call("Action=ListUserTags&UserName=alice");
    EXPECT_TRUE(tags.has("<member><Key>Team</Key><Value>blue</Value></member><member><Key>cost</Key><Value></Value></member>"))
        << tags.body;
    EXPECT_EQ(world.call("Action=UntagUser&UserName=alice&TagKeys.member.1=team").status, 200);
    EXPECT_FALSE(world.call("Action=ListUserTags&UserName=alice").has("Team"));
    EXPECT_EQ(world
                  .call("Action=TagUser&UserName=alice&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=A&Tags."
                        "member.2.Value=2")
                  .message(),
              "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    std::string many = "Action=TagUser&UserName=alice";
    for (int i = 1; i <= 50; ++i)
        many += "&Tags.member." + std::to_string(i) + ".Key=k" + std::to_string(i) + "&Tags.member." + std::to_string(i) +
                ".Value=v";
    EXPECT_EQ(world.call(many).code(), "LimitExceeded");
}

TEST(Groups, give_their_policies_to_their_members) {
    World world;
    authn::Caller bob = world.user("bob");
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 403);
    world.call("Action=CreateGroup&GroupName=readers");
    world.call("Action=AttachGroupPolicy&GroupName=readers&PolicyArn=arn:aws:iam::aws:policy/IAMReadOnlyAccess");
    world.call("Action=AddUserToGroup&GroupName=readers&UserName=bob");
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 200);
    EXPECT_EQ(world.call("Action=GetGroup&GroupName=readers").element("UserName"), "bob");
    EXPECT_EQ(world.call("Action=UpdateGroup&GroupName=readers&NewGroupName=all").status, 200);
    EXPECT_EQ(world.call("Action=ListGroupsForUser&UserName=bob").element("GroupName"), "all");
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 200);
    EXPECT_EQ(world.call("Action=DeleteGroup&GroupName=all").message(),
              "Cannot delete entity, must remove users from group first.");
    world.call("Action=RemoveUserFromGroup&GroupName=all&UserName=bob");
    EXPECT_EQ(world.call(bob, "Action=ListUsers").status, 403);
}

TEST(Iam, denies_a_user_without_rights_with_aws_text) {
    World world;
    authn::Caller bob = world.user("bob");
    Answer denied = world.call(bob, "Action=CreateUser&UserName=eve&Path=/x/");
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(denied.message(),
              "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: iam:CreateUser on resource: "
              "arn:aws:iam::123456789012:user/x/eve because no identity-based policy allows the iam:CreateUser action");
    EXPECT_EQ(world.call("Action=GetUser&UserName=eve").status, 404);
}

TEST(Iam, asks_for_the_right_to_tag_where_something_is_created_with_tags) {
    World world;
    authn::Caller bob = world.user(
        "bob", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}]})");
    EXPECT_EQ(world.call(bob, "Action=CreateUser&UserName=a").status, 200);
    Answer denied = world.call(bob, "Action=CreateUser&UserName=b&Tags.member.1.Key=k&Tags.member.1.Value=v");
    EXPECT_EQ(denied.status, 403);
    EXPECT_TRUE(denied.message().find("iam:TagUser") != std::string::npos) << denied.body;
}

TEST(Iam, does_not_pretend_to_have_what_it_has_not) {
    World world;
    Answer answer = world.call("Action=CreateServiceLinkedRole&AWSServiceName=x");
    EXPECT_EQ(answer.status, 501);
    EXPECT_EQ(answer.code(), "NotImplemented");
    EXPECT_EQ(world.call("UserName=x").code(), "MissingAction");
    EXPECT_EQ(world.call("Action=GetUser&Version=2009-01-01").code(), "InvalidAction");
}

TEST(Iam, keeps_accounts_apart) {
    World world;
    world.call("Action=CreateUser&UserName=alice");
    EXPECT_EQ(world.call(world.root_abroad(), "Action=GetUser&UserName=alice").status, 404);
    EXPECT_EQ(world.call(world.root_abroad(), "Action=CreateUser&UserName=alice").element("Arn"),
              "arn:aws:iam::210987654321:user/alice");
}

TEST(Account, answers_what_clients_ask_before_they_remove_a_user) {
    World world;
    world.call("Action=CreateUser&UserName=alice");
    EXPECT_TRUE(world.call("Action=ListMFADevices&UserName=alice").has("<MFADevices/><IsTruncated>false</IsTruncated>"));
    EXPECT_TRUE(world.call("Action=ListSigningCertificates&UserName=alice").has("<Certificates/>"));
    EXPECT_TRUE(world.call("Action=ListSSHPublicKeys&UserName=alice").has("<SSHPublicKeys/>"));
    EXPECT_TRUE(world.call("Action=ListServiceSpecificCredentials&UserName=alice").has("<ServiceSpecificCredentials/>"));
    Answer profile = world.call("Action=GetLoginProfile&UserName=alice");
    EXPECT_EQ(profile.code(), "NoSuchEntity");
    EXPECT_EQ(profile.message(), "Login Profile for User alice cannot be found.");
    EXPECT_TRUE(world.call("Action=GetAccountSummary").has("<entry><key>Users</key><value>1</value></entry>"));
}

}  // namespace
}  // namespace sekisho::iam
