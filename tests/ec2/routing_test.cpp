#include "ec2/world.h"

namespace sekisho::ec2::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using Target = net::Route::Target;

const net::Vpc& only_vpc(const World& world) { return world.lab.desired.vpcs.at(0); }

const net::RouteTable& table(const World& world, const std::string& id) {
    for (const net::RouteTable& table : only_vpc(world).route_tables)
        if (table.id == id) return table;
    throw std::runtime_error("no table " + id);
}

TEST(Network, ReachesTheLabBeforeTheAnswer) {
    World world;
    world.make_network();
    const net::Vpc& vpc = only_vpc(world);
    EXPECT_EQ(vpc.id, world.vpc);
    EXPECT_EQ(vpc.account, "123456789012");
    EXPECT_EQ(vpc.region, "us-east-1");
    EXPECT_THAT(vpc.cidrs, ElementsAre("10.0.0.0/16"));
    EXPECT_EQ(vpc.internet_gateway, world.igw);
    ASSERT_THAT(vpc.subnets, SizeIs(2));
    for (const net::Subnet& subnet : vpc.subnets)
        EXPECT_EQ(subnet.route_table, subnet.id == world.public_subnet ? world.public_table : world.private_table);
    ASSERT_THAT(table(world, world.public_table).routes, SizeIs(1));
    EXPECT_EQ(table(world, world.public_table).routes[0].target, Target::internet_gateway);
    EXPECT_EQ(table(world, world.private_table).routes.at(0).target, Target::nat_gateway);
    EXPECT_EQ(table(world, world.private_table).routes.at(0).target_id, world.nat);
    ASSERT_THAT(vpc.nat_gateways, SizeIs(1));
    EXPECT_EQ(vpc.nat_gateways[0].private_ip, "10.0.1.4");
    EXPECT_EQ(vpc.nat_gateways[0].public_ip, "203.0.113.10");
    EXPECT_THAT(vpc.interfaces, SizeIs(0)) << "a NAT gateway's interface is its own, not an instance's";
}

TEST(NatGateway, IsAvailableAtOnceAndHoldsItsAddress) {
    World world;
    world.make_network();
    Said nat = world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + world.nat);
    EXPECT_EQ(nat.value("state"), "available");
    EXPECT_EQ(nat.value("allocationId"), world.allocation);
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&AllocationId=" + world.allocation), "InvalidIPAddress.InUse");
    EXPECT_EQ(world.outcome("Action=DisassociateAddress&AssociationId=" + nat.value("associationId")), "AuthFailure");
    Said second = world.ask("Action=CreateNatGateway&SubnetId=" + world.public_subnet + "&AllocationId=" + world.allocation);
    EXPECT_EQ(second.value("state"), "pending");
    Said failed = world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + second.value("natGatewayId"));
    EXPECT_EQ(failed.value("state"), "failed");
    EXPECT_EQ(failed.value("failureCode"), "Resource.AlreadyAssociated");
    EXPECT_EQ(failed.value("failureMessage"), "Elastic IP address [" + world.allocation + "] is already associated");
    Said interface = world.ask("Action=DescribeNetworkInterfaces&NetworkInterfaceId.1=" + nat.value("networkInterfaceId"));
    EXPECT_EQ(interface.value("interfaceType"), "nat_gateway");
    EXPECT_EQ(interface.value("description"), "Interface for NAT Gateway " + world.nat);
    EXPECT_EQ(interface.value("requesterManaged"), "true");
}

TEST(NatGateway, WhenDeletedFreesItsAddressAndStaysVisibleForAnHour) {
    World world;
    world.make_network();
    EXPECT_EQ(world.outcome("Action=DeleteNatGateway&NatGatewayId=" + world.nat), "ok");
    Said gone = world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + world.nat);
    EXPECT_EQ(gone.value("state"), "deleted");
    EXPECT_NE(gone.value("deleteTime"), "");
    EXPECT_THAT(only_vpc(world).nat_gateways, SizeIs(0));
    EXPECT_EQ(table(world, world.private_table).routes.at(0).target, Target::blackhole);
    EXPECT_TRUE(world.ask("Action=DescribeRouteTables&RouteTableId.1=" + world.private_table).has("<state>blackhole</state>"));
    EXPECT_FALSE(world.ask("Action=DescribeAddresses").has("associationId"));
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&AllocationId=" + world.allocation), "ok");
    EXPECT_EQ(world.outcome("Action=DeleteSubnet&SubnetId=" + world.public_subnet), "ok") << "its interface is gone";
    world.clock.advance(std::chrono::hours(1) + std::chrono::seconds(1));
    Said forgotten = world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + world.nat);
    EXPECT_EQ(forgotten.code(), "NatGatewayNotFound");
    EXPECT_EQ(forgotten.message(), "The Nat Gateway " + world.nat + " was not found");
}

