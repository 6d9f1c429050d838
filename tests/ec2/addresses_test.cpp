#include "ec2/world.h"
#include "services/ec2/address_plan.h"
#include "services/ec2/regions.h"

namespace sekisho::ec2::test {
namespace {

using testing::SizeIs;

TEST(AddressPlan, GivesEveryRegionItsOwnBlocks) {
    AddressPlan plan;
    EXPECT_EQ(s3_prefixes(plan, "us-east-1").at(0).text(), "198.18.0.0/22");
    EXPECT_EQ(s3_prefixes(plan, "us-east-2").at(0).text(), "198.18.4.0/22");
    EXPECT_EQ(services_block(plan, "us-east-2")->text(), "198.19.1.0/24");
    EXPECT_EQ(s3_address(plan, "us-east-1")->text(), "198.18.0.10");
    EXPECT_EQ(service_address(plan, "sts", "us-east-1")->text(), "198.19.0.11");
    EXPECT_FALSE(s3_address(plan, "mars-1"));
    std::vector<Cidr> all;
    for (const RegionInfo& region : regions()) {
        for (const Cidr& cidr : {s3_prefixes(plan, region.name).at(0), *services_block(plan, region.name)}) {
            EXPECT_TRUE(Cidr::parse("198.18.0.0/15")->contains(cidr)) << region.name;
            for (const Cidr& other : all) EXPECT_FALSE(other.overlaps(cidr)) << region.name;
            all.push_back(cidr);
        }
        EXPECT_TRUE(s3_prefixes(plan, region.name).at(0).contains(*s3_address(plan, region.name)));
        EXPECT_TRUE(services_block(plan, region.name)->contains(*service_address(plan, "anything", region.name)));
    }
}

TEST(AddressPlan, KnowsElasticAddresses) {
    AddressPlan plan;
    for (const char* ip : {"203.0.113.10", "198.51.100.200", "192.0.2.1"})
        EXPECT_TRUE(is_elastic_ip(plan, *IpAddress::parse(ip))) << ip;
    for (const char* ip : {"198.18.0.10", "10.0.0.1", "203.0.114.1"})
        EXPECT_FALSE(is_elastic_ip(plan, *IpAddress::parse(ip))) << ip;
    auto all = elastic_addresses(plan);
    EXPECT_THAT(all, SizeIs(3 * 245));
    EXPECT_EQ(all.front().text(), "203.0.113.10");
    EXPECT_EQ(all.back().text(), "192.0.2.254");
}

TEST(PrefixList, IdsAreAwssOwnOrDerivedAndDiffer) {
    EXPECT_EQ(s3_prefix_list_id("us-east-1"), "pl-63a5400a");
    std::set<std::string> ids;
    for (const RegionInfo& region : regions()) {
        EXPECT_TRUE(well_formed(kind::prefix_list, s3_prefix_list_id(region.name))) << region.name;
        ids.insert(s3_prefix_list_id(region.name));
    }
    EXPECT_EQ(ids.size(), regions().size());
}

TEST(PrefixList, IsFoundByNameAndShowsItsBlocks) {
    World world;
    Said list =
        world.ask("Action=DescribePrefixLists&Filter.1.Name=prefix-list-name&Filter.1.Value.1=com.amazonaws.us-east-1.s3");
    EXPECT_TRUE(
        list.has("<prefixListId>pl-63a5400a</prefixListId><prefixListName>com.amazonaws.us-east-1.s3</prefixListName>"
                 "<cidrSet><item>198.18.0.0/22</item></cidrSet>"))
        << list;
    EXPECT_EQ(world.ask("Action=DescribeManagedPrefixLists").value("ownerId"), "AWS");
    EXPECT_EQ(world.ask("Action=GetManagedPrefixListEntries&PrefixListId=pl-63a5400a").value("cidr"), "198.18.0.0/22");
    EXPECT_EQ(world.outcome("Action=GetManagedPrefixListEntries&PrefixListId=pl-00000000"), "InvalidPrefixListID.NotFound");
}

struct AddressTest : testing::Test {
    World world;
    std::string allocation, instance, public_ip;
    AddressTest() {
        world.make_network();
        instance = world.launch(world.public_subnet);
        Said said = world.ask("Action=AllocateAddress&Domain=vpc");
        allocation = said.value("allocationId");
        public_ip = said.value("publicIp");
    }
    std::string of_interface() {
        for (const auto& vpc : world.lab.desired.vpcs)
            for (const auto& interface : vpc.interfaces) return interface.public_ip;
        return "no interface";
    }
};

TEST_F(AddressTest, IsTiedToAnInstanceAndFreedWithIt) {
    std::string association =
        world.make("Action=AssociateAddress&AllocationId=" + allocation + "&InstanceId=" + instance, "associationId");
    EXPECT_EQ(association.substr(0, 9), "eipassoc-");
    EXPECT_EQ(of_interface(), public_ip);
    Said shown = world.ask("Action=DescribeAddresses&AllocationId.1=" + allocation);
    EXPECT_EQ(shown.value("instanceId"), instance);
    EXPECT_EQ(shown.value("privateIpAddress"), "10.0.1.5");
    EXPECT_EQ(world.make("Action=AssociateAddress&AllocationId=" + allocation + "&InstanceId=" + instance, "associationId"),
              association)
        << "the same again changes nothing";
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&AllocationId=" + allocation), "InvalidIPAddress.InUse");
    world.make("Action=TerminateInstances&InstanceId.1=" + instance, "instanceId");
    EXPECT_FALSE(world.ask("Action=DescribeAddresses&AllocationId.1=" + allocation).has("associationId"));
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&AllocationId=" + allocation), "ok");
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&AllocationId=" + allocation), "InvalidAllocationID.NotFound");
}

TEST_F(AddressTest, IsMovedUnlessThatIsForbidden) {
    std::string second = world.launch(world.public_subnet);
    world.make("Action=AssociateAddress&AllocationId=" + allocation + "&InstanceId=" + instance, "associationId");
    std::string move = "Action=AssociateAddress&AllocationId=" + allocation + "&InstanceId=" + second;
    EXPECT_EQ(world.outcome(move + "&AllowReassociation=false"), "Resource.AlreadyAssociated");
    EXPECT_EQ(world.outcome(move), "ok");
    EXPECT_EQ(world.ask("Action=DescribeAddresses&AllocationId.1=" + allocation).value("instanceId"), second);
}

TEST_F(AddressTest, IsFreedByItsAssociation) {
    std::string association =
        world.make("Action=AssociateAddress&AllocationId=" + allocation + "&InstanceId=" + instance, "associationId");
    EXPECT_EQ(world.outcome("Action=DisassociateAddress&AssociationId=" + association), "ok");
    EXPECT_EQ(of_interface(), "");
    EXPECT_EQ(world.outcome("Action=DisassociateAddress&AssociationId=" + association), "InvalidAssociationID.NotFound");
}

TEST_F(AddressTest, NeedsAnInternetGateway) {
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.9.0.0/16", "vpcId");
    std::string subnet = world.make("Action=CreateSubnet&CidrBlock=10.9.1.0/24&VpcId=" + vpc, "subnetId");
    std::string lonely = world.launch(subnet);
    EXPECT_EQ(world.outcome("Action=AssociateAddress&AllocationId=" + allocation + "&InstanceId=" + lonely),
              "Gateway.NotAttached");
    EXPECT_EQ(world.outcome("Action=AssociateAddress&AllocationId=" + allocation), "MissingParameter");
}

TEST_F(AddressTest, IsFoundByPublicIpToo) {
    EXPECT_EQ(world.ask("Action=DescribeAddresses&PublicIp.1=" + public_ip).value("allocationId"), allocation);
    EXPECT_EQ(world.ask("Action=DescribeAddresses&PublicIp.1=203.0.113.250").message(), "Address '203.0.113.250' not found.");
    EXPECT_EQ(world.outcome("Action=ReleaseAddress&PublicIp=" + public_ip), "ok");
}

TEST_F(AddressTest, LimitIsAHundredAndNoTwoAccountsShareOne) {
    for (int i = 2; i < 100; ++i) ASSERT_EQ(world.outcome("Action=AllocateAddress"), "ok") << i;
    EXPECT_EQ(world.outcome("Action=AllocateAddress"), "AddressLimitExceeded");
    std::vector<std::string> ours = world.ask("Action=DescribeAddresses").values("publicIp");
    world.caller.account = AccountId("210987654321");
    std::string theirs = world.make("Action=AllocateAddress", "publicIp");
    EXPECT_THAT(ours, testing::Not(testing::Contains(theirs)));
}

TEST(Accounts, DoNotSeeEachOther) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    world.caller.account = AccountId("210987654321");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&VpcId.1=" + vpc), "InvalidVpcID.NotFound");
    EXPECT_EQ(world.outcome("Action=DeleteVpc&VpcId=" + vpc), "InvalidVpcID.NotFound");
    world.caller.account = AccountId("123456789012");
    world.region = Region("us-west-2");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&VpcId.1=" + vpc), "InvalidVpcID.NotFound");
}

}  // namespace
}  // namespace sekisho::ec2::test
