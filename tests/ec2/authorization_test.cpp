#include "ec2/world.h"

namespace sekisho::ec2::test {
namespace {

struct UserTest : testing::Test {
    World world;
    UserTest() {
        world.make_network();
        world.profiles.all.push_back({"arn:aws:iam::123456789012:instance-profile/ec2", "ec2", "AIPAEXAMPLE",
                                      "arn:aws:iam::123456789012:role/ec2_s3access_role", "ec2_s3access_role"});
    }
    // From now on a user with this policy asks.
    void as_user(const std::string& statements) {
        world.caller.kind = authn::Caller::Kind::user;
        world.caller.arn = "arn:aws:iam::123456789012:user/dev";
        world.caller.user_name = "dev";
        world.policies.identity = R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
    }
};

TEST_F(UserTest, WithoutPolicyIsDenied) {
    as_user(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})");
    Said said = world.ask("Action=DescribeVpcs");
    EXPECT_EQ(said.status, 403);
    EXPECT_EQ(said.code(), "UnauthorizedOperation");
    EXPECT_TRUE(said.has("ec2:DescribeVpcs")) << said;
    EXPECT_EQ(world.outcome("Action=CreateVpc&CidrBlock=10.9.0.0/16&DryRun=true"), "UnauthorizedOperation")
        << "a dry run asks too";
}

TEST_F(UserTest, ThatMayLaunchNeedsPassRoleToHandOnARole) {
    std::string image = world.image();
    as_user(R"({"Effect":"Allow","Action":["ec2:*"],"Resource":"*"})");
    std::string run = "Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&SubnetId=" + world.private_subnet +
                      "&ImageId=" + image;
    EXPECT_EQ(world.outcome(run), "ok");
    Said denied = world.ask(run + "&IamInstanceProfile.Name=ec2");
    EXPECT_EQ(denied.code(), "UnauthorizedOperation");
    EXPECT_TRUE(denied.has("iam:PassRole on resource: ")) << denied;
    as_user(R"({"Effect":"Allow","Action":["ec2:*"],"Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole",
               "Resource":"arn:aws:iam::123456789012:role/ec2_s3access_role",
               "Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}})");
    EXPECT_EQ(world.outcome(run + "&IamInstanceProfile.Name=ec2"), "ok");
    EXPECT_EQ(world.outcome(run + "&IamInstanceProfile.Name=nobody"), "UnauthorizedOperation")
        << "a role that is not known is any role";
}

TEST_F(UserTest, MayLaunchOnlyIntoTheSubnetAllowed) {
    std::string image = world.image();
    as_user(R"({"Effect":"Allow","Action":"ec2:RunInstances","Resource":"*"},
               {"Effect":"Deny","Action":"ec2:RunInstances","Resource":"arn:aws:ec2:us-east-1:123456789012:subnet/)" +
            world.public_subnet + R"("})");
    std::string run = "Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&ImageId=" + image + "&SubnetId=";
    EXPECT_EQ(world.outcome(run + world.private_subnet), "ok");
    EXPECT_EQ(world.outcome(run + world.public_subnet), "UnauthorizedOperation");
}

TEST_F(UserTest, MayLaunchOnlyTheTypeAllowedWithAndWithoutTags) {
    std::string image = world.image();
    as_user(R"({"Effect":"Allow","Action":["ec2:RunInstances","ec2:CreateTags"],"Resource":"*"},
               {"Effect":"Deny","Action":"ec2:RunInstances","Resource":"arn:aws:ec2:*:*:instance/*",
                "Condition":{"StringNotEquals":{"ec2:InstanceType":"t3.micro"}}})");
    std::string run =
        "Action=RunInstances&MinCount=1&MaxCount=1&ImageId=" + image + "&SubnetId=" + world.private_subnet + "&InstanceType=";
    std::string tag =
        "&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v";
    EXPECT_EQ(world.outcome(run + "t3.micro"), "ok");
    EXPECT_EQ(world.outcome(run + "t3.micro" + tag), "ok");
    EXPECT_EQ(world.outcome(run + "t3.small"), "UnauthorizedOperation");
    EXPECT_EQ(world.outcome(run + "t3.small" + tag), "UnauthorizedOperation");
}

TEST_F(UserTest, ThatTagsWhatItMakesNeedsCreateTags) {
    as_user(R"({"Effect":"Allow","Action":"ec2:CreateVpc","Resource":"*"})");
    std::string create = "Action=CreateVpc&CidrBlock=10.9.0.0/16";
    std::string tag = "&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=a";
    EXPECT_EQ(world.outcome(create), "ok");
    EXPECT_EQ(world.outcome(create + tag), "UnauthorizedOperation");
    as_user(
        R"({"Effect":"Allow","Action":"ec2:CreateVpc","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"a"}}},
               {"Effect":"Allow","Action":"ec2:CreateTags","Resource":"*","Condition":{"StringEquals":{"ec2:CreateAction":"CreateVpc"}}})");
    EXPECT_EQ(world.outcome(create), "UnauthorizedOperation");
    EXPECT_EQ(world.outcome(create + tag), "ok");
}

TEST_F(UserTest, MayTouchOnlyWhatCarriesItsTag) {
    std::string mine = world.launch(world.private_subnet), other = world.launch(world.private_subnet);
    world.make("Action=CreateTags&ResourceId.1=" + mine + "&Tag.1.Key=team&Tag.1.Value=a", "return");
    as_user(
        R"({"Effect":"Allow","Action":"ec2:*Instances","Resource":"*","Condition":{"StringEquals":{"ec2:ResourceTag/team":"a"}}})");
    EXPECT_EQ(world.outcome("Action=StopInstances&InstanceId.1=" + mine), "ok");
    EXPECT_EQ(world.outcome("Action=StopInstances&InstanceId.1=" + other), "UnauthorizedOperation");
    EXPECT_EQ(world.outcome("Action=StopInstances&InstanceId.1=" + mine + "&InstanceId.2=" + other), "UnauthorizedOperation");
    EXPECT_EQ(world.outcome("Action=TerminateInstances&InstanceId.1=i-0123456789abcdef0"), "UnauthorizedOperation")
        << "what is not there carries no tag";
}

}  // namespace
}  // namespace sekisho::ec2::test
