#include "ec2/world.h"

namespace sekisho::ec2::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct SecurityGroupTest : testing::Test {
    World world;
    std::string vpc, group;
    SecurityGroupTest() {
        vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
        group = world.make("Action=CreateSecurityGroup&GroupName=web&GroupDescription=of+web&VpcId=" + vpc, "groupId");
    }
    static std::string tcp(int from, int to, const std::string& cidr) {
        return "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=" + std::to_string(from) +
               "&IpPermissions.1.ToPort=" + std::to_string(to) + "&IpPermissions.1.IpRanges.1.CidrIp=" + cidr;
    }
    Said in(const std::string& what) { return world.ask("Action=AuthorizeSecurityGroupIngress&GroupId=" + group + what); }
    Said out(const std::string& what) { return world.ask("Action=AuthorizeSecurityGroupEgress&GroupId=" + group + what); }
    // The group as the lab gets it, which it does once an instance has it.
    net::SecurityGroup sent() {
        std::string subnet = world.make("Action=CreateSubnet&CidrBlock=10.0.1.0/24&VpcId=" + vpc, "subnetId");
        world.launch(subnet, "&SecurityGroupId.1=" + group);
        for (const auto& each : world.lab.desired.vpcs.at(0).security_groups)
            if (each.id == group) return each;
        ADD_FAILURE() << "the lab does not know the group";
        return {};
    }
    Said shown() { return world.ask("Action=DescribeSecurityGroups&GroupId.1=" + group); }
};

TEST_F(SecurityGroupTest, LetsEverythingOutAtFirst) {
    Said said = shown();
    EXPECT_TRUE(said.has("<ipPermissions></ipPermissions>") || said.has("<ipPermissions/>")) << said;
    EXPECT_TRUE(said.has("<ipPermissionsEgress><item><ipProtocol>-1</ipProtocol>")) << said;
    EXPECT_EQ(said.value("cidrIp"), "0.0.0.0/0");
    auto desired = sent();
    ASSERT_THAT(desired.rules, SizeIs(1));
    EXPECT_TRUE(desired.rules[0].egress);
    EXPECT_THAT(desired.rules[0].cidrs, ElementsAre("0.0.0.0/0"));
}

TEST_F(SecurityGroupTest, NameIsOneInItsVpc) {
    Said again = world.ask("Action=CreateSecurityGroup&GroupName=web&GroupDescription=d&VpcId=" + vpc);
    EXPECT_EQ(again.code(), "InvalidGroup.Duplicate");
    EXPECT_EQ(again.message(), "The security group 'web' already exists for VPC '" + vpc + "'");
    EXPECT_EQ(world.outcome("Action=CreateSecurityGroup&GroupName=web&GroupDescription=d"), "ok") << "in the default VPC";
    EXPECT_EQ(world.outcome("Action=CreateSecurityGroup&GroupName=default&GroupDescription=d&VpcId=" + vpc),
              "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=CreateSecurityGroup&GroupName=sg-x&GroupDescription=d&VpcId=" + vpc),
              "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=CreateSecurityGroup&GroupName=caf%C3%A9&GroupDescription=d&VpcId=" + vpc),
              "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=CreateSecurityGroup&GroupName=x&VpcId=" + vpc), "MissingParameter");
}

