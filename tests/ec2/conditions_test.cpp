// Condition keys: what a policy can say of the resources that a call is about.
#include "ec2/world.h"

namespace sekisho::ec2::test {
namespace {

struct Conditions : testing::Test {
    World world;
    std::string image, run;
    Conditions() {
        world.make_network();
        image = world.image();
        run = "Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&SubnetId=" + world.private_subnet +
              "&ImageId=" + image;
    }
    // From now on a user asks who may do everything but what this statement denies.
    void except(const std::string& action, const std::string& resource, const std::string& condition) {
        world.caller.kind = authn::Caller::Kind::user;
        world.caller.arn = "arn:aws:iam::123456789012:user/dev";
        world.caller.user_name = "dev";
        world.policies.identity = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
            {"Effect":"Deny","Action":")" +
                                  action + R"(","Resource":")" + resource + R"(","Condition":)" + condition + "}]}";
    }
    void as_root() {
        world.caller.kind = authn::Caller::Kind::root;
        world.caller.arn = "arn:aws:iam::123456789012:root";
        world.caller.user_name.clear();
    }
    static constexpr const char* denied = "UnauthorizedOperation";
};

TEST_F(Conditions, ALaunchCanBeHeldToMetadataTokensAndHops) {
    except("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*", R"({"StringNotEquals":{"ec2:MetadataHttpTokens":"required"}})");
    EXPECT_EQ(world.outcome(run + "&MetadataOptions.HttpTokens=required"), "ok");
    EXPECT_EQ(world.outcome(run + "&MetadataOptions.HttpTokens=optional"), denied);
    except("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*",
           R"({"NumericGreaterThan":{"ec2:MetadataHttpPutResponseHopLimit":"3"}})");
    EXPECT_EQ(world.outcome(run + "&MetadataOptions.HttpPutResponseHopLimit=3"), "ok");
    EXPECT_EQ(world.outcome(run + "&MetadataOptions.HttpPutResponseHopLimit=4"), denied);
}

TEST_F(Conditions, ALaunchCanBeHeldToPrivateAddressesWhoeverWantsAPublicOne) {
    except("ec2:RunInstances", "arn:aws:ec2:*:*:network-interface/*", R"({"Bool":{"ec2:AssociatePublicIpAddress":"true"}})");
    EXPECT_EQ(world.outcome(run), "ok");
    std::string with_interface = "Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&ImageId=" + image +
                                 "&NetworkInterface.1.DeviceIndex=0&NetworkInterface.1.SubnetId=" + world.private_subnet +
                                 "&NetworkInterface.1.AssociatePublicIpAddress=";
    EXPECT_EQ(world.outcome(with_interface + "true"), denied);
    EXPECT_EQ(world.outcome(with_interface + "false"), "ok");
    as_root();
    world.make("Action=ModifySubnetAttribute&MapPublicIpOnLaunch.Value=true&SubnetId=" + world.private_subnet, "return");
    except("ec2:RunInstances", "arn:aws:ec2:*:*:network-interface/*", R"({"Bool":{"ec2:AssociatePublicIpAddress":"true"}})");
    EXPECT_EQ(world.outcome(run), denied);
}

TEST_F(Conditions, ALaunchIsAskedAboutEachVolume) {
    std::string second = "&BlockDeviceMapping.1.DeviceName=/dev/sdf&BlockDeviceMapping.1.Ebs.VolumeSize=";
    except("ec2:RunInstances", "arn:aws:ec2:*:*:volume/*", R"({"NumericGreaterThan":{"ec2:VolumeSize":"100"}})");
    EXPECT_EQ(world.outcome(run), "ok");
    EXPECT_EQ(world.outcome(run + second + "100"), "ok");
    EXPECT_EQ(world.outcome(run + second + "101"), denied);
    except("ec2:RunInstances", "arn:aws:ec2:*:*:volume/*", R"({"StringNotEquals":{"ec2:VolumeType":"gp3"}})");
    EXPECT_EQ(world.outcome(run + second + "10"), denied);  // gp2, where nothing is said
    EXPECT_EQ(world.outcome(run + second + "10&BlockDeviceMapping.1.Ebs.VolumeType=gp3"), "ok");
    except("ec2:RunInstances", "arn:aws:ec2:*:*:volume/*", R"({"Bool":{"ec2:Encrypted":"false"}})");
    EXPECT_EQ(world.outcome(run), denied);
}

