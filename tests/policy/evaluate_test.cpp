// Who is allowed, and which policy type decides. Sources: IAM guide, "Policy evaluation logic", "Cross-account policy
// evaluation logic", "Permissions boundaries", "Principal", "NotPrincipal".
#include <gtest/gtest.h>

#include "policy/query.h"

namespace sekisho::policy::test {
namespace {

const std::string account = "123456789012";
const std::string other = "444455556666";

std::string policy(const std::string& effect, const std::string& action, const std::string& resource,
                   const std::string& more = "") {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":")" + effect + R"(","Action":")" + action + R"(","Resource":")" +
           resource + "\"" + more + "}]}";
}
std::string allow(const std::string& action = "s3:*", const std::string& more = "") {
    return policy("Allow", action, "*", more);
}
std::string deny(const std::string& action = "s3:*", const std::string& more = "") { return policy("Deny", action, "*", more); }
std::string to(const std::string& arn) { return R"(,"Principal":{"AWS":")" + arn + "\"}"; }
const std::string everybody = R"(,"Principal":"*")";

const Caller bob = Caller::user(account, "bob");
const Caller session = Caller::session(account, "app", "s1");

Asked get(Caller caller, Policies policies) {
    Asked asked;
    asked.caller = std::move(caller);
    asked.action = "s3:GetObject";
    asked.resource = "arn:aws:s3:::my-bucket/a";
    asked.policies = std::move(policies);
    return asked;
}

struct Row {
    const char* says;
    Caller caller;
    Policies policies;
    const char* decision;
};
void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) EXPECT_EQ(decide(get(row.caller, row.policies)), row.decision) << row.says;
}

TEST(Evaluate, WithinOneAccount) {
    check({{"nothing allows", bob, {}, "denied, no identity-based policy"},
           {"the identity policy allows", bob, {.identity = {allow()}}, "allowed by identity-based policy #0"},
           {"another action is allowed", bob, {.identity = {allow("s3:PutObject")}}, "denied, no identity-based policy"},
           {"the resource policy allows the user by name",
            bob,
            {.resource = {allow("s3:*", to(bob.arn))}},
            "allowed by resource-based policy #0"},
           {"the resource policy allows everybody",
            bob,
            {.resource = {allow("s3:*", everybody)}},
            "allowed by resource-based policy #0"},
           {"the resource policy only delegates to the account",
            bob,
            {.resource = {allow("s3:*", to(account))}},
            "denied, no identity-based policy"},
           {"delegation and identity policy",
            bob,
            {.identity = {allow()}, .resource = {allow("s3:*", to("arn:aws:iam::" + account + ":root"))}},
            "allowed by identity-based policy #0"},
           {"an identity deny beats a resource allow",
            bob,
            {.identity = {deny()}, .resource = {allow("s3:*", to(bob.arn))}},
            "denied by identity-based policy #0"},
           {"a resource deny beats an identity allow",
            bob,
            {.identity = {allow()}, .resource = {deny("s3:GetObject", everybody)}},
            "denied by resource-based policy #0"},
           {"root needs no policy", Caller::root(account), {}, "allowed by no policy"},
           {"root is subject to the resource's deny",
            Caller::root(account),
            {.resource = {deny("s3:*", everybody)}},
            "denied by resource-based policy #0"},
           {"anonymous needs an allow for everybody",
            {},
            {.resource = {allow("s3:GetObject", everybody)}},
            "allowed by resource-based policy #0"},
           {"anonymous is not the account",
            {},
            {.resource = {allow("s3:GetObject", to(account))}},
            "denied, no resource-based policy"},
           {"anonymous without a policy", {}, {}, "denied, no resource-based policy"}});
}

