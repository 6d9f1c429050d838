#include "ec2/world.h"

namespace sekisho::ec2::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Vpc, IsShownAsItWasMade) {
    World world;
    Said made = world.ask(
        "Action=CreateVpc&CidrBlock=10.0.0.0/20&TagSpecification.1.ResourceType=vpc"
        "&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=one");
    EXPECT_EQ(made.status, 200);
    EXPECT_TRUE(
        made.has("<CreateVpcResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
                 "<requestId>0c0ffee0-0000-4000-8000-000000000001</requestId><vpc><vpcId>vpc-0"))
        << made;
    std::string id = made.value("vpcId");
    Said shown = world.ask("Action=DescribeVpcs&VpcId.1=" + id);
    EXPECT_EQ(shown.value("vpcId"), id);
    EXPECT_EQ(shown.value("ownerId"), "123456789012");
    EXPECT_EQ(shown.value("cidrBlock"), "10.0.0.0/20");
    EXPECT_EQ(shown.value("isDefault"), "false");
    EXPECT_TRUE(shown.has("<tagSet><item><key>Name</key><value>one</value></item></tagSet>")) << shown;
}

TEST(Vpc, KeepsTheNetworkAddressOfACidrWithHostBits) {
    World world;
    EXPECT_EQ(world.make("Action=CreateVpc&CidrBlock=10.0.3.7/16", "cidrBlock"), "10.0.0.0/16");
}

TEST(Vpc, BringsAMainRouteTableADefaultGroupAndADefaultAcl) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string of_vpc = "&Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc;
    Said table = world.ask("Action=DescribeRouteTables" + of_vpc + "&Filter.2.Name=association.main&Filter.2.Value.1=true");
    EXPECT_TRUE(table.has("<destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId>")) << table;
    Said group = world.ask("Action=DescribeSecurityGroups" + of_vpc + "&Filter.2.Name=group-name&Filter.2.Value.1=default");
    EXPECT_EQ(group.value("groupDescription"), "default VPC security group");
    Said acl = world.ask("Action=DescribeNetworkAcls" + of_vpc + "&Filter.2.Name=default&Filter.2.Value.1=true");
    EXPECT_THAT(acl.values("ruleNumber"), ElementsAre("100", "32767", "100", "32767"));
}

TEST(Vpc, RefusesBlocksThatNoVpcCanHave) {
    World world;
    for (const char* cidr : {"10.0.0.0/15", "10.0.0.0/29", "127.0.0.0/16", "169.254.0.0/16", "224.0.0.0/16", "0.0.0.0/16"})
        EXPECT_EQ(world.outcome(std::string("Action=CreateVpc&CidrBlock=") + cidr), "InvalidVpc.Range") << cidr;
    for (const char* cidr : {"10.0.0.0", "10.0.0.0/33", "fd00::/64", "ten", "10.0.0.0/1x"})
        EXPECT_EQ(world.outcome(std::string("Action=CreateVpc&CidrBlock=") + cidr), "InvalidParameterValue") << cidr;
    EXPECT_EQ(world.ask("Action=CreateVpc").message(), "The request must contain the parameter cidrBlock");
}

TEST(Vpc, ThatIsNotThereOrNotAnIdIsToldApart) {
    World world;
    Said missing = world.ask("Action=DescribeVpcs&VpcId.1=vpc-0123456789abcdef0");
    EXPECT_EQ(missing.status, 400);
    EXPECT_EQ(missing.code(), "InvalidVpcID.NotFound");
    EXPECT_EQ(missing.message(), "The vpc ID 'vpc-0123456789abcdef0' does not exist");
    Said both = world.ask("Action=DescribeVpcs&VpcId.1=vpc-0123456789abcdef0&VpcId.2=vpc-0123456789abcdef1");
    EXPECT_EQ(both.message(), "The vpc IDs 'vpc-0123456789abcdef0, vpc-0123456789abcdef1' do not exist");
    for (const char* id : {"vpc-xyz", "subnet-0123456789abcdef0", "vpc-", "VPC-0123456789abcdef0", "vpc-0123456789ABCDEF0"})
        EXPECT_EQ(world.outcome(std::string("Action=DeleteVpc&VpcId=") + id), "InvalidVpcID.Malformed") << id;
}