TEST_F(Conditions, ALaunchKnowsItsZoneTenancyAndImage) {
    struct {
        const char *resource, *condition;
    } guards[] = {
        {"instance/*", R"({"StringEquals":{"ec2:AvailabilityZone":"us-east-1a"}})"},
        {"instance/*", R"({"StringEquals":{"ec2:Tenancy":"default"}})"},
        {"instance/*", R"({"StringEquals":{"ec2:RootDeviceType":"ebs"}})"},
        {"instance/*", R"({"Bool":{"ec2:EbsOptimized":"false"}})"},
        {"image/*", R"({"StringEquals":{"ec2:Owner":"amazon"}})"},
        {"image/*", R"({"Bool":{"ec2:Public":"true"}})"},
        {"subnet/*", R"({"StringEquals":{"ec2:AvailabilityZone":"us-east-1a"}})"},
    };
    for (const auto& guard : guards) {
        except("ec2:RunInstances", "arn:aws:ec2:*:*:" + std::string(guard.resource), guard.condition);
        EXPECT_EQ(world.outcome(run), denied) << guard.resource << guard.condition;
    }
}

TEST_F(Conditions, AnInstanceThatIsThereHasThemToo) {
    std::string instance = world.launch(world.private_subnet);
    except("ec2:StopInstances", "*", R"({"StringEquals":{"ec2:InstanceType":"t3.micro"}})");
    EXPECT_EQ(world.outcome("Action=StopInstances&InstanceId.1=" + instance), denied);
    except("ec2:StopInstances", "*", R"({"StringEquals":{"ec2:InstanceType":"t3.small"}})");
    EXPECT_EQ(world.outcome("Action=StopInstances&InstanceId.1=" + instance), "ok");
}

TEST_F(Conditions, AttributesThatAreSetCanBeDenied) {
    std::string instance = world.launch(world.private_subnet);
    std::string modify = "Action=ModifyInstanceAttribute&InstanceId=" + instance;
    except("ec2:ModifyInstanceAttribute", "*", R"({"StringEquals":{"ec2:Attribute":"SourceDestCheck"}})");
    EXPECT_EQ(world.outcome(modify + "&SourceDestCheck.Value=false"), denied);
    EXPECT_EQ(world.outcome(modify + "&DisableApiTermination.Value=true"), "ok");
    except("ec2:ModifyInstanceAttribute", "*", R"({"StringEquals":{"ec2:Attribute/DisableApiTermination":"false"}})");
    EXPECT_EQ(world.outcome(modify + "&DisableApiTermination.Value=true"), "ok");
    EXPECT_EQ(world.outcome(modify + "&DisableApiTermination.Value=false"), denied);
    except("ec2:ModifyInstanceMetadataOptions", "arn:aws:ec2:*:*:instance/*",
           R"({"StringNotEquals":{"ec2:Attribute/HttpTokens":"required"},"Null":{"ec2:Attribute/HttpTokens":"false"}})");
    std::string options = "Action=ModifyInstanceMetadataOptions&InstanceId=" + instance;
    EXPECT_EQ(world.outcome(options + "&HttpTokens=optional"), denied);
    EXPECT_EQ(world.outcome(options + "&HttpTokens=required"), "ok");
    EXPECT_EQ(world.outcome(options + "&HttpPutResponseHopLimit=2"), "ok");
}

TEST_F(Conditions, ASecurityGroupAndAVolumeAreAskedAboutWhereAnInstanceIsModified) {
    std::string instance = world.launch(world.private_subnet);
    std::string group =
        world.make("Action=CreateSecurityGroup&GroupName=open&GroupDescription=d&VpcId=" + world.vpc, "groupId");
    world.make("Action=CreateTags&Tag.1.Key=kind&Tag.1.Value=open&ResourceId.1=" + group, "return");
    except("ec2:ModifyInstanceAttribute", "arn:aws:ec2:*:*:security-group/*",
           R"({"StringEquals":{"aws:ResourceTag/kind":"open"}})");
    EXPECT_EQ(world.outcome("Action=ModifyInstanceAttribute&InstanceId=" + instance + "&GroupId.1=" + group), denied);
    except("ec2:ModifyInstanceAttribute", "arn:aws:ec2:*:*:volume/*", R"({"Bool":{"ec2:Encrypted":"false"}})");
    EXPECT_EQ(world.outcome("Action=ModifyInstanceAttribute&InstanceId=" + instance + "&GroupId.1=" + group), "ok");
    EXPECT_EQ(world.outcome("Action=ModifyInstanceAttribute&InstanceId=" + instance +
                            "&BlockDeviceMapping.1.DeviceName=/dev/xvda&BlockDeviceMapping.1.Ebs.DeleteOnTermination=false"),
              denied);
}

