// The organisation, its units and accounts.
#include <gmock/gmock.h>

#include "organizations/world.h"

namespace sekisho::organizations {
namespace {

const std::string management = "123456789012";

TEST(Organization, is_made_described_and_deleted_by_its_management_account) {
    World world;
    EXPECT_EQ(world.call("DescribeOrganization").error(), "AWSOrganizationsNotInUseException");
    Reply made = world.call("CreateOrganization", {{"FeatureSet", "ALL"}});
    ASSERT_EQ(made.status, 200) << made.body;
    const json organization = made.body["Organization"];
    const std::string id = organization["Id"];
    EXPECT_THAT(id, testing::MatchesRegex("o-[a-z0-9]{10}"));
    EXPECT_EQ(organization["Arn"], "arn:aws:organizations::123456789012:organization/" + id);
    EXPECT_EQ(organization["MasterAccountArn"], "arn:aws:organizations::123456789012:account/" + id + "/123456789012");
    EXPECT_EQ(organization["FeatureSet"], "ALL");
    EXPECT_EQ(world.call("CreateOrganization").error(), "AlreadyInOrganizationException");
    EXPECT_EQ(world.call("DescribeOrganization").body, made.body);
    Reply roots = world.call("ListRoots");
    EXPECT_THAT(roots.body["Roots"][0]["Id"].get<std::string>(), testing::MatchesRegex("r-[a-z0-9]{4}"));
    EXPECT_EQ(roots.body["Roots"][0]["PolicyTypes"], json::array());
    const std::string unit = world.unit(world.root_id(), "prod");
    EXPECT_EQ(world.call("DeleteOrganization").error(), "OrganizationNotEmptyException");
    world.call("DeleteOrganizationalUnit", {{"OrganizationalUnitId", unit}});
    EXPECT_EQ(world.call("DeleteOrganization").status, 200);
    EXPECT_EQ(world.call("DescribeOrganization").error(), "AWSOrganizationsNotInUseException");
    EXPECT_EQ(world.call("CreateOrganization").status, 200);
}

TEST(Units, nest_five_deep_with_names_that_are_theirs_alone) {
    World world;
    world.organize();
    std::string parent = world.root_id();
    EXPECT_EQ(world.call("CreateOrganizationalUnit", {{"ParentId", "r-none"}, {"Name", "x"}}).error(),
              "ParentNotFoundException");
    for (int depth = 1; depth <= 5; ++depth) parent = world.unit(parent, "level" + std::to_string(depth));
    Reply sixth = world.call("CreateOrganizationalUnit", {{"ParentId", parent}, {"Name", "level6"}});
    EXPECT_EQ(sixth.error() + " " + sixth.reason(), "ConstraintViolationException OU_DEPTH_LIMIT_EXCEEDED");
    EXPECT_EQ(world.call("CreateOrganizationalUnit", {{"ParentId", world.root_id()}, {"Name", "level1"}}).error(),
              "DuplicateOrganizationalUnitException");
    Reply units = world.call("ListOrganizationalUnitsForParent", {{"ParentId", world.root_id()}});
    ASSERT_EQ(units.body["OrganizationalUnits"].size(), 1u);
    const std::string first = units.body["OrganizationalUnits"][0]["Id"];
    EXPECT_EQ(world.call("DeleteOrganizationalUnit", {{"OrganizationalUnitId", first}}).error(),
              "OrganizationalUnitNotEmptyException");
    EXPECT_EQ(world.call("UpdateOrganizationalUnit", {{"OrganizationalUnitId", first}, {"Name", "top"}})
                  .body["OrganizationalUnit"]["Name"],
              "top");
    EXPECT_EQ(world.call("ListParents", {{"ChildId", first}}).body["Parents"][0],
              (json{{"Id", world.root_id()}, {"Type", "ROOT"}}));
    EXPECT_EQ(world.call("DescribeOrganizationalUnit", {{"OrganizationalUnitId", "ou-none-12345678"}}).error(),
              "OrganizationalUnitNotFoundException");
}

TEST(Accounts, are_accounts_of_this_server_whose_role_the_management_account_may_assume) {
    World world;
    world.organize();
    const std::string member = world.account("member");
    Reply described = world.call("DescribeAccount", {{"AccountId", member}});
    EXPECT_EQ(described.body["Account"]["Email"], "member@example.com");
    EXPECT_EQ(described.body["Account"]["Status"], "ACTIVE");
    EXPECT_EQ(described.body["Account"]["JoinedMethod"], "CREATED");
    EXPECT_EQ(world.call("ListAccounts").body["Accounts"].size(), 2u);
    EXPECT_EQ(world.call("ListChildren", {{"ParentId", world.root_id()}, {"ChildType", "ACCOUNT"}}).body["Children"].size(),
              2u);

    authn::Caller admin = world.iam.user("admin", iam::allow_all);
    const std::string assume =
        "Action=AssumeRole&RoleSessionName=me&RoleArn=arn:aws:iam::" + member + ":role/OrganizationAccountAccessRole";
    iam::Answer assumed = world.iam.call_sts(admin, assume);
    ASSERT_EQ(assumed.status, 200) << assumed.body;
    authn::Caller there = world.iam.key(assumed.element("AccessKeyId"), assumed.element("SessionToken"));
    EXPECT_EQ(there.account.value, member);
    EXPECT_EQ(world.iam.call(there, "Action=CreateUser&UserName=bob").status, 200);
    EXPECT_EQ(world.iam.call("Action=GetUser&UserName=bob").status, 404) << "the management account has no such user";
    EXPECT_EQ(world.iam.call_sts(world.iam.user("nobody"), assume).status, 403);
    // A stranger's account has no place in the role's trust policy.
    world.iam.call(world.iam.root_abroad(), "Action=CreateUser&UserName=eve");
    iam::Answer key = world.iam.call(world.iam.root_abroad(), "Action=CreateAccessKey&UserName=eve");
    EXPECT_EQ(world.iam.call_sts(world.iam.key(key.element("AccessKeyId")), assume).status, 403);

    // A member sees the organisation, and no more.
    EXPECT_EQ(world.call(there, "DescribeOrganization").status, 200);
    EXPECT_EQ(world.call(there, "ListAccounts").error(), "AccessDeniedException");
    EXPECT_EQ(world.call(there, "CreateOrganization").error(), "AlreadyInOrganizationException");

    world.open();
    EXPECT_EQ(world.iam.call(there, "Action=GetUser&UserName=bob").status, 200) << "after a restart";
    EXPECT_EQ(world.iam.key(assumed.element("AccessKeyId"), assumed.element("SessionToken")).account.value, member);
}

TEST(Accounts, with_an_address_that_is_taken_are_not_made) {
    World world;
    world.organize();
    world.account("member");
    Reply again = world.call("CreateAccount", {{"AccountName", "other"}, {"Email", "member@example.com"}});
    Reply status =
        world.call("DescribeCreateAccountStatus", {{"CreateAccountRequestId", again.body["CreateAccountStatus"]["Id"]}});
    EXPECT_EQ(status.body["CreateAccountStatus"]["State"], "FAILED");
    EXPECT_EQ(status.body["CreateAccountStatus"]["FailureReason"], "EMAIL_ALREADY_EXISTS");
    EXPECT_EQ(world.call("ListAccounts").body["Accounts"].size(), 2u);
    EXPECT_EQ(world.call("ListCreateAccountStatus", {{"States", {"FAILED"}}}).body["CreateAccountStatuses"].size(), 1u);
}

TEST(Accounts, move_close_and_leave) {
    World world;
    world.organize();
    const std::string root = world.root_id(), unit = world.unit(root, "u"), member = world.account("member");
    auto move = [&](const std::string& from, const std::string& to) {
        return world.call("MoveAccount", {{"AccountId", member}, {"SourceParentId", from}, {"DestinationParentId", to}});
    };
    EXPECT_EQ(move(unit, root).error(), "SourceParentNotFoundException");
    EXPECT_EQ(move(root, root).error(), "DuplicateAccountException");
    EXPECT_EQ(move(root, "ou-none-12345678").error(), "DestinationParentNotFoundException");
    EXPECT_EQ(move(root, unit).status, 200);
    EXPECT_EQ(world.call("ListAccountsForParent", {{"ParentId", unit}}).body["Accounts"][0]["Id"], member);
    EXPECT_EQ(world.organizations->place(AccountId(member))->path,
              world.call("DescribeOrganization").body["Organization"]["Id"].get<std::string>() + "/" + root + "/" + unit + "/");

    authn::Caller admin = world.iam.user("admin", iam::allow_all);
    iam::Answer assumed = world.iam.call_sts(
        admin, "Action=AssumeRole&RoleSessionName=me&RoleArn=arn:aws:iam::" + member + ":role/OrganizationAccountAccessRole");
    const std::string key = assumed.element("AccessKeyId"), token = assumed.element("SessionToken");
    EXPECT_EQ(world.call("CloseAccount", {{"AccountId", management}}).reason(), "CANNOT_CLOSE_MANAGEMENT_ACCOUNT");
    EXPECT_EQ(world.call("CloseAccount", {{"AccountId", member}}).status, 200);
    EXPECT_EQ(world.call("DescribeAccount", {{"AccountId", member}}).body["Account"]["Status"], "SUSPENDED");
    EXPECT_EQ(world.iam.directory->find(key, token, world.iam.now).standing, authn::Credential::Standing::unknown);
    EXPECT_EQ(world.call("CloseAccount", {{"AccountId", member}}).error(), "AccountAlreadyClosedException");
    world.open();
    EXPECT_EQ(world.iam.directory->find(key, token, world.iam.now).standing, authn::Credential::Standing::unknown);

    const std::string leaver = world.account("leaver");
    EXPECT_EQ(world.call("RemoveAccountFromOrganization", {{"AccountId", management}}).error(),
              "MasterCannotLeaveOrganizationException");
    EXPECT_EQ(world.call("RemoveAccountFromOrganization", {{"AccountId", leaver}}).status, 200);
    EXPECT_EQ(world.call("DescribeAccount", {{"AccountId", leaver}}).error(), "AccountNotFoundException");
    EXPECT_EQ(world.organizations->place(AccountId(leaver)), nullptr);
    EXPECT_NE(world.iam.directory->account(AccountId(leaver)), nullptr) << "it stays an account of this server";
}

TEST(Input, is_checked_before_anything_is_done) {
    World world;
    world.organize();
    auto said = [&](std::string_view operation, const json& in) {
        Reply reply = world.call(operation, in);
        return reply.error() + " " + reply.reason();
    };
    EXPECT_EQ(said("DescribeAccount", json::object()), "InvalidInputException INPUT_REQUIRED");
    EXPECT_EQ(said("DescribeAccount", {{"AccountId", "12345678901"}}), "InvalidInputException INVALID_PATTERN");
    EXPECT_EQ(said("DescribeAccount", {{"AccountId", 123456789012}}), "SerializationException ");
    EXPECT_EQ(said("CreateAccount", {{"AccountName", "x"}, {"Email", "nobody"}}), "InvalidInputException INVALID_PATTERN");
    EXPECT_EQ(said("ListAccounts", {{"MaxResults", 0}}), "InvalidInputException MIN_VALUE_EXCEEDED");
    EXPECT_EQ(said("ListAccounts", {{"MaxResults", 21}}), "InvalidInputException MAX_VALUE_EXCEEDED");
    EXPECT_EQ(said("ListAccounts", {{"NextToken", "here"}}), "InvalidInputException INVALID_NEXT_TOKEN");
    EXPECT_EQ(said("ListPolicies", {{"Filter", "HOUSE_POLICY"}}), "InvalidInputException INVALID_ENUM_POLICY_TYPE");
    EXPECT_EQ(said("CreateOrganizationalUnit", {{"ParentId", world.root_id()}, {"Name", std::string(129, 'x')}}),
              "InvalidInputException MAX_LENGTH_EXCEEDED");
    EXPECT_EQ(said("DescribeAccount", json("[1]")), "SerializationException ");
    EXPECT_EQ(said("DescribeAccount", json("{\"AccountId\":")), "SerializationException ");
    EXPECT_EQ(said("InviteAccountToOrganization", json::object()), "UnknownOperationException ");
}

TEST(Lists, come_in_pages) {
    World world;
    world.organize();
    const std::string root = world.root_id();
    for (int i = 0; i < 5; ++i) world.unit(root, "u" + std::to_string(i));
    std::set<std::string> seen;
    json in{{"ParentId", root}, {"MaxResults", 2}};
    for (int pages = 1;; ++pages) {
        Reply reply = world.call("ListOrganizationalUnitsForParent", in);
        for (const json& unit : reply.body["OrganizationalUnits"]) seen.insert(unit["Id"]);
        if (!reply.body.contains("NextToken")) {
            EXPECT_EQ(pages, 3);
            break;
        }
        in["NextToken"] = reply.body["NextToken"];
    }
    EXPECT_EQ(seen.size(), 5u);
}

TEST(Tags, are_added_listed_and_removed_and_at_most_fifty) {
    World world;
    world.organize();
    const std::string root = world.root_id();
    json tags = json::array();
    for (int i = 0; i < 50; ++i) tags.push_back({{"Key", "k" + std::to_string(i)}, {"Value", "v"}});
    EXPECT_EQ(world.call("TagResource", {{"ResourceId", root}, {"Tags", tags}}).status, 200);
    EXPECT_EQ(world.call("TagResource", {{"ResourceId", root}, {"Tags", {{{"Key", "one"}, {"Value", "more"}}}}}).reason(),
              "MAX_TAG_LIMIT_EXCEEDED");
    EXPECT_EQ(world.call("ListTagsForResource", {{"ResourceId", root}}).body["Tags"].size(), 50u);
    EXPECT_EQ(world.call("UntagResource", {{"ResourceId", root}, {"TagKeys", {"k0", "absent"}}}).status, 200);
    EXPECT_EQ(world.call("ListTagsForResource", {{"ResourceId", root}}).body["Tags"].size(), 49u);
    EXPECT_EQ(world.call("TagResource", {{"ResourceId", "999999999999"}, {"Tags", json::array()}}).error(),
              "TargetNotFoundException");
    EXPECT_EQ(world.call("TagResource", {{"ResourceId", root}, {"Tags", {{{"Key", "aws:x"}, {"Value", ""}}}}}).reason(),
              "INVALID_SYSTEM_TAGS_PARAMETER");
}

TEST(Permissions, are_asked_for_what_an_operation_names) {
    World world;
    const std::string id = world.organize(), member = world.account("member"), other = world.account("other");
    authn::Caller reader = world.iam.user(
        "reader",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"organizations:DescribeAccount","Resource":)"
        R"("arn:aws:organizations::123456789012:account/)" +
            id + "/" + member + R"("}]})");
    EXPECT_EQ(world.call(reader, "DescribeAccount", {{"AccountId", member}}).status, 200);
    Reply denied = world.call(reader, "DescribeAccount", {{"AccountId", other}});
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(denied.body["message"],
              "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: "
              "organizations:DescribeAccount on resource: arn:aws:organizations::123456789012:account/" +
                  id + "/" + other + " because no identity-based policy allows the organizations:DescribeAccount action");
}

}  // namespace
}  // namespace sekisho::organizations
