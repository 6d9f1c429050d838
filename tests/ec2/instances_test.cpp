#include "base/bytes.h"
#include "ec2/world.h"

namespace sekisho::ec2::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::UnorderedElementsAre;

struct InstanceTest : testing::Test {
    World world;
    InstanceTest() {
        world.make_network();
        world.profiles.all.push_back({"arn:aws:iam::123456789012:instance-profile/ec2", "ec2", "AIPAEXAMPLE",
                                      "arn:aws:iam::123456789012:role/ec2_s3access_role", "ec2_s3access_role"});
    }
    const net::Vpc& vpc() const {
        for (const net::Vpc& one : world.lab.desired.vpcs)
            if (one.id == world.vpc) return one;
        throw std::runtime_error("no vpc");
    }
    Said run(const std::string& more) {
        return world.ask("Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&ImageId=" + world.image() + more);
    }
};

TEST_F(InstanceTest, IsPendingInTheAnswerAndRunningThereafter) {
    Said made = run("&SubnetId=" + world.private_subnet +
                    "&IamInstanceProfile.Name=ec2&TagSpecification.1.ResourceType=instance"
                    "&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=one");
    ASSERT_EQ(made.status, 200) << made;
    EXPECT_TRUE(made.has("<instanceState><code>0</code><name>pending</name></instanceState>"));
    EXPECT_EQ(made.value("privateIpAddress"), "10.0.5.4");
    EXPECT_EQ(made.value("privateDnsName"), "ip-10-0-5-4.ec2.internal");
    EXPECT_EQ(made.value("reservationId").substr(0, 2), "r-");
    std::string id = made.value("instanceId");
    Said shown = world.ask("Action=DescribeInstances&InstanceId.1=" + id);
    EXPECT_TRUE(shown.has("<instanceState><code>16</code><name>running</name></instanceState>"));
    EXPECT_TRUE(shown.has("<iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/ec2</arn><id>AIPAEXAMPLE</id>"));
    EXPECT_TRUE(shown.has("<key>Name</key><value>one</value>"));
    EXPECT_EQ(shown.value("httpTokens"), "required") << "Amazon Linux 2023 asks for IMDSv2";
    EXPECT_EQ(shown.value("macAddress").substr(0, 3), "02:");
    ASSERT_THAT(vpc().instances, SizeIs(1));
    EXPECT_TRUE(vpc().instances[0].running);
    EXPECT_EQ(vpc().instances[0].host_name, "ip-10-0-5-4.ec2.internal");
    EXPECT_EQ(vpc().instances[0].memory_bytes_max, 1u << 30);
    ASSERT_THAT(vpc().interfaces, SizeIs(1));
    EXPECT_THAT(vpc().interfaces[0].private_ips, ElementsAre("10.0.5.4"));
    EXPECT_EQ(vpc().interfaces[0].public_ip, "");
}

TEST_F(InstanceTest, HasAVolumeAndAnInterfaceThatGoWithIt) {
    std::string id = world.launch(world.private_subnet);
    Said volume = world.ask("Action=DescribeVolumes&Filter.1.Name=attachment.instance-id&Filter.1.Value.1=" + id);
    EXPECT_EQ(volume.value("size"), "8");
    EXPECT_EQ(volume.value("volumeType"), "gp3");
    EXPECT_EQ(volume.value("device"), "/dev/xvda");
    Said interface = world.ask("Action=DescribeNetworkInterfaces&Filter.1.Name=attachment.instance-id&Filter.1.Value.1=" + id);
    EXPECT_EQ(interface.value("privateIpAddress"), "10.0.5.4");
    Said ended = world.ask("Action=TerminateInstances&InstanceId.1=" + id);
    EXPECT_TRUE(
        ended.has("<currentState><code>32</code><name>shutting-down</name></currentState><previousState><code>16</code>"))
        << ended;
    EXPECT_EQ(world.state_of(id), "terminated");
    EXPECT_THAT(vpc().instances, SizeIs(0));
    EXPECT_THAT(vpc().interfaces, SizeIs(0));
    EXPECT_FALSE(world.ask("Action=DescribeVolumes").has("<item>"));
    Said gone = world.ask("Action=DescribeInstances&InstanceId.1=" + id);
    EXPECT_EQ(gone.value("reason").substr(0, 16), "User initiated (");
    EXPECT_TRUE(gone.has("<stateReason><code>Client.UserInitiatedShutdown</code>"));
    world.clock.advance(std::chrono::hours(1) + std::chrono::seconds(1));
    Said missing = world.ask("Action=DescribeInstances&InstanceId.1=" + id);
    EXPECT_EQ(missing.code(), "InvalidInstanceID.NotFound");
    EXPECT_EQ(missing.message(), "The instance ID '" + id + "' does not exist");
}