TEST(NatGateway, ThatTheLabCannotBuildHasFailedAndSaysWhy) {
    World world;
    world.make_network();
    world.lab.nat_error = "no more namespaces";
    std::string allocation = world.make("Action=AllocateAddress", "allocationId");
    std::string id =
        world.make("Action=CreateNatGateway&SubnetId=" + world.public_subnet + "&AllocationId=" + allocation, "natGatewayId");
    Said nat = world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + id);
    EXPECT_EQ(nat.value("state"), "failed");
    EXPECT_EQ(nat.value("failureMessage"), "no more namespaces");
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&AllocationId=" + allocation), "ok");
    EXPECT_THAT(only_vpc(world).nat_gateways, SizeIs(1)) << "the lab is told to forget it";
    EXPECT_EQ(world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + world.nat).value("state"), "available");
}

TEST(NatGateway, NeedsAnAddressAndAnInternetGateway) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string subnet = world.make("Action=CreateSubnet&CidrBlock=10.0.1.0/24&VpcId=" + vpc, "subnetId");
    std::string allocation = world.make("Action=AllocateAddress", "allocationId");
    std::string create = "Action=CreateNatGateway&SubnetId=" + subnet;
    EXPECT_EQ(world.outcome(create), "MissingParameter");
    std::string failed = world.make(create + "&AllocationId=" + allocation, "natGatewayId");
    EXPECT_EQ(world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + failed).value("failureCode"), "Gateway.NotAttached");
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&AllocationId=" + allocation), "ok");
    EXPECT_EQ(world.outcome("Action=DeleteNatGateway&NatGatewayId=" + failed), "ok");
    EXPECT_EQ(world.ask("Action=DescribeNatGateways&NatGatewayId.1=" + failed).value("state"), "deleted");
    EXPECT_EQ(world.outcome(create + "&AllocationId=eipalloc-0123456789abcdef0"), "InvalidAllocationID.NotFound");
    EXPECT_EQ(world.outcome(create + "&ConnectivityType=private"), "ok");
}

TEST(NatGateway, MadeTwiceWithOneTokenIsOne) {
    World world;
    world.make_network();
    std::string second = world.make("Action=AllocateAddress", "allocationId");
    std::string create = "Action=CreateNatGateway&ClientToken=abc&SubnetId=" + world.public_subnet + "&AllocationId=";
    std::string id = world.make(create + second, "natGatewayId");
    EXPECT_EQ(world.make(create + second, "natGatewayId"), id);
    Said other = world.ask(create + world.allocation);
    EXPECT_EQ(other.code(), "IdempotentParameterMismatch");
}

TEST(InternetGateway, IsAttachedToOneVpcAndAVpcHasOne) {
    World world;
    world.make_network();
    std::string other = world.make("Action=CreateInternetGateway", "internetGatewayId");
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.1.0.0/16", "vpcId");
    EXPECT_EQ(world.outcome("Action=AttachInternetGateway&InternetGatewayId=" + world.igw + "&VpcId=" + vpc),
              "Resource.AlreadyAssociated");
    EXPECT_EQ(world.outcome("Action=AttachInternetGateway&InternetGatewayId=" + other + "&VpcId=" + world.vpc),
              "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=DetachInternetGateway&InternetGatewayId=" + other + "&VpcId=" + vpc),
              "Gateway.NotAttached");
    EXPECT_EQ(world.outcome("Action=DeleteInternetGateway&InternetGatewayId=" + world.igw), "DependencyViolation");
    EXPECT_EQ(world.outcome("Action=DetachInternetGateway&InternetGatewayId=" + world.igw + "&VpcId=" + world.vpc),
              "DependencyViolation")
        << "the NAT gateway's address is mapped";
    EXPECT_EQ(world.outcome("Action=DeleteInternetGateway&InternetGatewayId=" + other), "ok");
}

