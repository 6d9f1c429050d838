// Organisation policies as ceilings, and the keys that tell organisations apart.
#include <gtest/gtest.h>

#include "authz/explain_text.h"
#include "authz/world.h"

namespace sekisho::authz::test {
namespace {

const std::string allow_all = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
const std::string everyone_all =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";

std::string deny_s3(const std::string& more) {
    return R"({"Version":"2012-10-17","Statement":[{"Sid":"Perimeter","Effect":"Deny",)" + more +
           R"("Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-home000000"}}}]})";
}

struct Members final : PolicySource {
    Source inner = reference_source();
    std::map<std::string, SharedPlace> places;

    std::vector<NamedPolicy> identity_policies(const authn::Caller& c) const override { return inner.identity_policies(c); }
    std::vector<NamedPolicy> boundary_policies(const authn::Caller& c) const override { return inner.boundary_policies(c); }
    NamedPolicy endpoint_policy(const origin::EndpointRoad& road) const override { return inner.endpoint_policy(road); }
    SharedPlace organization(const AccountId& id) const override {
        auto it = places.find(id.value);
        return it == places.end() ? nullptr : it->second;
    }
};

OrganizationPlace place(const std::string& id) { return {id, id + "/r-ab12/ou-ab12-11111111/", {}, {}}; }
SharedPlace shared(OrganizationPlace p) { return std::make_shared<const OrganizationPlace>(std::move(p)); }

std::string said(Authorizer& authorizer, authn::Caller caller, Ask ask) {
    auto answer = authorizer.authorize(std::move(caller), outside(), {std::move(ask)}, false, facts());
    auto* denial = std::get_if<Denial>(&answer);
    return denial ? denial->message : "allowed";
}

Ask of_account(const std::string& owner) {
    Ask ask = list_bucket(policy::compile(everyone_all, policy::Kind::resource));
    ask.resource_account = AccountId(owner);
    return ask;
}

TEST(ServiceControlPolicies, EachLevelMustAllowAlsoRoot) {
    Members source;
    OrganizationPlace member = place("o-home000000");
    NamedPolicy full = named("p-FullAWSAccess", allow_all, policy::Kind::scp);
    member.scp = {{full}, {full}};
    source.places[account] = shared(member);
    Authorizer authorizer(source, nullptr);
    EXPECT_EQ(said(authorizer, user("admin"), list_bucket()), "allowed");
    EXPECT_EQ(said(authorizer, root(), list_bucket()), "allowed");

    member.scp = {
        {full},
        {named("p-ec2", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]})",
               policy::Kind::scp)}};
    source.places[account] = shared(member);
    EXPECT_TRUE(said(authorizer, user("admin"), list_bucket())
                    .ends_with("because no service control policy allows the s3:ListBucket action"));
    EXPECT_TRUE(
        said(authorizer, root(), list_bucket()).ends_with("because no service control policy allows the s3:ListBucket action"));
}

TEST(ServiceControlPolicies, ADenyIsNamedAndServiceLinkedRolesAreFree) {
    Members source;
    OrganizationPlace member = place("o-other00000");
    member.scp = {{named("p-FullAWSAccess", allow_all, policy::Kind::scp), named("p-deny", deny_s3(""), policy::Kind::scp)}};
    source.places[account] = shared(member);
    Authorizer authorizer(source, nullptr);
    EXPECT_TRUE(said(authorizer, user("admin"), list_bucket()).ends_with("with an explicit deny in a service control policy"));
    authn::Caller linked = instance_session();
    linked.role_arn = "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    source.inner.identity[linked.role_arn] = {named("p", full_s3, policy::Kind::identity)};
    EXPECT_EQ(said(authorizer, linked, list_bucket()), "allowed");
    // The path of an ordinary role may hold anything after its beginning.
    linked.role_arn = "arn:aws:iam::123456789012:role/x:role/aws-service-role/r";
    source.inner.identity[linked.role_arn] = {named("p", full_s3, policy::Kind::identity)};
    EXPECT_TRUE(said(authorizer, linked, list_bucket()).ends_with("with an explicit deny in a service control policy"));
}