// IAM guide, "Resource-based policies and implicit denies in other policy types (same account)".
TEST(Evaluate, WhomAResourcePolicyNamesDecidesWhichBoundsHold) {
    std::string nothing = allow("ec2:*");
    check(
        {{"a user by ARN passes its boundary",
          bob,
          {.resource = {allow("s3:*", to(bob.arn))}, .boundary = {nothing}},
          "allowed by resource-based policy #0"},
         {"a session by ARN passes boundary and session policy",
          session,
          {.resource = {allow("s3:*", to(session.arn))}, .boundary = {nothing}, .session = {nothing}},
          "allowed by resource-based policy #0"},
         {"a role by ARN needs no identity policy",
          session,
          {.resource = {allow("s3:*", to(session.role_arn))}},
          "allowed by resource-based policy #0"},
         {"a role by ARN is bound by its boundary",
          session,
          {.resource = {allow("s3:*", to(session.role_arn))}, .boundary = {nothing}},
          "denied, no permissions boundary"},
         {"a role by ARN is bound by session policies",
          session,
          {.resource = {allow("s3:*", to(session.role_arn))}, .session = {nothing}},
          "denied, no session policy"},
         {"the closest naming counts",
          session,
          {.resource =
               {R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"},
               {"Sid":"Session","Effect":"Allow","Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/app/s1"},"Action":"s3:*","Resource":"*"}]})"},
           .session = {nothing}},
          "allowed by resource-based policy #1 Session"},
         // "Identity-based policy types … do not limit permissions granted using aws:PrincipalArn with a wildcard in the
         // Principal".
         {"everybody passes session policies",
          session,
          {.resource = {allow("s3:*", everybody)}, .session = {nothing}},
          "allowed by resource-based policy #0"},
         {"an explicit deny in a boundary counts all the same",
          bob,
          {.resource = {allow("s3:*", to(bob.arn))}, .boundary = {deny()}},
          "denied by permissions boundary #0"}});
}

TEST(Evaluate, BoundariesAndSessionPoliciesIntersect) {
    check({{"boundary without the action",
            bob,
            {.identity = {allow()}, .boundary = {allow("s3:List*")}},
            "denied, no permissions boundary"},
           {"boundary with the action",
            bob,
            {.identity = {allow()}, .boundary = {allow("s3:Get*")}},
            "allowed by identity-based policy #0"},
           {"a boundary grants nothing", bob, {.boundary = {allow()}}, "denied, no identity-based policy"},
           {"session policy without the action",
            session,
            {.identity = {allow()}, .session = {allow("s3:List*")}},
            "denied, no session policy"},
           {"session policy with the action",
            session,
            {.identity = {allow()}, .session = {allow()}},
            "allowed by identity-based policy #0"},
           {"an explicit deny in a session policy",
            session,
            {.identity = {allow()}, .session = {deny()}},
            "denied by session policy #0"}});
}

TEST(Evaluate, AcrossAccountsBothSidesMustAllow) {
    Caller alice = Caller::user(other, "alice");
    check({{"only the resource", alice, {.resource = {allow("s3:*", to(alice.arn))}}, "denied, no identity-based policy"},
           {"only the identity", alice, {.identity = {allow()}}, "denied, no resource-based policy"},
           {"both, by user",
            alice,
            {.identity = {allow()}, .resource = {allow("s3:*", to(alice.arn))}},
            "allowed by identity-based policy #0"},
           {"both, by account",
            alice,
            {.identity = {allow()}, .resource = {allow("s3:*", to(other))}},
            "allowed by identity-based policy #0"},
           {"everybody and the identity",
            alice,
            {.identity = {allow()}, .resource = {allow("s3:*", everybody)}},
            "allowed by identity-based policy #0"},
           {"everybody alone", alice, {.resource = {allow("s3:*", everybody)}}, "denied, no identity-based policy"},
           {"the wrong account",
            alice,
            {.identity = {allow()}, .resource = {allow("s3:*", to("999999999999"))}},
            "denied, no resource-based policy"},
           {"its boundary bounds it",
            alice,
            {.identity = {allow()}, .resource = {allow("s3:*", to(alice.arn))}, .boundary = {allow("ec2:*")}},
            "denied, no permissions boundary"},
           {"the other account's root",
            Caller::root(other),
            {.resource = {allow("s3:*", to(other))}},
            "allowed by resource-based policy #0"},
           {"the other account's root without a grant", Caller::root(other), {}, "denied, no resource-based policy"}});
}