TEST(Route, IsMadeReplacedAndDeleted) {
    World world;
    world.make_network();
    std::string on_table = "&RouteTableId=" + world.private_table + "&DestinationCidrBlock=";
    Said again = world.ask("Action=CreateRoute&GatewayId=" + world.igw + on_table + "0.0.0.0/0");
    EXPECT_EQ(again.code(), "RouteAlreadyExists");
    EXPECT_EQ(again.message(), "The route identified by 0.0.0.0/0 already exists.");
    EXPECT_EQ(world.outcome("Action=ReplaceRoute&GatewayId=" + world.igw + on_table + "0.0.0.0/0"), "ok");
    EXPECT_EQ(table(world, world.private_table).routes.at(0).target, Target::internet_gateway);
    EXPECT_EQ(world.outcome("Action=ReplaceRoute&GatewayId=" + world.igw + on_table + "8.8.8.0/24"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=DeleteRoute" + on_table + "0.0.0.0/0"), "ok");
    Said gone = world.ask("Action=DeleteRoute" + on_table + "0.0.0.0/0");
    EXPECT_EQ(gone.code(), "InvalidRoute.NotFound");
    EXPECT_EQ(gone.message(), "no route with destination-cidr-block 0.0.0.0/0 in route table " + world.private_table);
    EXPECT_EQ(world.outcome("Action=DeleteRoute" + on_table + "10.0.0.0/16"), "InvalidParameterValue") << "the local route";
}

TEST(Route, NeedsOneTargetOfItsOwnVpc) {
    World world;
    world.make_network();
    std::string on_table = "Action=CreateRoute&DestinationCidrBlock=8.8.8.0/24&RouteTableId=" + world.private_table;
    EXPECT_EQ(world.outcome(on_table), "MissingParameter");
    EXPECT_EQ(world.outcome(on_table + "&GatewayId=" + world.igw + "&NatGatewayId=" + world.nat),
              "InvalidParameterCombination");
    EXPECT_EQ(world.outcome(on_table + "&GatewayId=igw-0123456789abcdef0"), "InvalidInternetGatewayID.NotFound");
    EXPECT_EQ(world.outcome(on_table + "&NatGatewayId=nat-0123456789abcdef0"), "InvalidNatGatewayID.NotFound");
    std::string foreign =
        world
            .ask("Action=DescribeInternetGateways&Filter.1.Name=attachment.vpc-id&Filter.1.Value.1=" +
                 world.ask("Action=DescribeVpcs&Filter.1.Name=is-default&Filter.1.Value.1=true").value("vpcId"))
            .value("internetGatewayId");
    EXPECT_EQ(world.outcome(on_table + "&GatewayId=" + foreign), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=CreateRoute&DestinationCidrBlock=10.0.0.0/16&RouteTableId=" + world.private_table +
                            "&GatewayId=" + world.igw),
              "RouteAlreadyExists");
    EXPECT_EQ(world.outcome("Action=CreateRoute&DestinationIpv6CidrBlock=::/0&RouteTableId=" + world.private_table +
                            "&GatewayId=" + world.igw),
              "NotImplemented");
}

TEST(Route, LimitIsFiftyPerTable) {
    World world;
    world.make_network();
    std::string create =
        "Action=CreateRoute&GatewayId=" + world.igw + "&RouteTableId=" + world.public_table + "&DestinationCidrBlock=";
    for (int i = 1; i < 50; ++i) ASSERT_EQ(world.outcome(create + "8.8." + std::to_string(i) + ".0/24"), "ok");
    EXPECT_EQ(world.outcome(create + "9.0.0.0/24"), "RouteLimitExceeded");
}

TEST(RouteTable, AssociationMovesASubnet) {
    World world;
    world.make_network();
    Said tables =
        world.ask("Action=DescribeRouteTables&Filter.1.Name=association.subnet-id&Filter.1.Value.1=" + world.private_subnet);
    std::string association = tables.value("routeTableAssociationId");
    std::string associate = "Action=AssociateRouteTable&SubnetId=" + world.private_subnet + "&RouteTableId=";
    EXPECT_EQ(world.make(associate + world.private_table, "associationId"), association) << "the same association again";
    EXPECT_EQ(world.outcome(associate + world.public_table), "Resource.AlreadyAssociated");
    std::string moved =
        world.make("Action=ReplaceRouteTableAssociation&AssociationId=" + association + "&RouteTableId=" + world.public_table,
                   "newAssociationId");
    EXPECT_NE(moved, association);
    for (const net::Subnet& subnet : only_vpc(world).subnets) EXPECT_EQ(subnet.route_table, world.public_table);
    EXPECT_EQ(world.outcome("Action=DisassociateRouteTable&AssociationId=" + association), "InvalidAssociationID.NotFound");
    EXPECT_EQ(world.outcome("Action=DisassociateRouteTable&AssociationId=" + moved), "ok");
    EXPECT_EQ(world.outcome("Action=DeleteRouteTable&RouteTableId=" + world.private_table), "ok");
    EXPECT_EQ(world.outcome("Action=DeleteRouteTable&RouteTableId=" + world.public_table), "DependencyViolation");
}

TEST(RouteTable, MainAssociationIsReplacedNotRemoved) {
    World world;
    world.make_network();
    Said main = world.ask(
        "Action=DescribeRouteTables&Filter.1.Name=association.main&Filter.1.Value.1=true&Filter.2.Name=vpc-id&Filter.2.Value."
        "1=" +
        world.vpc);
    std::string association = main.value("routeTableAssociationId");
    EXPECT_EQ(world.outcome("Action=DisassociateRouteTable&AssociationId=" + association), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=ReplaceRouteTableAssociation&AssociationId=" + association +
                            "&RouteTableId=" + world.public_table),
              "ok");
    Said now = world.ask("Action=DescribeRouteTables&RouteTableId.1=" + world.public_table);
    EXPECT_THAT(now.values("main"), testing::UnorderedElementsAre("true", "false"));
    EXPECT_EQ(world.outcome("Action=DeleteRouteTable&RouteTableId=" + main.value("routeTableId")), "ok");
}

