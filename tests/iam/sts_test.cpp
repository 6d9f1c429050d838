#include "services/sts/sts.h"

#include <gmock/gmock.h>

#include "iam/world.h"
#include "services/iam/unique_ids.h"
#include "services/sts/credentials.h"

namespace sekisho::iam {
namespace {

using namespace std::chrono_literals;
using Standing = authn::Credential::Standing;

const std::string assume_r = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=sess";

void make_role(World& world, std::string_view name, std::string_view trust, std::string_view policy = "") {
    Answer made =
        world.call("Action=CreateRole&RoleName=" + std::string(name) + "&AssumeRolePolicyDocument=" + percent_encode(trust));
    ASSERT_EQ(made.status, 200) << made.body;
    if (!policy.empty())
        world.call("Action=PutRolePolicy&RoleName=" + std::string(name) +
                   "&PolicyName=p&PolicyDocument=" + percent_encode(policy));
}
const std::string trust_account = trust_of(R"({"AWS":"123456789012"})");

authn::Caller session_of(World& world, const Answer& answer) {
    return world.key(answer.element("AccessKeyId"), answer.element("SessionToken"));
}

TEST(AssumeRole, gives_credentials_that_act_as_the_role) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    make_role(world, "r", trust_account, allow_all);
    Answer answer = world.call_sts(alice, assume_r);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(answer.has("<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"));
    EXPECT_EQ(answer.element("Arn"), "arn:aws:sts::123456789012:assumed-role/r/sess");
    EXPECT_EQ(answer.element("Expiration"), "2026-11-23T13:00:00Z");
    EXPECT_THAT(answer.element("AccessKeyId"), testing::MatchesRegex("ASIA[A-Z2-7]{16}"));
    authn::Caller session = session_of(world, answer);
    EXPECT_EQ(session.kind, authn::Caller::Kind::assumed_role);
    EXPECT_EQ(session.arn, "arn:aws:sts::123456789012:assumed-role/r/sess");
    EXPECT_EQ(session.role_arn, "arn:aws:iam::123456789012:role/r");
    EXPECT_EQ(answer.element("AssumedRoleId"), session.principal_id);
    EXPECT_EQ(session.token_issued, noon);
    EXPECT_EQ(world.call(session, "Action=ListUsers").status, 200);
    Answer who = world.call_sts(session, "Action=GetCallerIdentity");
    EXPECT_EQ(who.element("Arn"), session.arn);
    EXPECT_EQ(who.element("UserId"), session.principal_id);
}

TEST(AssumeRole, needs_the_trust_policy_and_where_that_names_the_account_the_callers_policy) {
    World world;
    authn::Caller alice = world.user("alice", allow_all), bob = world.user("bob");
    make_role(world, "r", trust_account);
    EXPECT_EQ(world.call_sts(alice, assume_r).status, 200);
    Answer denied = world.call_sts(bob, assume_r);
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(denied.message(),
              "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: sts:AssumeRole on resource: "
              "arn:aws:iam::123456789012:role/r");
    make_role(world, "bobs", trust_of(R"({"AWS":"arn:aws:iam::123456789012:user/bob"})"));
    const std::string assume = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/bobs&RoleSessionName=sess";
    EXPECT_EQ(world.call_sts(bob, assume).status, 200);
    EXPECT_EQ(world.call_sts(alice, assume).status, 403);
    make_role(world, "ec2s", trust_ec2);
    EXPECT_EQ(
        world.call_sts(alice, "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/ec2s&RoleSessionName=sess").status,
        403);
    EXPECT_EQ(
        world.call_sts(alice, "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/ghost&RoleSessionName=sess").status,
        403);
    EXPECT_EQ(world.call_sts(world.root(), assume_r).message(), "Roles may not be assumed by root accounts.");
}

TEST(AssumeRole, from_another_account_needs_both_sides) {
    World world;
    make_role(world, "r", trust_of(R"({"AWS":"210987654321"})"));
    world.call(world.root_abroad(), "Action=CreateUser&UserName=eve");
    authn::Caller eve =
        world.key(world.call(world.root_abroad(), "Action=CreateAccessKey&UserName=eve").element("AccessKeyId"));
    EXPECT_EQ(world.call_sts(eve, assume_r).status, 403);
    world.call(world.root_abroad(),
               "Action=AttachUserPolicy&UserName=eve&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess");
    Answer answer = world.call_sts(eve, assume_r);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(session_of(world, answer).account, home);
}

TEST(AssumeRole, sees_the_external_id) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    make_role(
        world, "r",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"42-a"}}}]})");
    EXPECT_EQ(world.call_sts(alice, assume_r).status, 403);
    EXPECT_EQ(world.call_sts(alice, assume_r + "&ExternalId=43-a").status, 403);
    EXPECT_EQ(world.call_sts(alice, assume_r + "&ExternalId=42-a").status, 200);
}