TEST_F(InstanceTest, StopsAndStartsWithItsPrivateAddressButANewPublicOne) {
    std::string id = run("&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.SubnetId=" + world.public_subnet +
                         "&NetworkInterface.1.AssociatePublicIpAddress=true")
                         .value("instanceId");
    Said running = world.ask("Action=DescribeInstances&InstanceId.1=" + id);
    std::string first = running.value("ipAddress");
    EXPECT_EQ(first, "203.0.113.11");
    EXPECT_EQ(vpc().interfaces.at(0).public_ip, first);
    EXPECT_TRUE(world.ask("Action=StopInstances&InstanceId.1=" + id).has("<name>stopping</name>"));
    EXPECT_EQ(world.state_of(id), "stopped");
    EXPECT_FALSE(vpc().instances.at(0).running);
    EXPECT_FALSE(world.ask("Action=DescribeInstances").has("ipAddress>203"));
    std::uint64_t boot = vpc().instances.at(0).boot;
    EXPECT_TRUE(world.ask("Action=StartInstances&InstanceId.1=" + id).has("<name>pending</name>"));
    Said again = world.ask("Action=DescribeInstances&InstanceId.1=" + id);
    EXPECT_EQ(again.value("name"), "running");
    EXPECT_EQ(again.value("privateIpAddress"), running.value("privateIpAddress"));
    EXPECT_EQ(again.value("ipAddress"), "203.0.113.12") << "the released address rests";
    EXPECT_GT(vpc().instances.at(0).boot, boot);
}

TEST_F(InstanceTest, RebootIsAnotherBoot) {
    std::string id = world.launch(world.private_subnet);
    std::uint64_t boot = vpc().instances.at(0).boot;
    EXPECT_TRUE(world.ask("Action=RebootInstances&InstanceId.1=" + id).has("<return>true</return>"));
    EXPECT_EQ(vpc().instances.at(0).boot, boot + 1);
    EXPECT_EQ(world.state_of(id), "running");
}

TEST_F(InstanceTest, ThatCannotRunEndsWithTheLabsReason) {
    world.lab.instance_error = "this machine has no user namespaces";
    std::string id = world.launch(world.private_subnet);
    Said shown = world.ask("Action=DescribeInstances&InstanceId.1=" + id);
    EXPECT_EQ(shown.value("name"), "terminated");
    EXPECT_TRUE(
        shown.has("<stateReason><code>Server.InternalError</code>"
                  "<message>Server.InternalError: this machine has no user namespaces</message></stateReason>"))
        << shown;
}

TEST_F(InstanceTest, ThatTheLabLosesIsStoppedAndKeepsItsDisk) {
    std::string id = world.launch(world.private_subnet);
    world.lab.instance_error = "this machine has no user namespaces";
    world.restart();
    Said shown = world.ask("Action=DescribeInstances&InstanceId.1=" + id);
    EXPECT_EQ(shown.value("name"), "stopped");
    EXPECT_TRUE(shown.has("<message>Server.InternalError: this machine has no user namespaces</message>")) << shown;
    EXPECT_TRUE(world.ask("Action=DescribeVolumes").has(id));
    world.lab.instance_error.clear();
    world.make("Action=StartInstances&InstanceId.1=" + id, "instanceId");
    EXPECT_EQ(world.state_of(id), "running");
}