struct EndpointTest : testing::Test {
    World world;
    std::string create;
    EndpointTest() {
        world.make_network();
        create = "Action=CreateVpcEndpoint&ServiceName=com.amazonaws.us-east-1.s3&VpcId=" + world.vpc;
    }
};

TEST_F(EndpointTest, IsShownWithItsDefaultPolicyAndRoutes) {
    Said made = world.ask(create + "&RouteTableId.1=" + world.private_table);
    ASSERT_EQ(made.status, 200) << made;
    EXPECT_EQ(made.value("state"), "available");
    EXPECT_EQ(made.value("vpcEndpointType"), "Gateway");
    EXPECT_EQ(made.value("policyDocument"),
              R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})");
    Said table = world.ask("Action=DescribeRouteTables&RouteTableId.1=" + world.private_table);
    EXPECT_TRUE(
        table.has("<destinationPrefixListId>pl-63a5400a</destinationPrefixListId><gatewayId>" + made.value("vpcEndpointId")))
        << table;
    ASSERT_THAT(only_vpc(world).endpoints, SizeIs(1));
    EXPECT_THAT(only_vpc(world).endpoints[0].prefixes, ElementsAre("198.18.0.0/22"));
    EXPECT_THAT(only_vpc(world).endpoints[0].route_tables, ElementsAre(world.private_table));
}

TEST_F(EndpointTest, OfTheSameServiceCannotShareARouteTable) {
    std::string first = world.make(create + "&RouteTableId.1=" + world.private_table, "vpcEndpointId");
    Said again = world.ask(create + "&RouteTableId.1=" + world.private_table);
    EXPECT_EQ(again.code(), "RouteAlreadyExists");
    EXPECT_EQ(again.message(),
              "route table " + world.private_table + " already has a route with destination-prefix-list-id pl-63a5400a");
    std::string second = world.make(create + "&RouteTableId.1=" + world.public_table, "vpcEndpointId");
    EXPECT_NE(first, second);
    EXPECT_THAT(only_vpc(world).endpoints, SizeIs(2));
}

TEST_F(EndpointTest, IsGoneOnceDeletedWithItsRoutes) {
    std::string id = world.make(create + "&RouteTableId.1=" + world.private_table, "vpcEndpointId");
    Said deleted = world.ask("Action=DeleteVpcEndpoints&VpcEndpointId.1=" + id + "&VpcEndpointId.2=vpce-0123456789abcdef0");
    EXPECT_EQ(deleted.status, 200);
    EXPECT_EQ(deleted.values("resourceId"), std::vector<std::string>{"vpce-0123456789abcdef0"});
    EXPECT_EQ(deleted.value("code"), "InvalidVpcEndpointId.NotFound");
    EXPECT_THAT(only_vpc(world).endpoints, SizeIs(0));
    EXPECT_FALSE(world.ask("Action=DescribeRouteTables").has("pl-63a5400a"));
    EXPECT_EQ(world.outcome("Action=DescribeVpcEndpoints&VpcEndpointId.1=" + id), "InvalidVpcEndpointId.NotFound");
    EXPECT_EQ(world.ec2->endpoint_policy(world.caller.account, world.region, VpceId(id)), nullptr);
}