TEST(AssumeRole, is_bounded_in_time) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    make_role(world, "r", trust_account, allow_all);
    EXPECT_EQ(world.call_sts(alice, assume_r + "&DurationSeconds=899").code(), "ValidationError");
    EXPECT_EQ(world.call_sts(alice, assume_r + "&DurationSeconds=3601").message(),
              "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    world.call("Action=UpdateRole&RoleName=r&MaxSessionDuration=7200");
    Answer longer = world.call_sts(alice, assume_r + "&DurationSeconds=7200");
    EXPECT_EQ(longer.status, 200);
    EXPECT_EQ(world.call_sts(session_of(world, longer), assume_r + "&DurationSeconds=3601").message(),
              "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");

    Answer short_one = world.call_sts(alice, assume_r + "&DurationSeconds=900");
    auto standing = [&](Time at) {
        return world.directory->find(short_one.element("AccessKeyId"), short_one.element("SessionToken"), at).standing;
    };
    EXPECT_EQ(standing(noon + 899s), Standing::valid);
    EXPECT_EQ(standing(noon + 900s), Standing::expired_token);
}

TEST(AssumeRole, refuses_parameters_that_sts_refuses) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    make_role(world, "r", trust_account);
    const std::string role = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/r";
    EXPECT_EQ(
        world.call_sts(alice, role).message(),
        "1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null");
    EXPECT_EQ(world.call_sts(alice, role + "&RoleSessionName=a").code(), "ValidationError");
    EXPECT_EQ(world.call_sts(alice, role + "&RoleSessionName=a%20b").code(), "ValidationError");
    EXPECT_EQ(world.call_sts(alice, "Action=AssumeRole&RoleSessionName=abc&RoleArn=this-is-not-an-arn-of-a-role").message(),
              "this-is-not-an-arn-of-a-role is invalid");
    EXPECT_EQ(world.call_sts(alice, assume_r + "&SerialNumber=arn:aws:iam::123456789012:mfa/x&TokenCode=123456").code(),
              "AccessDenied");
    EXPECT_EQ(world.call_sts(alice, assume_r + "&Policy=%7B").code(), "MalformedPolicyDocument");
}

TEST(SessionPolicies, narrow_what_a_session_may) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    make_role(world, "r", trust_account, allow_all);
    const std::string only_list =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]})";
    Answer narrow = world.call_sts(alice, assume_r + "&Policy=" + percent_encode(only_list));
    EXPECT_EQ(world.call(session_of(world, narrow), "Action=ListUsers").status, 200);
    EXPECT_EQ(world.call(session_of(world, narrow), "Action=ListRoles").status, 403);
    EXPECT_NE(narrow.element("PackedPolicySize"), "(none)");

    Answer managed = world.call_sts(alice, assume_r + "&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/IAMReadOnlyAccess");
    EXPECT_EQ(world.call(session_of(world, managed), "Action=ListRoles").status, 200);
    EXPECT_EQ(world.call(session_of(world, managed), "Action=CreateUser&UserName=x").status, 403);

    std::string many = assume_r;
    for (int i = 1; i <= 20; ++i)
        many += "&Tags.member." + std::to_string(i) + ".Key=k" + std::to_string(i) + "&Tags.member." + std::to_string(i) +
                ".Value=" + std::string(250, 'v');
    make_role(
        world, "tagged",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["sts:AssumeRole","sts:TagSession"]}]})");
    many.replace(many.find("role/r&"), 7, "role/tagged&");
    Answer large = world.call_sts(alice, many);
    EXPECT_EQ(large.code(), "PackedPolicyTooLarge") << large.body;
}