TEST(ResourceControlPolicies, KeepStrangersOutOfTheResourcesOfAMember) {
    Members source;
    OrganizationPlace member = place("o-home000000");
    NamedPolicy full = named("p-RCPFullAWSAccess", everyone_all, policy::Kind::rcp);
    member.rcp = {{full, named("p-perimeter", deny_s3(R"("Principal":"*",)"), policy::Kind::rcp)}};
    source.places["210987654321"] = shared(member);
    source.places["333333333333"] = shared(place("o-strangers0"));
    Authorizer authorizer(source, nullptr);
    // The caller's account is in no organisation: the key is absent, …IfExists is true, and the denial applies.
    EXPECT_EQ(said(authorizer, user("admin"), of_account("210987654321")), "Access Denied");
    source.places[account] = shared(place("o-home000000"));
    EXPECT_EQ(said(authorizer, user("admin"), of_account("210987654321")), "allowed");
    source.places[account] = shared(place("o-strangers0"));
    EXPECT_EQ(said(authorizer, user("admin"), of_account("210987654321")), "Access Denied");
    EXPECT_EQ(said(authorizer, authn::Caller(), of_account("210987654321")), "Access Denied");
    // Services that have no resource control policies are not restricted.
    Ask other = of_account("210987654321");
    other.action = "ec2:DescribeVpcs";
    EXPECT_EQ(said(authorizer, root(), other), "allowed");
}

TEST(ResourceControlPolicies, CallersOfTheSameOrganizationAreToldWhy) {
    Members source;
    OrganizationPlace member = place("o-home000000");
    member.rcp = {
        {named("p-none",
               R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:List*","Resource":"*"}]})",
               policy::Kind::rcp)}};
    source.places["210987654321"] = shared(member);
    source.places[account] = shared(place("o-home000000"));
    Authorizer authorizer(source, nullptr);
    EXPECT_EQ(said(authorizer, user("admin"), of_account("210987654321")),
              "User: arn:aws:iam::123456789012:user/admin is not authorized to perform: s3:ListBucket on resource: "
              "\"arn:aws:s3:::my-bucket\" with an explicit deny in a resource control policy");
}

TEST(OrganizationKeys, TellOfCallerResourceAndEndpoint) {
    Members source;
    source.places[account] = shared(place("o-home000000"));
    source.places["210987654321"] = shared(place("o-other00000"));
    Authorizer authorizer(source, nullptr);
    auto with = [&](const std::string& condition, origin::Origin origin) {
        Ask ask = of_account("210987654321");
        ask.resource_policy = policy::compile(
            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":)" +
                condition + "}]}",
            policy::Kind::resource);
        auto answer = authorizer.authorize(user("admin"), std::move(origin), {ask}, false, facts());
        return std::holds_alternative<Approval>(answer);
    };
    const std::string vpce = "vpce-1111111111111111a";
    EXPECT_TRUE(
        with(R"({"StringEquals":{"aws:PrincipalOrgID":"o-home000000","aws:ResourceOrgID":"o-other00000"}})", outside()));
    EXPECT_FALSE(with(R"({"StringEquals":{"aws:PrincipalOrgID":"o-other00000"}})", outside()));
    EXPECT_TRUE(
        with(R"({"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-home000000/r-ab12/ou-ab12-11111111/*"}})", outside()));
    EXPECT_TRUE(with(R"({"ForAnyValue:StringLike":{"aws:ResourceOrgPaths":"o-other00000/*"}})", outside()));
    EXPECT_TRUE(with(R"({"Null":{"aws:VpceOrgID":"true"}})", outside()));
    EXPECT_TRUE(with(R"({"StringEquals":{"aws:VpceOrgID":"o-home000000"}})", through(vpce, "vpc-1")));
    EXPECT_TRUE(with(R"({"ForAnyValue:StringLike":{"aws:VpceOrgPaths":"o-home000000/*"}})", through(vpce, "vpc-1")));
    EXPECT_TRUE(with(R"({"StringEquals":{"aws:ResourceAccount":"210987654321"}})", outside()));
}

TEST(OrganizationPolicies, AreExplainedAsTheyWere) {
    Members source;
    OrganizationPlace member = place("o-other00000");
    member.scp = {{named("p-FullAWSAccess", allow_all, policy::Kind::scp), named("p-deny", deny_s3(""), policy::Kind::scp)}};
    source.places[account] = shared(member);
    Authorizer authorizer(source, nullptr);
    said(authorizer, user("admin"), list_bucket());
    source.places.clear();
    std::string text = *explain_text(authorizer.explain(RequestId("REQ1"))->json);
    EXPECT_NE(text.find("explicit deny in p-deny, statement 1 (Perimeter)"), std::string::npos) << text;
    EXPECT_NE(text.find("aws:PrincipalOrgID [o-home000000]: is o-other00000"), std::string::npos) << text;
}

}  // namespace
}  // namespace sekisho::authz::test