TEST_F(InstanceTest, ThatComesUpLaterIsPendingUntilTheLabSaysSo) {
    world.lab.instances_stay_pending = true;
    std::string id = world.launch(world.private_subnet);
    EXPECT_EQ(world.state_of(id), "pending");
    world.lab.changed(id, "running");
    EXPECT_EQ(world.state_of(id), "running");
}

TEST_F(InstanceTest, WhoseInitEndsIsStoppedOrTerminatedAsItWasLaunched) {
    std::string stops = world.launch(world.private_subnet);
    std::string ends = world.launch(world.private_subnet, "&InstanceInitiatedShutdownBehavior=terminate");
    world.lab.changed(stops, "stopped");
    world.lab.changed(ends, "stopped");
    EXPECT_EQ(world.state_of(stops), "stopped");
    EXPECT_EQ(world.state_of(ends), "terminated");
    EXPECT_TRUE(world.ask("Action=DescribeInstances&InstanceId.1=" + stops).has("Client.InstanceInitiatedShutdown"));
    EXPECT_THAT(vpc().instances, SizeIs(1));
}

TEST_F(InstanceTest, GetsTheAddressAskedForUnlessItCannotBeHad) {
    std::string at = "&SubnetId=" + world.private_subnet + "&PrivateIpAddress=";
    EXPECT_EQ(run(at + "10.0.5.167").value("privateIpAddress"), "10.0.5.167");
    EXPECT_EQ(run(at + "10.0.5.167").code(), "InvalidIPAddress.InUse");
    EXPECT_EQ(run(at + "10.0.6.1").message(), "Address 10.0.6.1 does not fall within the subnet's address range");
    for (const char* reserved : {"10.0.5.0", "10.0.5.1", "10.0.5.2", "10.0.5.3", "10.0.5.255"})
        EXPECT_EQ(run(at + reserved).message(), std::string("Address ") + reserved + " is in subnet's reserved address range");
    EXPECT_EQ(run(at + "ten").code(), "InvalidParameterValue");
}

TEST_F(InstanceTest, FillsItsSubnetAndNoMore) {
    std::string small = world.make("Action=CreateSubnet&CidrBlock=10.0.9.0/28&VpcId=" + world.vpc, "subnetId");
    std::string many = "Action=RunInstances&InstanceType=t3.micro&ImageId=" + world.image() + "&SubnetId=" + small;
    EXPECT_EQ(world.outcome(many + "&MinCount=12&MaxCount=12"), "InsufficientFreeAddressesInSubnet");
    Said as_many_as_fit = world.ask(many + "&MinCount=1&MaxCount=50");
    EXPECT_THAT(as_many_as_fit.values("amiLaunchIndex"), SizeIs(11));
    EXPECT_EQ(world.outcome(many + "&MinCount=1&MaxCount=1"), "InsufficientFreeAddressesInSubnet");
    EXPECT_THAT(world.ask("Action=DescribeInstances").values("reservationId"), SizeIs(1));
}

TEST_F(InstanceTest, LimitIsTwoHundred) {
    std::string wide = world.make("Action=CreateSubnet&CidrBlock=10.0.64.0/20&VpcId=" + world.vpc, "subnetId");
    std::string many = "Action=RunInstances&InstanceType=t3.micro&ImageId=" + world.image() + "&SubnetId=" + wide;
    EXPECT_EQ(world.outcome(many + "&MinCount=200&MaxCount=200"), "ok");
    EXPECT_EQ(world.outcome(many + "&MinCount=1&MaxCount=1"), "InstanceLimitExceeded");
}