// IAM guide, "Example cross-account policy evaluation": Carlos of 111111111111 and the buckets of 222222222222.
TEST(Evaluate, TheDocumentedCrossAccountExample) {
    Asked asked;
    asked.caller = Caller::user("111111111111", "carlossalazar");
    asked.owner = "222222222222";
    asked.policies.identity = {R"({"Version":"2012-10-17","Statement":[
        {"Sid":"AllowS3ListRead","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"},
        {"Sid":"AllowS3ProductionObjectActions","Effect":"Allow","Action":"s3:*Object*","Resource":"arn:aws:s3:::Production/*"},
        {"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::*log*","arn:aws:s3:::*log*/*"]}]})"};
    asked.policies.resource = {
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject*","s3:PutObject*","s3:ReplicateObject","s3:RestoreObject"],
        "Principal":{"AWS":"arn:aws:iam::111111111111:user/carlossalazar"},"Resource":"arn:aws:s3:::Production/*"}]})"};
    asked.action = "s3:PutObject";
    asked.resource = "arn:aws:s3:::Production/file";
    EXPECT_EQ(decide(asked), "allowed by identity-based policy #1 AllowS3ProductionObjectActions");
    asked.resource = "arn:aws:s3:::Production-logs/file";
    EXPECT_EQ(decide(asked), "denied by identity-based policy #2 DenyS3Logs");
    asked.action = "s3:DeleteObject";
    asked.resource = "arn:aws:s3:::Production/file";
    EXPECT_EQ(decide(asked), "denied, no resource-based policy");
}

// IAM guide, "Example identity-based and resource-based policy evaluation".
TEST(Evaluate, TheDocumentedSingleAccountExample) {
    Asked asked;
    asked.caller = Caller::user(account, "carlossalazar");
    asked.action = "s3:PutObject";
    asked.policies.identity = {R"({"Version":"2012-10-17","Statement":[
        {"Sid":"AllowS3ListRead","Effect":"Allow","Action":["s3:GetBucketLocation","s3:GetAccountPublicAccessBlock","s3:ListAccessPoints","s3:ListAllMyBuckets"],"Resource":"arn:aws:s3:::*"},
        {"Sid":"AllowS3Self","Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::carlossalazar/*","arn:aws:s3:::carlossalazar"]},
        {"Sid":"DenyS3Logs","Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::*log*"}]})"};
    asked.resource = "arn:aws:s3:::carlossalazar-logs/file";
    EXPECT_EQ(decide(asked), "denied by identity-based policy #2 DenyS3Logs");
    asked.resource = "arn:aws:s3:::carlossalazar/file";
    EXPECT_EQ(decide(asked), "allowed by identity-based policy #1 AllowS3Self");
}