TEST(Vpc, CanOnlyBeDeletedWhenItIsEmpty) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string subnet = world.make("Action=CreateSubnet&CidrBlock=10.0.1.0/24&VpcId=" + vpc, "subnetId");
    Said refused = world.ask("Action=DeleteVpc&VpcId=" + vpc);
    EXPECT_EQ(refused.code(), "DependencyViolation");
    EXPECT_EQ(refused.message(), "The vpc '" + vpc + "' has dependencies and cannot be deleted.");
    world.make("Action=DeleteSubnet&SubnetId=" + subnet, "return");
    std::string igw = world.make("Action=CreateInternetGateway", "internetGatewayId");
    world.make("Action=AttachInternetGateway&InternetGatewayId=" + igw + "&VpcId=" + vpc, "return");
    EXPECT_EQ(world.outcome("Action=DeleteVpc&VpcId=" + vpc), "DependencyViolation");
    world.make("Action=DetachInternetGateway&InternetGatewayId=" + igw + "&VpcId=" + vpc, "return");
    std::string group = world.make("Action=CreateSecurityGroup&GroupName=g&GroupDescription=d&VpcId=" + vpc, "groupId");
    EXPECT_EQ(world.outcome("Action=DeleteVpc&VpcId=" + vpc), "DependencyViolation");
    world.make("Action=DeleteSecurityGroup&GroupId=" + group, "return");
    EXPECT_EQ(world.outcome("Action=DeleteVpc&VpcId=" + vpc), "ok");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&VpcId.1=" + vpc), "InvalidVpcID.NotFound");
    EXPECT_FALSE(world.ask("Action=DescribeRouteTables").has(vpc));
}

TEST(Vpc, LimitIsTwoHundred) {
    World world;
    for (int i = 1; i < 200; ++i)  // the default VPC is one
        ASSERT_EQ(world.outcome("Action=CreateVpc&CidrBlock=10.0.0.0/16"), "ok") << i;
    EXPECT_EQ(world.outcome("Action=CreateVpc&CidrBlock=10.0.0.0/16"), "VpcLimitExceeded");
}

TEST(Vpc, AttributesAreReadAndChangedOneByOne) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string read = "Action=DescribeVpcAttribute&VpcId=" + vpc + "&Attribute=";
    EXPECT_TRUE(world.ask(read + "enableDnsSupport").has("<enableDnsSupport><value>true</value></enableDnsSupport>"));
    EXPECT_TRUE(world.ask(read + "enableDnsHostnames").has("<enableDnsHostnames><value>false</value></enableDnsHostnames>"));
    std::string write = "Action=ModifyVpcAttribute&VpcId=" + vpc;
    EXPECT_EQ(world.outcome(write + "&EnableDnsHostnames.Value=true"), "ok");
    EXPECT_TRUE(world.ask(read + "enableDnsHostnames").has("<value>true</value>"));
    EXPECT_EQ(world.outcome(write + "&EnableDnsHostnames.Value=true&EnableDnsSupport.Value=true"),
              "InvalidParameterCombination");
    EXPECT_EQ(world.outcome(write), "MissingParameter");
    EXPECT_EQ(world.outcome(write + "&EnableDnsSupport.Value=maybe"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome(read + "enableMagic"), "InvalidParameterValue");
}