TEST(SessionTags, become_principal_tags_and_are_handed_down_when_transitive) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    const std::string trust =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["sts:AssumeRole","sts:TagSession"]}]})";
    make_role(world, "r", trust, allow_all);
    make_role(world, "next", trust, allow_all);
    world.call(
        "Action=TagRole&RoleName=r&Tags.member.1.Key=team&Tags.member.1.Value=role&Tags.member.2.Key=own&Tags.member.2.Value="
        "1");
    const std::string tags =
        "&Tags.member.1.Key=team&Tags.member.1.Value=session&Tags.member.2.Key=temp&Tags.member.2.Value=2&TransitiveTagKeys."
        "member.1=team";
    authn::Caller session = session_of(world, world.call_sts(alice, assume_r + tags));
    EXPECT_EQ(session.principal_tags, (std::map<std::string, std::string>{{"own", "1"}, {"team", "session"}, {"temp", "2"}}));

    const std::string assume_next = "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/next&RoleSessionName=sess";
    authn::Caller next = session_of(world, world.call_sts(session, assume_next));
    EXPECT_EQ(next.principal_tags, (std::map<std::string, std::string>{{"team", "session"}}));
    EXPECT_EQ(world.call_sts(session, assume_next + "&Tags.member.1.Key=team&Tags.member.1.Value=other").code(),
              "ValidationError");
    EXPECT_EQ(world.call_sts(alice, assume_r + "&TransitiveTagKeys.member.1=team").message(),
              "The specified transitive tag key must be included in the requested tags.");

    make_role(world, "untagged", trust_account);
    EXPECT_EQ(
        world.call_sts(alice, "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/untagged&RoleSessionName=sess" + tags)
            .status,
        403);
}

TEST(Sessions, end_with_their_role_also_when_one_of_the_same_name_is_made) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    make_role(world, "r", trust_account);
    Answer answer = world.call_sts(alice, assume_r);
    auto standing = [&] {
        return world.directory->find(answer.element("AccessKeyId"), answer.element("SessionToken"), noon).standing;
    };
    EXPECT_EQ(standing(), Standing::valid);
    world.call("Action=DeleteRole&RoleName=r");
    EXPECT_EQ(standing(), Standing::bad_token);
    make_role(world, "r", trust_account);
    EXPECT_EQ(standing(), Standing::bad_token);
}

TEST(SessionTokens, survive_a_restart_and_no_change_of_a_single_bit) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    make_role(world, "r", trust_account);
    Answer answer = world.call_sts(alice, assume_r);
    const std::string id = answer.element("AccessKeyId"), token = answer.element("SessionToken");
    world.open();
    EXPECT_EQ(world.directory->find(id, token, noon).standing, Standing::valid);
    EXPECT_EQ(world.directory->find(id, token, noon).secret, answer.element("SecretAccessKey"));
    std::string sealed = *from_base64(token);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string altered = sealed;
        altered[i] = static_cast<char>(altered[i] ^ (1 << (i % 8)));
        ASSERT_EQ(world.directory->find(id, to_base64(altered), noon).standing, Standing::bad_token) << i;
    }
    EXPECT_EQ(world.directory->find(id, "", noon).standing, Standing::unknown);
    EXPECT_EQ(world.directory->find(id, "nonsense", noon).standing, Standing::bad_token);
    EXPECT_EQ(world.directory->find("ASIAANOTHERACCESSKEY", token, noon).standing, Standing::bad_token);
    World other(1);
    make_role(other, "r", trust_account);
    EXPECT_FALSE(other.directory->tokens().open(token));
    EXPECT_EQ(other.directory->find(id, token, noon).standing, Standing::bad_token);
}

