// What is bounded, and what goes on by itself.
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "ec2/world.h"
#include "services/ec2/desired.h"
#include "services/ec2/key_pairs.h"
#include "services/ec2/limits.h"
#include "services/ec2/view.h"

namespace sekisho::ec2::test {
namespace {

TEST(ForgetOld, erases_no_more_rows_at_once_than_fit_in_a_commit) {
    State state;
    for (int i = 0; i < 2500; ++i) state.client_tokens.put("RunInstances/" + std::to_string(i), {"digest", "r-1", 0});
    state.client_tokens.put("RunInstances/fresh", {"digest", "r-2", limits::client_token_ms + 1});
    for (std::size_t left : {1501u, 501u, 1u, 1u}) {
        forget_old(state, limits::client_token_ms + 1, limits::forgotten_per_change);
        EXPECT_EQ(state.client_tokens.size(), left);
    }
    EXPECT_TRUE(state.client_tokens.contains("RunInstances/fresh"));
    State before = state;
    for (int i = 0; i < 3000; ++i) state.client_tokens.put("RunInstances/" + std::to_string(i), {"digest", "r-1", 0});
    forget_old(state, limits::client_token_ms + 1);  // a reader's own copy: all of them
    EXPECT_EQ(state.client_tokens.size(), before.client_tokens.size());
}

TEST(ClientTokens, of_which_there_are_too_many_the_oldest_gives_way) {
    State state;
    for (std::size_t i = 0; i < limits::client_tokens; ++i)
        state.client_tokens.put("RunInstances/" + std::to_string(i),
                                {"digest", "r-1", 1'790'000'000'000 + static_cast<Millis>((i + 7) % limits::client_tokens)});
    const AddressPlan plan;
    const Place place{AccountId("123456789012"), Region("us-east-1"), find_region("us-east-1"), &plan};
    SeededEntropy entropy{1};
    AddressPool pool(elastic_addresses(plan));
    AddressLease lease(pool);
    Change change{state, place, from_epoch_millis(1'790'000'100'000), entropy, lease, "RunInstances", "digest"};
    change.remember("new", "r-2");
    EXPECT_EQ(state.client_tokens.size(), limits::client_tokens);
    EXPECT_TRUE(state.client_tokens.contains("RunInstances/new"));
    EXPECT_FALSE(state.client_tokens.contains("RunInstances/" + std::to_string(limits::client_tokens - 7)));
}

TEST(Lab, that_did_not_answer_is_brought_to_what_the_records_want_by_itself) {
    World world;
    world.make_network();
    world.lab.faults = 2;
    EXPECT_THROW(world.launch(world.private_subnet), Fault);
    std::string instance = world.ask("Action=DescribeInstances").value("instanceId");
    EXPECT_EQ(world.state_of(instance), "pending");
    world.loop.run_until([&] { return world.state_of(instance) == "running"; });  // the second attempt fails, too
    EXPECT_EQ(world.lab.faults, 0);

    world.lab.faults = 1;
    EXPECT_THROW(world.ask("Action=TerminateInstances&InstanceId.1=" + instance), Fault);
    EXPECT_EQ(world.state_of(instance), "shutting-down");
    world.loop.run_until([&] { return world.state_of(instance) == "terminated"; });
}

TEST(DryRun, that_is_no_boolean_is_refused_and_nothing_is_made) {
    World world;
    const std::string create = "Action=CreateVpc&CidrBlock=10.9.0.0/16&DryRun=";
    auto vpcs = [&] { return world.ask("Action=DescribeVpcs").values("vpcId").size(); };
    const std::size_t before = vpcs();
    for (const char* yes : {"true", "True", "TRUE"}) EXPECT_EQ(world.outcome(create + yes), "DryRunOperation") << yes;
    for (const char* neither : {"1", "yes", "", "0", "tru%65%20"})
        EXPECT_EQ(world.outcome(create + neither), "InvalidParameterValue") << neither;
    EXPECT_EQ(vpcs(), before);
    EXPECT_EQ(world.outcome(create + "False"), "ok");
    EXPECT_EQ(vpcs(), before + 1);
}

TEST(EndpointPolicy, that_is_empty_is_malformed_and_only_a_reset_opens_the_endpoint) {
    World world;
    world.make_network();
    const std::string deny =
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Principal%22%3A%22*%22%2C"
        "%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D%7D";
    std::string endpoint = world.make(
        "Action=CreateVpcEndpoint&ServiceName=com.amazonaws.us-east-1.s3&VpcId=" + world.vpc + "&PolicyDocument=" + deny,
        "vpcEndpointId");
    auto policy = [&] { return world.ask("Action=DescribeVpcEndpoints&VpcEndpointId.1=" + endpoint).value("policyDocument"); };
    const std::string closed = policy();
    EXPECT_EQ(world.outcome("Action=ModifyVpcEndpoint&PolicyDocument=&VpcEndpointId=" + endpoint), "InvalidPolicyDocument");
    EXPECT_EQ(policy(), closed);
    EXPECT_EQ(world.outcome("Action=ModifyVpcEndpoint&ResetPolicy=true&VpcEndpointId=" + endpoint), "ok");
    EXPECT_NE(policy(), closed);
}

TEST(KeyPairs, have_names_of_up_to_255_ascii_characters) {
    World world;
    const std::string create = "Action=CreateKeyPair&KeyType=ed25519&KeyName=";
    EXPECT_EQ(world.outcome(create + std::string(255, 'k')), "ok");
    EXPECT_EQ(world.outcome(create + std::string(256, 'k')), "InvalidParameterValue");
    EXPECT_EQ(world.outcome(create + std::string(3000, 'k')), "InvalidParameterValue");
    EXPECT_EQ(world.outcome(create + "%E9%96%A2"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=ImportKeyPair&PublicKeyMaterial=eA==&KeyName=" + std::string(256, 'k')),
              "InvalidParameterValue");
    EXPECT_EQ(world.outcome(create), "MissingParameter");
}

TEST(KeyPairs, are_limited_in_number) {
    State state;
    for (std::size_t i = 0; i + 1 < limits::key_pairs; ++i) state.key_pairs.put(std::to_string(i), {});
    EXPECT_TRUE(room_for_key_pair(state));
    state.key_pairs.put("last", {});
    EXPECT_EQ(room_for_key_pair(state).error().code, "ResourceLimitExceeded");
}

// What is sent to the lab, as it is written.
std::size_t written(const net::Vpc& vpc) {
    net::Vpc copy = vpc;
    for (auto& instance : copy.instances) instance.user_data = to_base64(instance.user_data);
    return nlohmann::json(copy).dump().size();
}

TEST(DesiredBytes, are_not_less_than_what_is_written) {
    World world;
    world.make_network();
    world.make("Action=CreateVpcEndpoint&ServiceName=com.amazonaws.us-east-1.s3&VpcId=" + world.vpc +
                   "&RouteTableId.1=" + world.private_table + "&RouteTableId.2=" + world.public_table,
               "vpcEndpointId");
    std::string group =
        world.make("Action=CreateSecurityGroup&GroupName=many&GroupDescription=d&VpcId=" + world.vpc, "groupId");
    std::string rules = "Action=AuthorizeSecurityGroupIngress&GroupId=" + group;
    for (int i = 1; i <= 60; ++i) {
        std::string n = "&IpPermissions." + std::to_string(i);
        rules += n + ".IpProtocol=tcp" + n + ".FromPort=65000" + n + ".ToPort=65" + std::to_string(100 + i) + n +
                 ".IpRanges.1.CidrIp=203.0.113." + std::to_string(100 + i) + "/32";
    }
    world.make(rules, "return");
    std::string data(16000, 'x');
    for (int i = 0; i < 3; ++i)
        world.launch(world.private_subnet, "&SecurityGroupId.1=" + group + "&UserData=" + to_base64(data));
    std::size_t sent = 0;
    for (const auto& vpc : world.lab.desired.vpcs) sent += written(vpc);
    std::size_t bound = 0;
    for (const auto& placed : world.ec2->snapshot()) bound += desired_bytes(placed.place, *placed.state);
    EXPECT_GT(sent, 3 * data.size());
    EXPECT_GE(bound, sent);
    EXPECT_LT(bound, 4 * sent);
}

TEST(Desired, that_the_lab_would_not_take_is_refused_while_taking_away_goes_on) {
    World world;
    std::string data = to_base64(std::string(limits::user_data_bytes, 'x')), last, outcome = "ok";
    for (const RegionInfo& region : regions()) {
        world.region = Region(region.name);
        Said said =
            world.ask("Action=RunInstances&MinCount=200&MaxCount=200&InstanceType=t3.micro&ImageId=" + world.image() +
                      "&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.AssociatePublicIpAddress=false&UserData=" + data);
        outcome = said.status == 200 ? "ok" : said.code();
        if (outcome != "ok") break;
        last = said.value("instanceId");
    }
    EXPECT_EQ(outcome, "ResourceLimitExceeded");
    EXPECT_EQ(world.ask("Action=DescribeInstances").values("instanceId").size(), 0u);
    std::size_t sent = 0;
    for (const auto& vpc : world.lab.desired.vpcs) sent += written(vpc);
    EXPECT_LT(sent, 60u << 20);
    EXPECT_EQ(world.outcome("Action=CreateVpc&CidrBlock=10.9.0.0/16"), "ok") << "what fits still does";
    const Region refused = std::exchange(world.region, Region("us-east-1"));
    std::string terminate = "Action=TerminateInstances";
    auto ids = world.ask("Action=DescribeInstances").values("instanceId");
    for (std::size_t i = 0; i < ids.size(); ++i) terminate += "&InstanceId." + std::to_string(i + 1) + "=" + ids[i];
    EXPECT_EQ(world.outcome(terminate), "ok");
    world.region = refused;
    EXPECT_EQ(world.outcome("Action=RunInstances&MinCount=200&MaxCount=200&InstanceType=t3.micro&ImageId=" + world.image() +
                            "&UserData=" + data),
              "ok")
        << "there is room again";
}

TEST(Desired, has_the_security_groups_that_somebody_has) {
    World world;
    world.make_network();
    for (const char* name : {"a", "b"})
        world.make(std::string("Action=CreateSecurityGroup&GroupDescription=d&GroupName=") + name + "&VpcId=" + world.vpc,
                   "groupId");
    world.launch(world.private_subnet);
    ASSERT_EQ(world.lab.desired.vpcs.size(), 1u);
    EXPECT_EQ(world.lab.desired.vpcs[0].security_groups.size(), 1u);  // the VPC's default group
}

}  // namespace
}  // namespace sekisho::ec2::test