TEST(Vpc, TakesFurtherBlocksAndGivesThemBack) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string add = "Action=AssociateVpcCidrBlock&VpcId=" + vpc + "&CidrBlock=";
    EXPECT_EQ(world.outcome(add + "10.0.128.0/20"), "InvalidVpc.Conflict");
    std::string association = world.make(add + "10.1.0.0/16", "associationId");
    std::string subnet = world.make("Action=CreateSubnet&CidrBlock=10.1.1.0/24&VpcId=" + vpc, "subnetId");
    EXPECT_EQ(world.outcome("Action=DisassociateVpcCidrBlock&AssociationId=" + association), "DependencyViolation");
    world.make("Action=DeleteSubnet&SubnetId=" + subnet, "return");
    EXPECT_EQ(world.outcome("Action=DisassociateVpcCidrBlock&AssociationId=" + association), "ok");
    for (int i = 2; i <= 5; ++i) ASSERT_EQ(world.outcome(add + "10." + std::to_string(i) + ".0.0/16"), "ok");
    EXPECT_EQ(world.outcome(add + "10.9.0.0/16"), "CidrLimitExceeded");
    std::string primary = world.ask("Action=DescribeVpcs&VpcId.1=" + vpc).value("associationId");
    EXPECT_EQ(world.outcome("Action=DisassociateVpcCidrBlock&AssociationId=" + primary), "OperationNotPermitted");
}

TEST(DefaultVpc, IsThereInEveryRegionWithAPublicSubnetInThreeZones) {
    World world;
    world.region = Region("ap-northeast-1");
    Said vpc = world.ask("Action=DescribeVpcs&Filter.1.Name=is-default&Filter.1.Value.1=true");
    EXPECT_EQ(vpc.value("cidrBlock"), "172.31.0.0/16");
    Said subnets = world.ask("Action=DescribeSubnets&Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc.value("vpcId"));
    EXPECT_THAT(subnets.values("availabilityZone"),
                testing::UnorderedElementsAre("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"));
    EXPECT_THAT(subnets.values("mapPublicIpOnLaunch"), testing::Each("true"));
    EXPECT_EQ(world.outcome("Action=CreateDefaultVpc"), "DefaultVpcAlreadyExists");
}

TEST(DefaultVpc, IsNotBuiltUntilSomethingRunsInIt) {
    World world;
    world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    EXPECT_THAT(world.lab.desired.vpcs, SizeIs(1));
    world.make("Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&ImageId=" + world.image(), "instanceId");
    EXPECT_THAT(world.lab.desired.vpcs, SizeIs(2));
}

TEST(DefaultVpc, StaysDeletedAndCanBeMadeAgain) {
    World world;
    Said vpc = world.ask("Action=DescribeVpcs");
    std::string id = vpc.value("vpcId");
    std::string igw = world.ask("Action=DescribeInternetGateways").value("internetGatewayId");
    world.make("Action=DetachInternetGateway&InternetGatewayId=" + igw + "&VpcId=" + id, "return");
    for (const std::string& subnet : world.ask("Action=DescribeSubnets").values("subnetId"))
        world.make("Action=DeleteSubnet&SubnetId=" + subnet, "return");
    world.make("Action=DeleteVpc&VpcId=" + id, "return");
    world.restart();
    EXPECT_FALSE(world.ask("Action=DescribeVpcs").has("<item>"));
    EXPECT_EQ(world.outcome("Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&ImageId=" + world.image()),
              "VPCIdNotSpecified");
    EXPECT_EQ(world.make("Action=CreateDefaultVpc", "isDefault"), "true");
}

TEST(Subnet, MustLieInItsVpcBesideTheOthers) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string create = "Action=CreateSubnet&VpcId=" + vpc + "&CidrBlock=";
    EXPECT_EQ(world.outcome(create + "10.0.1.0/24"), "ok");
    EXPECT_EQ(world.ask(create + "10.1.1.0/24").message(), "The CIDR '10.1.1.0/24' is invalid.");
    EXPECT_EQ(world.outcome(create + "10.1.1.0/24"), "InvalidSubnet.Range");
    EXPECT_EQ(world.outcome(create + "10.0.9.0/29"), "InvalidSubnet.Range");
    EXPECT_EQ(world.ask(create + "10.0.0.0/20").message(), "The CIDR '10.0.0.0/20' conflicts with another subnet");
    EXPECT_EQ(world.outcome(create + "10.0.0.0/20"), "InvalidSubnet.Conflict");
    EXPECT_EQ(world.outcome(create + "10.0.2.0/24&AvailabilityZone=eu-west-1a"), "InvalidParameterValue");
    EXPECT_EQ(world.make(create + "10.0.2.0/24&AvailabilityZoneId=use1-az3", "availabilityZone"), "us-east-1c");
    EXPECT_EQ(world.outcome("Action=CreateSubnet&VpcId=vpc-0123456789abcdef0&CidrBlock=10.0.1.0/24"), "InvalidVpcID.NotFound");
}