TEST_F(SecurityGroupTest, RuleIsAddedOnceAndTakenAway) {
    Said added = in(tcp(443, 443, "10.0.0.0/8") + "&IpPermissions.1.IpRanges.1.Description=web");
    ASSERT_EQ(added.status, 200) << added;
    EXPECT_EQ(added.value("securityGroupRuleId").substr(0, 4), "sgr-");
    EXPECT_EQ(added.value("isEgress"), "false");
    EXPECT_EQ(added.value("cidrIpv4"), "10.0.0.0/8");
    Said again = in(tcp(443, 443, "10.0.0.0/8"));
    EXPECT_EQ(again.code(), "InvalidPermission.Duplicate");
    EXPECT_EQ(again.message(),
              "the specified rule \"peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW\" already exists");
    EXPECT_EQ(in(tcp(443, 443, "10.1.2.3/8")).code(), "InvalidPermission.Duplicate") << "host bits do not count";
    std::string revoke = "Action=RevokeSecurityGroupIngress&GroupId=" + group;
    EXPECT_EQ(world.outcome(revoke + tcp(80, 80, "10.0.0.0/8")), "InvalidPermission.NotFound");
    EXPECT_EQ(world.outcome(revoke + tcp(443, 443, "10.0.0.0/8")), "ok");
    EXPECT_EQ(world.outcome(revoke + tcp(443, 443, "10.0.0.0/8")), "InvalidPermission.NotFound");
    std::string by_id = in(tcp(22, 22, "10.0.0.0/8")).value("securityGroupRuleId");
    EXPECT_EQ(world.outcome("Action=RevokeSecurityGroupEgress&GroupId=" + group + "&SecurityGroupRuleId.1=" + by_id),
              "InvalidSecurityGroupRuleId.NotFound");
    EXPECT_EQ(world.outcome(revoke + "&SecurityGroupRuleId.1=" + by_id), "ok");
}

TEST_F(SecurityGroupTest, OnePermissionShowsAllItsSources) {
    std::string other = world.make("Action=CreateSecurityGroup&GroupName=app&GroupDescription=d&VpcId=" + vpc, "groupId");
    ASSERT_EQ(in("&IpPermissions.1.IpProtocol=6&IpPermissions.1.FromPort=80&IpPermissions.1.ToPort=90"
                 "&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8&IpPermissions.1.IpRanges.2.CidrIp=192.168.0.0/16"
                 "&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=fd00::/8&IpPermissions.1.PrefixListIds.1.PrefixListId=pl-63a5400a"
                 "&IpPermissions.1.Groups.1.GroupId=" +
                 other)
                  .status,
              200);
    Said said = shown();
    EXPECT_TRUE(
        said.has("<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>80</fromPort><toPort>90</toPort>"
                 "<groups><item><userId>123456789012</userId><groupId>" +
                 other +
                 "</groupId></item></groups>"
                 "<ipRanges><item><cidrIp>10.0.0.0/8</cidrIp></item><item><cidrIp>192.168.0.0/16</cidrIp></item></ipRanges>"
                 "<ipv6Ranges><item><cidrIpv6>fd00::/8</cidrIpv6></item></ipv6Ranges>"
                 "<prefixListIds><item><prefixListId>pl-63a5400a</prefixListId></item></prefixListIds>"))
        << said;
    EXPECT_THAT(sent().rules, SizeIs(5)) << "the IPv6 source says nothing to the lab";
    EXPECT_EQ(world.outcome("Action=DeleteSecurityGroup&GroupId=" + other), "DependencyViolation") << "a rule names it";
}

TEST_F(SecurityGroupTest, MalformedRulesAreRefused) {
    EXPECT_EQ(in(tcp(90, 80, "10.0.0.0/8")).message(), "Invalid TCP/UDP port range (90:80)");
    EXPECT_EQ(in(tcp(0, 65536, "10.0.0.0/8")).code(), "InvalidParameterValue");
    EXPECT_EQ(in(tcp(80, 80, "10.0.0.0/40")).message(), "CIDR block 10.0.0.0/40 is malformed");
    EXPECT_EQ(in("&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8").code(),
              "InvalidParameterValue");
    EXPECT_EQ(in("&IpPermissions.1.IpProtocol=smtp&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8").code(),
              "InvalidParameterValue");
    EXPECT_EQ(in("&IpPermissions.1.IpProtocol=-1").code(), "InvalidParameterValue");
    EXPECT_EQ(in("").code(), "MissingParameter");
    EXPECT_EQ(in("&IpPermissions.1.IpProtocol=-1&IpPermissions.1.Groups.1.GroupId=sg-0123456789abcdef0").code(),
              "InvalidGroup.NotFound");
    EXPECT_EQ(in("&IpPermissions.1.IpProtocol=-1&IpPermissions.1.PrefixListIds.1.PrefixListId=pl-01234567").code(),
              "InvalidPrefixListID.NotFound");
    EXPECT_EQ(in(tcp(1, 2, "10.0.0.0/8") + "&IpPermissions.1.IpRanges.1.Description=%3Cscript%3E").code(),
              "InvalidParameterValue");
}