TEST(Evaluate, TheEndpointPolicyIsOneMoreCeiling) {
    std::string only_list = allow("s3:ListBucket", everybody);
    check(
        {{"it must allow, too", bob, {.identity = {allow()}, .endpoint = {only_list}}, "denied, no VPC endpoint policy"},
         {"it grants nothing", bob, {.endpoint = {allow("*", everybody)}}, "denied, no identity-based policy"},
         {"its deny", bob, {.identity = {allow()}, .endpoint = {deny("s3:*", everybody)}}, "denied by VPC endpoint policy #0"},
         {"it stops root", Caller::root(account), {.endpoint = {only_list}}, "denied, no VPC endpoint policy"},
         {"it stops a public object",
          {},
          {.resource = {allow("s3:*", everybody)}, .endpoint = {only_list}},
          "denied, no VPC endpoint policy"},
         // VPC guide, "Principals for gateway endpoints": an account is its root user only.
         {"an account there is its root",
          bob,
          {.identity = {allow()}, .endpoint = {allow("*", to(account))}},
          "denied, no VPC endpoint policy"},
         {"an account there is its root (root)",
          Caller::root(account),
          {.endpoint = {allow("*", to(account))}},
          "allowed by no policy"},
         {"a deny of the account there reaches everybody",
          bob,
          {.identity = {allow()},
           .endpoint = {R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
              {"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"*","Resource":"*"}]})"}},
          "denied by VPC endpoint policy #1"}});
}

TEST(Evaluate, OrganisationPoliciesMustAllowOnEveryLevel) {
    check({{"every level allows",
            bob,
            {.identity = {allow()}, .scp = {{allow("*")}, {allow("s3:*")}}},
            "allowed by identity-based policy #0"},
           {"one level does not",
            bob,
            {.identity = {allow()}, .scp = {{allow("*")}, {allow("ec2:*")}}},
            "denied, no service control policy"},
           {"a deny on one level",
            bob,
            {.identity = {allow()}, .scp = {{allow("*"), deny("s3:Get*")}}},
            "denied by service control policy #0"},
           {"root of a member account is subject to them",
            Caller::root(account),
            {.scp = {{allow("ec2:*")}}},
            "denied, no service control policy"},
           {"a resource control policy denies",
            bob,
            {.identity = {allow()}, .rcp = {{allow("*"), deny()}}},
            "denied by resource control policy #0"}});
}

TEST(Evaluate, ADenyOfAnAccountReachesEverybodyInIt) {
    check(
        {{"users", bob, {.identity = {allow()}, .resource = {deny("s3:*", to(account))}}, "denied by resource-based policy #0"},
         {"sessions",
          session,
          {.identity = {allow()}, .resource = {deny("s3:*", to("arn:aws:iam::" + account + ":root"))}},
          "denied by resource-based policy #0"},
         {"sessions, by role",
          session,
          {.identity = {allow()}, .resource = {deny("s3:*", to(session.role_arn))}},
          "denied by resource-based policy #0"},
         {"not other sessions",
          session,
          {.identity = {allow()}, .resource = {deny("s3:*", to("arn:aws:sts::" + account + ":assumed-role/app/s2"))}},
          "allowed by identity-based policy #0"},
         {"not other accounts",
          bob,
          {.identity = {allow()}, .resource = {deny("s3:*", to(other))}},
          "allowed by identity-based policy #0"}});
}

// IAM guide, "NotPrincipal with Deny": the account, the role and the session, everything must be listed.
TEST(Evaluate, NotPrincipalExemptsOnlyWhoIsListedWithEverythingItIs) {
    auto but = [](const std::string& arns) { return deny("s3:*", R"(,"NotPrincipal":{"AWS":[)" + arns + "]}"); };
    std::string root_arn = R"("arn:aws:iam::123456789012:root")", role = '"' + session.role_arn + '"',
                own = '"' + session.arn + '"', user = '"' + bob.arn + '"';
    const char* denied = "denied by resource-based policy #0";
    const char* allowed = "allowed by identity-based policy #0";
    auto row = [&](const char* says, const Caller& caller, const std::string& arns, const char* decision) {
        return Row{says, caller, {.identity = {allow()}, .resource = {but(arns)}}, decision};
    };
    check({row("user and account", bob, user + "," + root_arn, allowed),
           row("user and account id", bob, user + R"(,"123456789012")", allowed),
           row("user without account", bob, user, denied), row("account without user", bob, root_arn, denied),
           row("session, role and account", session, own + "," + role + "," + root_arn, allowed),
           row("role and account without session", session, role + "," + root_arn, denied),
           row("session and account without role", session, own + "," + root_arn, denied),
           row("session and role without account", session, own + "," + role, denied)});
    check({{"a boundary always denies",
            bob,
            {.identity = {allow()}, .resource = {but(user + "," + root_arn)}, .boundary = {allow()}},
            denied},
           {"anonymous is nobody's exception", {}, {.resource = {but(root_arn)}}, denied}});
}

TEST(Evaluate, UniqueIdsNameUsersAndRoles) {
    check({{"a user's id", bob, {.resource = {allow("s3:*", to(bob.id))}}, "denied, no identity-based policy"},
           {"a role's id",
            session,
            {.resource = {allow("s3:*", to("AROA0123456789ABCDEF"))}},
            "denied, no identity-based policy"}});
    Caller user = bob, role_session = session;
    user.id = "AIDA0123456789ABCDEF";
    role_session.id = "AROA0123456789ABCDEF:s1";
    check({{"a user's id",
            user,
            {.resource = {allow("s3:*", to("AIDA0123456789ABCDEF"))}},
            "allowed by resource-based policy #0"},
           {"a role's id",
            role_session,
            {.resource = {allow("s3:*", to("AROA0123456789ABCDEF"))}},
            "allowed by resource-based policy #0"},
           {"a role's id does not name another's session",
            role_session,
            {.resource = {allow("s3:*", to("AROA0000000000000000"))}},
            "denied, no identity-based policy"}});
}

TEST(Evaluate, TrustPoliciesMustAllowTheCallerThemselves) {
    auto assume = [](const Caller& caller, Policies policies, const std::string& owner = account) {
        Asked asked = get(caller, std::move(policies));
        asked.action = "sts:AssumeRole";
        asked.resource = "arn:aws:iam::123456789012:role/app";
        asked.owner = owner;
        asked.resource_policy_required = true;
        asked.resource_kind = Kind::trust;
        return decide(asked);
    };
    auto trust = [](const std::string& principal) {
        return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)" + principal +
               R"(,"Action":"sts:AssumeRole"}]})";
    };
    EXPECT_EQ(assume(bob, {.identity = {allow("sts:*")}, .resource = {trust(R"({"Service":"ec2.amazonaws.com"})")}}),
              "denied, no resource-based policy");
    EXPECT_EQ(assume(bob, {.resource = {trust(R"({"AWS":"123456789012"})")}}), "denied, no identity-based policy");
    EXPECT_EQ(assume(bob, {.identity = {allow("sts:*")}, .resource = {trust(R"({"AWS":"123456789012"})")}}),
              "allowed by identity-based policy #0");
    EXPECT_EQ(assume(bob, {.resource = {trust("{\"AWS\":\"" + bob.arn + "\"}")}}), "allowed by resource-based policy #0");
    EXPECT_EQ(assume(Caller::root(account), {.resource = {trust(R"({"Service":"ec2.amazonaws.com"})")}}),
              "denied, no resource-based policy");
    Caller ec2{PrincipalFacts::Kind::service, "", "ec2.amazonaws.com", "", ""};
    EXPECT_EQ(assume(ec2, {.resource = {trust(R"({"Service":["ecs.amazonaws.com","ec2.amazonaws.com"]})")}}),
              "allowed by resource-based policy #0");
    EXPECT_EQ(assume(ec2, {.resource = {trust(R"({"Service":"ecs.amazonaws.com"})")}}), "denied, no resource-based policy");
    EXPECT_EQ(assume(ec2, {.resource = {trust(R"({"AWS":"123456789012"})")}}), "denied, no resource-based policy");
}