TEST_F(Conditions, AKeyPairIsItsNameAndHasItsTags) {
    std::string id = world.make(
        "Action=CreateKeyPair&KeyName=prod&KeyType=ed25519&TagSpecification.1.ResourceType=key-pair"
        "&TagSpecification.1.Tag.1.Key=protected&TagSpecification.1.Tag.1.Value=true",
        "keyPairId");
    world.make("Action=CreateKeyPair&KeyName=dev&KeyType=ed25519", "keyPairId");
    const std::string tagged = R"({"StringEquals":{"aws:ResourceTag/protected":"true"}})";
    for (const char* resource : {"*", "arn:aws:ec2:us-east-1:123456789012:key-pair/prod"}) {
        except("ec2:DeleteKeyPair", resource, tagged);
        EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyName=prod"), denied);
        EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyPairId=" + id), denied);
        except("ec2:RunInstances", resource, tagged);
        EXPECT_EQ(world.outcome(run + "&KeyName=prod"), denied);
        EXPECT_EQ(world.outcome(run + "&KeyName=dev"), "ok");
        except("ec2:DeleteTags", resource, tagged);
        EXPECT_EQ(world.outcome("Action=DeleteTags&ResourceId.1=" + id + "&Tag.1.Key=protected"), denied);
    }
    except("ec2:CreateKeyPair", "arn:aws:ec2:us-east-1:123456789012:key-pair/prod-*", "{}");
    EXPECT_EQ(world.outcome("Action=CreateKeyPair&KeyType=ed25519&KeyName=prod-2"), denied);
    EXPECT_EQ(world.outcome("Action=CreateKeyPair&KeyType=ed25519&KeyName=test"), "ok");
    except("ec2:DeleteKeyPair", "*", tagged);
    EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyName=dev"), "ok");
}

TEST_F(Conditions, AKeyPairCalledAsAnothersIdIsIsNotThatOne) {
    std::string id = world.make("Action=CreateKeyPair&KeyName=prod&KeyType=ed25519", "keyPairId");
    world.make("Action=CreateTags&Tag.1.Key=mine&Tag.1.Value=yes&ResourceId.1=" +
                   world.make("Action=CreateKeyPair&KeyType=ed25519&KeyName=" + id, "keyPairId"),
               "return");
    except("ec2:DeleteKeyPair", "*", R"({"StringNotEquals":{"aws:ResourceTag/mine":"yes"}})");
    EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyPairId=" + id), denied);
    EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyName=" + id), "ok");
}

TEST_F(Conditions, ATagThatComesBetweenTheQuestionAndTheDeedCounts) {
    std::string instance = world.launch(world.private_subnet);
    except("ec2:TerminateInstances", "*", R"({"StringEquals":{"aws:ResourceTag/protected":"true"}})");
    const authn::Caller user = world.caller;
    world.policies.meanwhile = [&] {
        as_root();
        EXPECT_EQ(world.outcome("Action=CreateTags&Tag.1.Key=protected&Tag.1.Value=true&ResourceId.1=" + instance), "ok");
        world.caller = user;
    };
    EXPECT_EQ(world.outcome("Action=TerminateInstances&InstanceId.1=" + instance), denied);
    EXPECT_EQ(world.state_of(instance), "running");
}

TEST_F(Conditions, AKeyPairThatIsAnotherByThenIsAskedAboutAgain) {
    world.make("Action=CreateKeyPair&KeyName=mine&KeyType=ed25519", "keyPairId");
    except("ec2:DeleteKeyPair", "*", R"({"StringEquals":{"aws:ResourceTag/protected":"true"}})");
    const authn::Caller user = world.caller;
    world.policies.meanwhile = [&] {
        as_root();
        EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyName=mine"), "ok");
        EXPECT_EQ(world.outcome("Action=CreateKeyPair&KeyName=mine&KeyType=ed25519&TagSpecification.1.ResourceType=key-pair"
                                "&TagSpecification.1.Tag.1.Key=protected&TagSpecification.1.Tag.1.Value=true"),
                  "ok");
        world.caller = user;
    };
    EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyName=mine"), denied);
    as_root();
    EXPECT_EQ(world.outcome("Action=DescribeKeyPairs&KeyName.1=mine"), "ok");
}

TEST_F(Conditions, AChangeOfSomethingElseMeanwhileIsNoHindrance) {
    std::string instance = world.launch(world.private_subnet);
    except("ec2:TerminateInstances", "*", R"({"StringEquals":{"aws:ResourceTag/protected":"true"}})");
    const authn::Caller user = world.caller;
    world.policies.meanwhile = [&] {
        as_root();
        EXPECT_EQ(world.outcome("Action=CreateVpc&CidrBlock=10.9.0.0/16"), "ok");
        world.caller = user;
    };
    EXPECT_EQ(world.outcome("Action=TerminateInstances&InstanceId.1=" + instance), "ok");
}

}  // namespace
}  // namespace sekisho::ec2::test