TEST_F(EndpointTest, PolicyAndRouteTablesAreModified) {
    std::string id = world.make(create + "&RouteTableId.1=" + world.private_table, "vpcEndpointId");
    std::string policy =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]})";
    std::string modify = "Action=ModifyVpcEndpoint&VpcEndpointId=" + id;
    EXPECT_EQ(world.outcome(modify + "&PolicyDocument=" + policy + "&RemoveRouteTableId.1=" + world.private_table +
                            "&AddRouteTableId.1=" + world.public_table),
              "ok");
    EXPECT_EQ(world.ask("Action=DescribeVpcEndpoints").value("policyDocument"), policy);
    EXPECT_EQ(policy::source(*world.ec2->endpoint_policy(world.caller.account, world.region, VpceId(id))), policy);
    EXPECT_THAT(only_vpc(world).endpoints.at(0).route_tables, ElementsAre(world.public_table));
    EXPECT_EQ(world.outcome(modify + "&PolicyDocument=no-policy"), "InvalidPolicyDocument");
    EXPECT_EQ(world.outcome(modify + "&ResetPolicy=true&PolicyDocument=" + policy), "InvalidParameterCombination");
    EXPECT_EQ(world.outcome(modify + "&ResetPolicy=true"), "ok");
    EXPECT_TRUE(world.ask("Action=DescribeVpcEndpoints").has("2008-10-17"));
    world.restart();
    EXPECT_NE(world.ec2->endpoint_policy(world.caller.account, world.region, VpceId(id)), nullptr)
        << "compiled again from its row";
}

TEST_F(EndpointTest, WithATokenIsMadeOnce) {
    std::string id = world.make(create + "&ClientToken=t1", "vpcEndpointId");
    EXPECT_EQ(world.make(create + "&ClientToken=t1", "vpcEndpointId"), id);
    EXPECT_EQ(world.outcome(create + "&ClientToken=t1&RouteTableId.1=" + world.private_table), "IdempotentParameterMismatch");
}

TEST_F(EndpointTest, RefusesOtherServicesTypesAndNetworks) {
    EXPECT_EQ(world.outcome("Action=CreateVpcEndpoint&ServiceName=com.amazonaws.eu-west-1.s3&VpcId=" + world.vpc),
              "InvalidServiceName");
    EXPECT_EQ(world.outcome(create + "&VpcEndpointType=Interface"), "NotImplemented");
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.1.0.0/16", "vpcId");
    std::string foreign = world.make("Action=CreateRouteTable&VpcId=" + vpc, "routeTableId");
    EXPECT_EQ(world.outcome(create + "&RouteTableId.1=" + foreign), "InvalidParameter");
    EXPECT_EQ(world.outcome(create + "&RouteTableId.1=rtb-0123456789abcdef0"), "InvalidRouteTableId.NotFound");
    EXPECT_EQ(world.outcome("Action=CreateVpcEndpoint&ServiceName=com.amazonaws.us-east-1.s3&VpcId=vpc-0123456789abcdef0"),
              "InvalidVpcId.NotFound");
}

TEST_F(EndpointTest, LimitIsTwentyPerRegion) {
    for (int i = 0; i < 20; ++i) ASSERT_EQ(world.outcome(create), "ok");
    EXPECT_EQ(world.outcome(create), "VpcEndpointLimitExceeded");
}

TEST_F(EndpointTest, ThatTheLabCannotBuildHasFailed) {
    std::string id = world.make(create, "vpcEndpointId");
    world.lab.errors[id] = "its listener could not be opened";
    world.make("Action=ModifyVpcEndpoint&VpcEndpointId=" + id + "&AddRouteTableId.1=" + world.private_table, "return");
    Said shown = world.ask("Action=DescribeVpcEndpoints");
    EXPECT_EQ(shown.value("state"), "failed");
    EXPECT_EQ(shown.value("message"), "its listener could not be opened");
}

TEST_F(EndpointTest, KeepsItsVpcAndItsTableAlive) {
    std::string id = world.make(create, "vpcEndpointId");
    EXPECT_EQ(world.outcome("Action=DeleteVpc&VpcId=" + world.vpc), "DependencyViolation");
    std::string table = world.make("Action=CreateRouteTable&VpcId=" + world.vpc, "routeTableId");
    world.make("Action=ModifyVpcEndpoint&VpcEndpointId=" + id + "&AddRouteTableId.1=" + table, "return");
    EXPECT_EQ(world.outcome("Action=DeleteRouteTable&RouteTableId=" + table), "ok");
    EXPECT_FALSE(world.ask("Action=DescribeVpcEndpoints").has(table));
}

}  // namespace
}  // namespace sekisho::ec2::test