TEST(Evaluate, RestrictPublicBucketsKeepsAPublicPolicyToTheOwnersAccount) {
    std::string both =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"},
        {"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":"*"}]})";
    auto ask = [&](Caller caller, std::vector<std::string> identity, std::string resource, bool restrict) {
        Asked asked = get(std::move(caller), {.identity = std::move(identity), .resource = {std::move(resource)}});
        asked.restrict_public = restrict;
        return decide(asked);
    };
    EXPECT_EQ(ask({}, {}, both, false), "allowed by resource-based policy #0");
    EXPECT_EQ(ask({}, {}, both, true), "denied, no resource-based policy");
    EXPECT_EQ(ask(Caller::user(other, "a"), {allow()}, both, true), "denied, no resource-based policy");
    EXPECT_EQ(ask(bob, {}, both, true), "allowed by resource-based policy #0");
    EXPECT_EQ(ask(Caller::user(other, "a"), {allow()}, allow("s3:*", to(other)), true), "allowed by identity-based policy #0")
        << "a policy that is not public stays in effect";
}

TEST(Evaluate, Elements) {
    auto one = [](const std::string& statement) { return R"({"Version":"2012-10-17","Statement":)" + statement + "}"; };
    const char* no = "denied, no identity-based policy";
    const char* yes = "allowed by identity-based policy #0";
    check(
        {{"actions know no case", bob, {.identity = {allow("S3:getOBJECT")}}, yes},
         {"wildcards in actions", bob, {.identity = {allow("s3:Get*")}}, yes},
         {"? in actions", bob, {.identity = {allow("s3:Ge?Object")}}, yes},
         {"* is every action", bob, {.identity = {allow("*")}}, yes},
         {"NotAction leaves the others",
          bob,
          {.identity = {one(R"({"Effect":"Allow","NotAction":"iam:*","Resource":"*"})")}},
          yes},
         {"NotAction names this one",
          bob,
          {.identity = {one(R"({"Effect":"Allow","NotAction":["s3:Get*"],"Resource":"*"})")}},
          no},
         {"resources know case", bob, {.identity = {policy("Allow", "*", "arn:aws:s3:::My-Bucket/*")}}, no},
         {"the bucket is not its objects", bob, {.identity = {policy("Allow", "*", "arn:aws:s3:::my-bucket")}}, no},
         {"NotResource leaves the others",
          bob,
          {.identity = {one(R"({"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::else/*"})")}},
          yes},
         {"NotResource names this one",
          bob,
          {.identity = {one(R"({"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::my-bucket/*"})")}},
          no},
         {"an unresolved variable in NotResource matches no resource",
          bob,
          {.identity = {one(R"({"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::${aws:nothing}/*"})")}},
          yes},
         {"an unresolved variable in Resource matches no resource",
          bob,
          {.identity = {policy("Allow", "*", "arn:aws:s3:::${aws:nothing}*")}},
          no},
         {"all conditions must be met",
          bob,
          {.identity = {one(
               R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"a":"true"},"StringEquals":{"b":"x"}}})")}},
          no}});
}

// S3 guide, "How Amazon S3 authorizes a request for an object operation" and "Access control list (ACL) overview".
TEST(Evaluate, AnAclIsOneMoreGrantBesideTheResourcesPolicy) {
    using To = Grant::To;
    using Permission = Grant::Permission;
    const Caller stranger = Caller::user(other, "eve"), their_root = Caller::root(other);
    struct AclRow {
        const char* says;
        Caller caller;
        Grant grant;
        Policies policies;
        const char* decision;
    };
    const Grant everyone{To::everyone, "", Permission::read}, signed_in{To::authenticated, "", Permission::read},
        to_other{To::account, other, Permission::read}, to_own{To::account, account, Permission::full_control};
    const std::vector<AclRow> rows = {
        {"a group that takes in everybody", {}, everyone, {}, "allowed by access control list: READ to the group AllUsers"},
        {"one for those who sign", {}, signed_in, {}, "denied, no resource-based policy"},
        {"one for log delivery", {}, {To::log_delivery, "", Permission::read}, {}, "denied, no resource-based policy"},
        {"another permission", {}, {To::everyone, "", Permission::write}, {}, "denied, no resource-based policy"},
        {"full control is every permission",
         {},
         {To::everyone, "", Permission::full_control},
         {},
         "allowed by access control list: FULL_CONTROL to the group AllUsers"},
        {"another account's root needs no more",
         their_root,
         to_other,
         {},
         "allowed by access control list: READ to account 444455556666"},
        {"its users need their own policy", stranger, to_other, {}, "denied, no identity-based policy"},
        {"with which they are let in",
         stranger,
         to_other,
         {.identity = {allow()}},
         "allowed by access control list: READ to account 444455556666"},
        {"within its boundary",
         stranger,
         to_other,
         {.identity = {allow()}, .boundary = {allow("s3:PutObject")}},
         "denied, no permissions boundary"},
        {"a policy alone is not enough", stranger, to_own, {.identity = {allow()}}, "denied, no resource-based policy"},
        {"a group lets in the owner's own users, too",
         bob,
         signed_in,
         {},
         "allowed by access control list: READ to the group AuthenticatedUsers"},
        {"the owner's account leaves it to its policies", bob, to_own, {}, "denied, no identity-based policy"},
        {"the resource's policy is named where both allow",
         {},
         everyone,
         {.resource = {allow("s3:*", everybody)}},
         "allowed by resource-based policy #0"},
        {"a denial is stronger", {}, everyone, {.resource = {deny("s3:*", everybody)}}, "denied by resource-based policy #0"},
        {"a ceiling holds", {}, everyone, {.endpoint = {allow("s3:PutObject", everybody)}}, "denied, no VPC endpoint policy"},
    };
    for (const AclRow& row : rows) {
        Asked asked = get(row.caller, row.policies);
        asked.acl = {row.grant};
        asked.acl_permission = Permission::read;
        EXPECT_EQ(decide(asked), row.decision) << row.says;
        asked.acl_permission.reset();
        EXPECT_EQ(decide(asked).find("access control list"), std::string::npos)
            << row.says << ", of an action that none allows";
    }
}

TEST(Evaluate, APolicyOfABucketCanOnlyDenyWhatAnotherAccountOwns) {
    auto of_other = [](Caller caller, Policies policies) {
        Asked asked = get(std::move(caller), std::move(policies));
        asked.owner = other;
        asked.resource_policy_denies_only = true;
        return asked;
    };
    const Policies open{.identity = {allow()}, .resource = {allow("s3:*", everybody)}};
    EXPECT_EQ(decide(of_other(bob, open)), "denied, no resource-based policy");
    EXPECT_EQ(decide(of_other(Caller::root(account), open)), "denied, no resource-based policy");
    EXPECT_EQ(decide(of_other({}, open)), "denied, no resource-based policy");
    EXPECT_EQ(decide(of_other(Caller::user(other, "eve"), open)), "allowed by identity-based policy #0");
    EXPECT_EQ(decide(of_other(Caller::root(other), open)), "allowed by no policy");
    EXPECT_EQ(decide(of_other(Caller::root(other), {.resource = {deny("s3:*", everybody)}})),
              "denied by resource-based policy #0");
    Asked granted = of_other(bob, {.identity = {allow()}});
    granted.acl = {{Grant::To::account, account, Grant::Permission::full_control}};
    granted.acl_permission = Grant::Permission::read;
    EXPECT_EQ(decide(granted), "allowed by access control list: FULL_CONTROL to account 123456789012");
}

}  // namespace
}  // namespace sekisho::policy::test