TEST_F(InstanceTest, RefusesWhatDoesNotFitTogether) {
    std::string in_subnet = "&SubnetId=" + world.private_subnet;
    EXPECT_EQ(run(in_subnet + "&IamInstanceProfile.Name=nobody").message(),
              "Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
    world.profiles.all[0].role_arn.clear();
    EXPECT_EQ(run(in_subnet + "&IamInstanceProfile.Name=ec2").code(), "InvalidParameterValue");
    EXPECT_EQ(run("&SubnetId=subnet-0123456789abcdef0").code(), "InvalidSubnetID.NotFound");
    EXPECT_EQ(run(in_subnet + "&SecurityGroupId.1=sg-0123456789abcdef0").code(), "InvalidGroup.NotFound");
    std::string foreign = world.ask("Action=DescribeSecurityGroups&GroupName.1=default").value("groupId");
    EXPECT_EQ(run(in_subnet + "&SecurityGroupId.1=" + foreign).message(),
              "Security group " + foreign + " and subnet " + world.private_subnet + " belong to different networks.");
    EXPECT_EQ(run(in_subnet + "&KeyName=nokey").code(), "InvalidKeyPair.NotFound");
    EXPECT_EQ(run(in_subnet + "&UserData=$$$").code(), "InvalidUserData.Malformed");
    EXPECT_EQ(run(in_subnet + "&UserData=" + to_base64(std::string(16385, 'x'))).code(), "InvalidParameterValue");
    EXPECT_EQ(run(in_subnet + "&LaunchTemplate.LaunchTemplateId=lt-1").code(), "NotImplemented");
    EXPECT_EQ(run(in_subnet + "&NetworkInterface.1.DeviceIndex=0").code(), "InvalidParameterCombination");
    EXPECT_EQ(run(in_subnet + "&BlockDeviceMapping.1.DeviceName=/dev/xvda&BlockDeviceMapping.1.Ebs.VolumeSize=4").code(),
              "InvalidBlockDeviceMapping");
    std::string image = "Action=RunInstances&MinCount=1&MaxCount=1" + in_subnet + "&InstanceType=";
    EXPECT_EQ(world.outcome(image + "t3.micro&ImageId=ami-0123456789abcdef0"), "InvalidAMIID.NotFound");
    EXPECT_EQ(world.outcome(image + "t3.micro&ImageId=ami-nope"), "InvalidAMIID.Malformed");
    EXPECT_EQ(world.outcome(image + "t4g.micro&ImageId=" + world.image()), "InvalidParameterValue")
        << "arm64 type, x86_64 image";
    EXPECT_EQ(world.outcome(image + "x9.huge&ImageId=" + world.image()), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=RunInstances&MinCount=2&MaxCount=1&ImageId=" + world.image()),
              "InvalidParameterCombination");
    EXPECT_EQ(world.outcome("Action=RunInstances&MaxCount=1&ImageId=" + world.image()), "MissingParameter");
}

TEST_F(InstanceTest, WithATokenIsLaunchedOnce) {
    std::string more = "&ClientToken=launch1&SubnetId=" + world.private_subnet;
    std::string id = run(more).value("instanceId");
    Said again = run(more);
    EXPECT_EQ(again.value("instanceId"), id);
    EXPECT_EQ(again.value("name"), "running");
    EXPECT_EQ(run(more + "&EbsOptimized=true").code(), "IdempotentParameterMismatch");
    world.clock.advance(std::chrono::hours(25));
    EXPECT_NE(run(more).value("instanceId"), id) << "a token counts for a day";
}

TEST_F(InstanceTest, IsProtectedFromEndingAndStopping) {
    std::string id = world.launch(world.private_subnet, "&DisableApiTermination=true&DisableApiStop=true");
    EXPECT_EQ(world.ask("Action=TerminateInstances&InstanceId.1=" + id).code(), "OperationNotPermitted");
    EXPECT_EQ(world.ask("Action=StopInstances&InstanceId.1=" + id).code(), "OperationNotPermitted");
    EXPECT_EQ(world.outcome("Action=ModifyInstanceAttribute&DisableApiTermination.Value=false&InstanceId=" + id), "ok");
    EXPECT_EQ(world.outcome("Action=TerminateInstances&InstanceId.1=" + id), "ok");
    EXPECT_EQ(world.outcome("Action=StartInstances&InstanceId.1=" + id), "IncorrectInstanceState");
    EXPECT_EQ(world.outcome("Action=TerminateInstances&InstanceId.1=" + id), "ok") << "ending what has ended is no error";
    EXPECT_EQ(world.outcome("Action=TerminateInstances&InstanceId.1=i-0123456789abcdef0"), "InvalidInstanceID.NotFound");
    EXPECT_EQ(world.outcome("Action=TerminateInstances&InstanceId.1=x"), "InvalidInstanceID.Malformed");
    EXPECT_EQ(world.outcome("Action=TerminateInstances"), "MissingParameter");
}

TEST_F(InstanceTest, AttributesAreReadAndChanged) {
    std::string id = world.launch(world.private_subnet, "&UserData=aGVsbG8%3D");
    std::string read = "Action=DescribeInstanceAttribute&InstanceId=" + id + "&Attribute=";
    EXPECT_TRUE(world.ask(read + "userData").has("<userData><value>aGVsbG8=</value></userData>"));
    EXPECT_TRUE(world.ask(read + "instanceInitiatedShutdownBehavior").has("<value>stop</value>"));
    EXPECT_TRUE(world.ask(read + "disableApiStop").has("<value>false</value>"));
    EXPECT_EQ(world.outcome(read + "colour"), "InvalidParameterValue");
    std::string write = "Action=ModifyInstanceAttribute&InstanceId=" + id;
    EXPECT_EQ(world.outcome(write + "&InstanceType.Value=t3.small"), "IncorrectInstanceState");
    world.make("Action=StopInstances&InstanceId.1=" + id, "instanceId");
    EXPECT_EQ(world.outcome(write + "&InstanceType.Value=t3.small"), "ok");
    EXPECT_EQ(world.outcome(write + "&InstanceType.Value=t4g.small"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome(write + "&Attribute=instanceType&Value=t3.large"), "ok");
    EXPECT_TRUE(world.ask(read + "instanceType").has("<value>t3.large</value>"));
    EXPECT_EQ(world.outcome(write + "&SourceDestCheck.Value=false"), "ok");
    EXPECT_FALSE(vpc().interfaces.at(0).source_dest_check);
    std::string group = world.make("Action=CreateSecurityGroup&GroupName=g&GroupDescription=d&VpcId=" + world.vpc, "groupId");
    EXPECT_EQ(world.outcome(write + "&GroupId.1=" + group), "ok");
    EXPECT_THAT(vpc().interfaces.at(0).security_groups, ElementsAre(group));
    EXPECT_EQ(world.outcome(write), "InvalidParameterCombination");
    EXPECT_EQ(
        world.outcome("Action=ModifyInstanceMetadataOptions&HttpTokens=optional&HttpPutResponseHopLimit=3&InstanceId=" + id),
        "ok");
    EXPECT_EQ(world.ask("Action=DescribeInstances").value("httpPutResponseHopLimit"), "3");
    EXPECT_EQ(world.outcome("Action=ModifyInstanceMetadataOptions&HttpPutResponseHopLimit=65&InstanceId=" + id),
              "InvalidParameterValue");
}

TEST_F(InstanceTest, IsKnownToMetadataByVpcAndPrivateAddress) {
    std::string id = world.launch(world.private_subnet, "&UserData=aGVsbG8%3D&IamInstanceProfile.Name=ec2");
    auto facts = world.ec2->instance_at(VpcId(world.vpc), *IpAddress::parse("10.0.5.4"));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->id, id);
    EXPECT_EQ(facts->arn, "arn:aws:ec2:us-east-1:123456789012:instance/" + id);
    EXPECT_EQ(facts->zone_id, "use1-az1");
    EXPECT_EQ(facts->user_data, "hello");
    EXPECT_EQ(facts->profile_arn, "arn:aws:iam::123456789012:instance-profile/ec2");
    EXPECT_THAT(facts->groups, ElementsAre("default"));
    EXPECT_FALSE(world.ec2->instance_at(VpcId(world.vpc), *IpAddress::parse("10.0.5.5")));
    EXPECT_FALSE(world.ec2->instance_at(VpcId("vpc-0123456789abcdef0"), *IpAddress::parse("10.0.5.4")));
    world.make("Action=TerminateInstances&InstanceId.1=" + id, "instanceId");
    EXPECT_FALSE(world.ec2->instance_at(VpcId(world.vpc), *IpAddress::parse("10.0.5.4")));
}

TEST_F(InstanceTest, StatusCreditsTypesAndProfileAssociations) {
    std::string id = world.launch(world.private_subnet, "&IamInstanceProfile.Name=ec2");
    std::string one = "&InstanceId.1=" + id;
    EXPECT_THAT(world.ask("Action=DescribeInstanceStatus" + one).values("status"), ElementsAre("ok", "passed", "ok", "passed"));
    EXPECT_EQ(world.ask("Action=DescribeInstanceCreditSpecifications" + one).value("cpuCredits"), "unlimited");
    EXPECT_EQ(world.ask("Action=DescribeIamInstanceProfileAssociations&Filter.1.Name=instance-id&Filter.1.Value.1=" + id)
                  .value("state"),
              "associated");
    Said type = world.ask("Action=DescribeInstanceTypes&InstanceType.1=t3.micro");
    EXPECT_EQ(type.value("sizeInMiB"), "1024");
    EXPECT_EQ(type.value("burstablePerformanceSupported"), "true");
    EXPECT_EQ(world.outcome("Action=DescribeInstanceTypes&InstanceType.1=t3.mega"), "InvalidInstanceType");
    EXPECT_EQ(world.outcome("Action=GetInstanceUefiData&InstanceId=" + id), "UnsupportedOperation");
    world.make("Action=StopInstances&InstanceId.1=" + id, "instanceId");
    EXPECT_FALSE(world.ask("Action=DescribeInstanceStatus").has(id));
    EXPECT_TRUE(world.ask("Action=DescribeInstanceStatus&IncludeAllInstances=true").has(id));
}

TEST(Images, SearchForAmazonLinuxFindsTheNewest) {
    World world;
    Said found =
        world.ask("Action=DescribeImages&Owner.1=amazon&Filter.1.Name=name&Filter.1.Value.1=al2023-ami-2023*-kernel-*-x86_64");
    EXPECT_THAT(found.values("name"), UnorderedElementsAre("al2023-ami-2023.7.20250428.1-kernel-6.1-x86_64",
                                                           "al2023-ami-2023.8.20250818.0-kernel-6.1-x86_64",
                                                           "al2023-ami-2023.9.20251014.0-kernel-6.1-x86_64",
                                                           "al2023-ami-2023.9.20251014.0-kernel-6.12-x86_64"));
    EXPECT_EQ(found.values("imageOwnerId"), std::vector<std::string>(4, "137112412989"));
    std::string id = found.value("imageId");
    world.restart();
    EXPECT_TRUE(world.ask("Action=DescribeImages&ImageId.1=" + id).has(id)) << "ids do not change";
    World elsewhere;
    elsewhere.region = Region("eu-west-1");
    EXPECT_EQ(elsewhere.outcome("Action=DescribeImages&ImageId.1=" + id), "InvalidAMIID.NotFound");
    EXPECT_FALSE(world.ask("Action=DescribeImages&Owner.1=self").has("<imageId>"));
    EXPECT_THAT(world.ask("Action=DescribeImages&Owner.1=136693071363&Filter.1.Name=architecture&Filter.1.Value.1=arm64")
                    .values("name"),
                ElementsAre("debian-12-arm64-20251006-2257"));
}

}  // namespace
}  // namespace sekisho::ec2::test