TEST(Subnet, CountsItsFreeAddresses) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    Said subnet = world.ask("Action=CreateSubnet&CidrBlock=10.0.1.0/28&VpcId=" + vpc);
    EXPECT_EQ(subnet.value("availableIpAddressCount"), "11");
    world.launch(subnet.value("subnetId"));
    EXPECT_EQ(world.ask("Action=DescribeSubnets&SubnetId.1=" + subnet.value("subnetId")).value("availableIpAddressCount"),
              "10");
    EXPECT_EQ(world.outcome("Action=DeleteSubnet&SubnetId=" + subnet.value("subnetId")), "DependencyViolation");
}

TEST(Subnet, IsMadePublicByItsAttribute) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string subnet = world.make("Action=CreateSubnet&CidrBlock=10.0.1.0/24&VpcId=" + vpc, "subnetId");
    EXPECT_EQ(world.outcome("Action=ModifySubnetAttribute&SubnetId=" + subnet + "&MapPublicIpOnLaunch.Value=true"), "ok");
    EXPECT_EQ(world.ask("Action=DescribeSubnets&SubnetId.1=" + subnet).value("mapPublicIpOnLaunch"), "true");
}

TEST(Call, AsksForWhatIsNotImplementedAndForNothing) {
    World world;
    Said unknown = world.ask("Action=CreateTransitGateway");
    EXPECT_EQ(unknown.status, 501);
    EXPECT_THAT(unknown.body, HasSubstr("<Response><Errors><Error><Code>NotImplemented</Code><Message>"));
    EXPECT_EQ(world.outcome("Version=2016-11-15"), "MissingAction");
    EXPECT_EQ(world.outcome("Action=CreateVpc&CidrBlock=10.0.0.0/16&AmazonProvidedIpv6CidrBlock=true"), "NotImplemented");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs%zz"), "MalformedQueryString");
    EXPECT_EQ(world.outcome("Action=CreateKeyPair&KeyName=%ff"), "MalformedQueryString");
    world.region = Region("xx-nowhere-1");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs"), "InvalidRegion");
}

TEST(Call, WithDryRunChangesNothing) {
    World world;
    Said said = world.ask("Action=CreateVpc&CidrBlock=10.0.0.0/16&DryRun=true");
    EXPECT_EQ(said.status, 412);
    EXPECT_EQ(said.code(), "DryRunOperation");
    EXPECT_EQ(said.message(), "Request would have succeeded, but DryRun flag is set.");
    EXPECT_THAT(world.ask("Action=DescribeVpcs").values("vpcId"), SizeIs(1));
}

TEST(State, IsTheSameAfterARestart) {
    World world;
    world.make_network();
    std::string instance = world.launch(world.private_subnet);
    for (const char* what : {"DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeNatGateways",
                             "DescribeInstances", "DescribeNetworkInterfaces", "DescribeVolumes", "DescribeSecurityGroups",
                             "DescribeAddresses", "DescribeNetworkAcls", "DescribeDhcpOptions", "DescribeInternetGateways"}) {
        std::string before = world.ask(std::string("Action=") + what).body;
        world.restart();
        EXPECT_EQ(world.ask(std::string("Action=") + what).body, before) << what;
    }
    EXPECT_THAT(world.lab.desired.vpcs, SizeIs(1));
    // An address that was given out before is not given out again.
    EXPECT_NE(world.make("Action=AllocateAddress", "publicIp"), world.ask("Action=DescribeNatGateways").value("publicIp"));
}

}  // namespace
}  // namespace sekisho::ec2::test