TEST(GetCallerIdentity, is_answered_to_everybody_even_when_denied) {
    World world;
    EXPECT_EQ(world.call_sts(world.root(), "Action=GetCallerIdentity").element("Arn"), "arn:aws:iam::123456789012:root");
    EXPECT_EQ(world.call_sts(world.root(), "Action=GetCallerIdentity").element("UserId"), "123456789012");
    authn::Caller bob =
        world.user("bob", R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]})");
    Answer who = world.call_sts(bob, "Action=GetCallerIdentity&Version=2011-06-15");
    EXPECT_EQ(who.status, 200);
    EXPECT_EQ(who.element("Account"), "123456789012");
    EXPECT_EQ(who.element("UserId"), bob.principal_id);
}

TEST(GetSessionToken, gives_the_user_again_but_not_to_iam) {
    World world;
    authn::Caller alice = world.user("alice", allow_all);
    Answer answer = world.call_sts(alice, "Action=GetSessionToken");
    EXPECT_EQ(answer.element("Expiration"), "2026-11-24T00:00:00Z");
    authn::Caller session = session_of(world, answer);
    EXPECT_EQ(session.arn, alice.arn);
    EXPECT_TRUE(session.token_issued);
    EXPECT_EQ(world.call_sts(session, "Action=GetCallerIdentity").status, 200);
    EXPECT_EQ(world.call(session, "Action=ListUsers").code(), "InvalidClientTokenId");
    EXPECT_EQ(world.call_sts(session, "Action=GetSessionToken").message(),
              "Cannot call GetSessionToken with session credentials");
    EXPECT_EQ(world.call_sts(world.root(), "Action=GetSessionToken&DurationSeconds=7200").element("Expiration"),
              "2026-11-23T13:00:00Z");
}

TEST(GetAccessKeyInfo, reads_the_account_out_of_the_key) {
    World world;
    authn::Caller alice = world.user("alice");
    EXPECT_EQ(world.call_sts(world.root(), "Action=GetAccessKeyInfo&AccessKeyId=" + alice.access_key_id).element("Account"),
              "123456789012");
    EXPECT_EQ(world.call_sts(world.root(), "Action=GetAccessKeyInfo&AccessKeyId=" + std::string(abroad_key)).element("Account"),
              "210987654321");
    for (std::string account : {"000000000001", "123456789012", "999999999999"}) {
        std::string id = access_key_id("ASIA", AccountId(account), world.entropy);
        EXPECT_EQ(account_of_access_key(id), AccountId(account)) << id;
    }
    EXPECT_FALSE(account_of_access_key("AKIAAAAAAAAAAAAAAAAA"));
}

TEST(InstanceCredentials, say_which_instance_they_were_made_for) {
    World world;
    make_role(world, "web", trust_ec2, allow_all);
    make_role(world, "users", trust_account);
    sts::InstanceFacts facts{"i-0123456789abcdef0", "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0", "vpc-1",
                             "10.0.5.167"};
    auto minted = sts::mint_instance_credentials(*world.directory, home, "web", facts, 6h, noon);
    ASSERT_TRUE(minted);
    EXPECT_EQ(minted->expires, noon + 6h);
    authn::Caller caller = world.key(minted->access_key_id, minted->session_token);
    EXPECT_EQ(caller.arn, "arn:aws:sts::123456789012:assumed-role/web/i-0123456789abcdef0");
    EXPECT_EQ(caller.instance_arn, facts.instance_arn);
    EXPECT_EQ(caller.instance_vpc, "vpc-1");
    EXPECT_EQ(caller.instance_private_ip, "10.0.5.167");
    EXPECT_EQ(caller.role_delivery, "2.0");
    sts::InstanceFacts older = facts;
    older.role_delivery = "1.0";
    auto by_version_1 = sts::mint_instance_credentials(*world.directory, home, "web", older, 6h, noon);
    ASSERT_TRUE(by_version_1);
    EXPECT_EQ(world.key(by_version_1->access_key_id, by_version_1->session_token).role_delivery, "1.0");
    EXPECT_EQ(world.call(caller, "Action=ListUsers").status, 200);
    EXPECT_EQ(sts::mint_instance_credentials(*world.directory, home, "gone", facts, 6h, noon).error(),
              sts::NoCredentials::no_role);
    EXPECT_EQ(sts::mint_instance_credentials(*world.directory, home, "users", facts, 6h, noon).error(),
              sts::NoCredentials::not_trusted);
}

}  // namespace
}  // namespace sekisho::iam
