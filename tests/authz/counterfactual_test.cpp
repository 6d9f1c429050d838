// What would have to differ: each sentence is true, because it was tried.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "authz/world.h"

namespace sekisho::authz::test {
namespace {

const std::string vpce1 = "vpce-1111111111111111a", vpce2 = "vpce-2222222222222222b";

struct Roads final : PolicySource {
    Source inner = reference_source();
    std::map<std::string, origin::EndpointRoad> roads = {
        {vpce1, {VpceId(vpce1), VpcId("vpc-1111"), AccountId(account), Region("us-east-1")}},
        {vpce2, {VpceId(vpce2), VpcId("vpc-2222"), AccountId(account), Region("us-east-1")}}};
    std::vector<NamedPolicy> identity_policies(const authn::Caller& c) const override { return inner.identity_policies(c); }
    std::vector<NamedPolicy> boundary_policies(const authn::Caller& c) const override { return inner.boundary_policies(c); }
    NamedPolicy endpoint_policy(const origin::EndpointRoad& road) const override { return inner.endpoint_policy(road); }
    std::optional<origin::EndpointRoad> endpoint_of(std::string_view id) const override {
        for (const auto& [name, road] : roads)
            if (name == id || road.vpc.value == id) return road;
        return std::nullopt;
    }
};

std::string bucket_policy(const std::string& effect, const std::string& condition) {
    return R"({"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":")" + effect +
           R"(","Principal":"*","Action":"s3:*","Resource":"*","Condition":)" + condition + "}]}";
}

std::string differ(const Roads& roads, const authn::Caller& caller, const origin::Origin& origin, const std::string& bucket,
                   Ask ask = list_bucket()) {
    Authorizer authorizer(roads, nullptr);
    if (!bucket.empty()) ask.resource_policy = policy::compile(bucket, policy::Kind::resource);
    authorizer.authorize(caller, origin, {ask}, false, facts());
    return nlohmann::json::parse(authorizer.explain(RequestId("REQ1"))->json)["questions"][0]["differ"];
}

TEST(Differ, NamesTheEndpointThatWasMissing) {
    Roads roads;
    EXPECT_EQ(differ(roads, instance_session(), through(vpce2, "vpc-2222"), only_vpc1),
              "It would be allowed if the request came by endpoint vpce-1111111111111111a of vpc-1111.");
    EXPECT_EQ(differ(roads, instance_session(), outside(), only_vpc1),
              "It would be allowed if the request came by endpoint vpce-1111111111111111a of vpc-1111.");
}

TEST(Differ, SaysThatTheEndpointIsNotThere) {
    Roads roads;
    roads.roads.clear();
    EXPECT_EQ(differ(roads, instance_session(), outside(), only_vpc1),
              "It would be allowed if the request came by endpoint vpce-1111111111111111a (which is not there now).");
}

// By the endpoint alone it would still be denied, so that is not said.
TEST(Differ, DoesNotPromiseWhatTheEndpointsOwnPolicyDenies) {
    Roads roads;
    roads.inner.endpoints[vpce1].document = policy::compile(
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]})",
        policy::Kind::endpoint);
    std::string text = differ(roads, instance_session(), outside(), only_vpc1);
    EXPECT_EQ(text,
              "It would be allowed if NotPrincipal of statement 1 (OnlyVpc1) of bucket policy of my-bucket listed the caller "
              "(arn:aws:sts::123456789012:assumed-role/ec2_s3access_role/i-0a1b2c3d4e5f60718).");
}

TEST(Differ, OfAnAllowedRequestSaysWhatWouldDenyIt) {
    Roads roads;
    EXPECT_EQ(differ(roads, instance_session(), through(vpce1, "vpc-1111"), only_vpc1).substr(0, 66),
              "It would be denied if the request came by no VPC endpoint; or if t");
    EXPECT_EQ(differ(roads, user("admin"), outside(), only_vpc1),
              "It would be denied if statement 1 of arn:aws:iam::aws:policy/AmazonS3FullAccess were not there.");
    EXPECT_EQ(differ(roads, root(), outside(), only_vpc1),
              "The account's root user needs no policy; only an explicit deny would stop it.");
}

TEST(Differ, MeetsSeveralConditionsAtOnce) {
    Roads roads;
    roads.inner.identity.clear();
    const std::string bucket = bucket_policy(
        "Allow", R"({"StringEquals":{"aws:SourceVpc":"vpc-1111","s3:prefix":"home/"},"Bool":{"aws:SecureTransport":"true"}})");
    const std::string both =
        "It would be allowed if the request came by an endpoint of vpc-1111 (vpce-1111111111111111a) and s3:prefix were home/ "
        "(it is "
        "absent).";
    EXPECT_EQ(differ(roads, user("other"), outside(), bucket), both);
    Ask elsewhere = list_bucket();
    elsewhere.resource_account = AccountId("210987654321");
    roads.inner = reference_source();
    EXPECT_EQ(differ(roads, user("other"), outside(), bucket, elsewhere), both);
}

TEST(Differ, TellsOtherKeysWithWhatTheyAre) {
    Roads roads;
    origin::Origin plain = outside();
    plain.secure = false;
    EXPECT_EQ(differ(roads, user("other"), plain, bucket_policy("Deny", R"({"Bool":{"aws:SecureTransport":"false"}})")),
              "It would be allowed if aws:SecureTransport were true (it is false).");
    EXPECT_EQ(
        differ(roads, user("other"), outside(), bucket_policy("Deny", R"({"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}})")),
        "It would be allowed if the request came over the public side from 203.0.113.0/24.");
}

TEST(Differ, TwoDenialsAreBothUndone) {
    Roads roads;
    const std::string two =
        R"({"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1111111111111111a"}}},
        {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})";
    origin::Origin plain = outside();
    plain.secure = false;
    EXPECT_EQ(differ(roads, user("other"), plain, two),
              "It would be allowed if the request came by endpoint vpce-1111111111111111a of vpc-1111 and aws:SecureTransport "
              "were true "
              "(it is false).");
}

TEST(Differ, WithoutConditionsItIsThePoliciesThatWouldDiffer) {
    Roads roads;
    EXPECT_EQ(differ(roads, user("nobody"), outside(), ""),
              "It would be allowed if an identity-based policy allowed s3:ListBucket on arn:aws:s3:::my-bucket.");
    EXPECT_EQ(
        differ(roads, user("other"), outside(),
               R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]})"),
        "It would be allowed if statement 1 of bucket policy of my-bucket were not there.");
    EXPECT_EQ(differ(roads, authn::Caller(), outside(), ""),
              "It would be allowed if a resource-based policy allowed s3:ListBucket on arn:aws:s3:::my-bucket for everyone.");
}

TEST(Differ, NamesTheGrantThatLetInAndTheOneThatWouldHave) {
    Roads roads;
    Ask ask = list_bucket();
    ask.acl = std::make_shared<policy::Acl>(
        policy::Acl{"ACL of bucket my-bucket", {{policy::Grant::To::everyone, "", policy::Grant::Permission::read}}});
    ask.acl_permission = policy::Grant::Permission::read;
    EXPECT_EQ(differ(roads, authn::Caller(), outside(), "", ask),
              "It would be denied if the grant of READ to the group AllUsers were not in the ACL of bucket my-bucket.");
    ask.acl = nullptr;
    ask.action = "s3:GetObject";
    ask.object_owner = AccountId("999999999999");
    EXPECT_EQ(differ(roads, root(), outside(), "", ask),
              "It would be allowed if the object's ACL granted READ to account 123456789012.");
}

}  // namespace
}  // namespace sekisho::authz::test