TEST_F(SecurityGroupTest, LimitIsSixtyRulesADirection) {
    for (int i = 0; i < 60; ++i) ASSERT_EQ(in(tcp(i, i, "10.0.0.0/8")).status, 200);
    EXPECT_EQ(in(tcp(60, 60, "10.0.0.0/8")).code(), "RulesPerSecurityGroupLimitExceeded");
    EXPECT_EQ(out(tcp(60, 60, "10.0.0.0/8")).status, 200);
}

TEST_F(SecurityGroupTest, OlderFlatParametersWork) {
    EXPECT_EQ(in("&IpProtocol=udp&FromPort=53&ToPort=53&CidrIp=10.0.0.0/8").status, 200);
    EXPECT_TRUE(shown().has("<ipProtocol>udp</ipProtocol>"));
}

TEST_F(SecurityGroupTest, RulesAreListedModifiedAndDescribed) {
    std::string id = in(tcp(443, 443, "10.0.0.0/8")).value("securityGroupRuleId");
    std::string modify =
        "Action=ModifySecurityGroupRules&GroupId=" + group + "&SecurityGroupRule.1.SecurityGroupRuleId=" + id +
        "&SecurityGroupRule.1.SecurityGroupRule.IpProtocol=tcp&SecurityGroupRule.1.SecurityGroupRule.FromPort=8443"
        "&SecurityGroupRule.1.SecurityGroupRule.ToPort=8443&SecurityGroupRule.1.SecurityGroupRule.CidrIpv4=10.9.0.0/16";
    EXPECT_EQ(world.outcome(modify), "ok");
    Said rule = world.ask("Action=DescribeSecurityGroupRules&SecurityGroupRuleId.1=" + id);
    EXPECT_EQ(rule.value("fromPort"), "8443");
    EXPECT_EQ(rule.value("cidrIpv4"), "10.9.0.0/16");
    EXPECT_EQ(world.outcome("Action=UpdateSecurityGroupRuleDescriptionsIngress&GroupId=" + group +
                            "&SecurityGroupRuleDescription.1.SecurityGroupRuleId=" + id +
                            "&SecurityGroupRuleDescription.1.Description=new"),
              "ok");
    Said all = world.ask("Action=DescribeSecurityGroupRules&Filter.1.Name=group-id&Filter.1.Value.1=" + group);
    EXPECT_THAT(all.values("securityGroupRuleId"), SizeIs(2));
    EXPECT_TRUE(all.has("<description>new</description>"));
}

TEST_F(SecurityGroupTest, InUseOrDefaultIsNotDeleted) {
    std::string subnet = world.make("Action=CreateSubnet&CidrBlock=10.0.1.0/24&VpcId=" + vpc, "subnetId");
    std::string instance = world.launch(subnet, "&SecurityGroupId.1=" + group);
    Said used = world.ask("Action=DeleteSecurityGroup&GroupId=" + group);
    EXPECT_EQ(used.code(), "DependencyViolation");
    EXPECT_EQ(used.message(), "resource " + group + " has a dependent object");
    world.make("Action=TerminateInstances&InstanceId.1=" + instance, "instanceId");
    EXPECT_EQ(world.outcome("Action=DeleteSecurityGroup&GroupId=" + group), "ok");
    EXPECT_EQ(world.outcome("Action=DeleteSecurityGroup&GroupId=" + group), "InvalidGroup.NotFound");
    std::string fallback =
        world.ask("Action=DescribeSecurityGroups&Filter.1.Name=vpc-id&Filter.1.Value.1=" + vpc).value("groupId");
    EXPECT_EQ(world.ask("Action=DeleteSecurityGroup&GroupId=" + fallback).code(), "CannotDelete");
}

}  // namespace
}  // namespace sekisho::ec2::test
