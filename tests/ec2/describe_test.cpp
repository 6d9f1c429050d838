#include "ec2/world.h"
#include "services/ec2/filters.h"
#include "services/ec2/request.h"

namespace sekisho::ec2::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

TEST(Wildcards, MatchAsInEc2sFilters) {
    struct {
        const char* pattern;
        const char* text;
        bool matches;
    } cases[] = {{"abc", "abc", true},
                 {"abc", "abcd", false},
                 {"a*", "abc", true},
                 {"*", "", true},
                 {"a?c", "abc", true},
                 {"a?c", "ac", false},
                 {"*b*", "abc", true},
                 {"a*c*e", "abcde", true},
                 {"a*c*e", "abcd", false},
                 {"\\*", "*", true},
                 {"\\*", "x", false},
                 {"a\\?", "a?", true},
                 {"", "", true},
                 {"", "a", false},
                 {"ABC", "abc", false},
                 {"a**b", "ab", true},
                 {"al2023-ami-2023*-kernel-*-x86_64", "al2023-ami-2023.9.20251014.0-kernel-6.1-x86_64", true},
                 {"al2023-ami-2023*-kernel-*-x86_64", "al2023-ami-minimal-2023.9.0-kernel-6.1-x86_64", false}};
    for (const auto& one : cases)
        EXPECT_EQ(wildcard_match(one.pattern, one.text), one.matches) << one.pattern << " " << one.text;
}

TEST(Wildcards, OfAHostilePatternTakeNoLongTime) {
    std::string pattern, text(2000, 'a');
    for (int i = 0; i < 100; ++i) pattern += "*a";
    EXPECT_FALSE(wildcard_match(pattern + "*b", text));
}

struct FilterTest : testing::Test {
    World world;
    std::string red, blue;
    FilterTest() {
        red = tagged("colour", "red");
        blue = tagged("colour", "blue");
    }
    std::string tagged(const std::string& key, const std::string& value) {
        return world.make(
            "Action=CreateVpc&CidrBlock=10.0.0.0/16&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=" + key +
                "&TagSpecification.1.Tag.1.Value=" + value,
            "vpcId");
    }
    std::vector<std::string> find(const std::string& filters) {
        return world.ask("Action=DescribeVpcs" + filters).values("vpcId");
    }
};

TEST_F(FilterTest, ByTagKeyValueAndWildcard) {
    EXPECT_THAT(find("&Filter.1.Name=tag:colour&Filter.1.Value.1=red"), ElementsAre(red));
    EXPECT_THAT(find("&Filter.1.Name=tag:colour&Filter.1.Value.1=red&Filter.1.Value.2=blue"), UnorderedElementsAre(red, blue));
    EXPECT_THAT(find("&Filter.1.Name=tag:colour&Filter.1.Value.1=b*"), ElementsAre(blue));
    EXPECT_THAT(find("&Filter.1.Name=tag-key&Filter.1.Value.1=colour"), SizeIs(2));
    EXPECT_THAT(find("&Filter.1.Name=tag:colour&Filter.1.Value.1=RED"), SizeIs(0)) << "case counts";
    EXPECT_THAT(find("&Filter.1.Name=tag:colour&Filter.1.Value.1=red&Filter.2.Name=is-default&Filter.2.Value.1=true"),
                SizeIs(0))
        << "all filters must hold";
}

TEST_F(FilterTest, ThatIsUnknownOrEmptyIsAnError) {
    Said said = world.ask("Action=DescribeVpcs&Filter.1.Name=shape&Filter.1.Value.1=round");
    EXPECT_EQ(said.code(), "InvalidParameterValue");
    EXPECT_EQ(said.message(), "The filter 'shape' is invalid");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&Filter.1.Name=vpc-id"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=DescribeImages&Filter.1.Name=shape&Filter.1.Value.1=x"), "InvalidParameterValue");
    std::string many = "Action=DescribeVpcs&Filter.1.Name=vpc-id";
    for (int i = 1; i <= 201; ++i) many += "&Filter.1.Value." + std::to_string(i) + "=x";
    EXPECT_EQ(world.outcome(many), "FilterLimitExceeded");
    EXPECT_EQ(world.outcome(many.substr(0, many.rfind("&Filter"))), "ok");
}

TEST_F(FilterTest, PagesGoThroughEverythingOnce) {
    std::set<std::string> all{red, blue};
    for (int i = 0; i < 10; ++i) all.insert(tagged("n", std::to_string(i)));
    std::set<std::string> seen;
    std::string token;
    int pages = 0;
    do {
        Said page = world.ask("Action=DescribeVpcs&MaxResults=5" + (token.empty() ? "" : "&NextToken=" + token));
        for (const std::string& id : page.values("vpcId")) EXPECT_TRUE(seen.insert(id).second) << id;
        token = page.value("nextToken");
        for (std::size_t at = token.find('='); at != std::string::npos; at = token.find('=', at + 3))
            token.replace(at, 1, "%3D");
        ++pages;
    } while (!token.empty());
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen.size(), all.size() + 1) << "and the default VPC";
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&NextToken=nonsense"), "InvalidNextToken");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&MaxResults=4"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&MaxResults=x"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=DescribeVpcs&MaxResults=5&VpcId.1=" + red), "InvalidParameterCombination");
}

TEST(Tags, AreMadeChangedAndDeletedOnAnything) {
    World world;
    world.make_network();
    std::string instance = world.launch(world.private_subnet);
    for (const std::string& id :
         {world.vpc, world.public_subnet, world.igw, world.nat, world.allocation, world.public_table, instance}) {
        ASSERT_EQ(world.outcome("Action=CreateTags&ResourceId.1=" + id + "&Tag.1.Key=k&Tag.1.Value=v&Tag.2.Key=e&Tag.2.Value="),
                  "ok")
            << id;
        Said shown = world.ask("Action=DescribeTags&Filter.1.Name=resource-id&Filter.1.Value.1=" + id);
        EXPECT_THAT(shown.values("key"), ElementsAre("e", "k")) << id;
        EXPECT_EQ(world.outcome("Action=DeleteTags&ResourceId.1=" + id + "&Tag.1.Key=k&Tag.1.Value=other"), "ok");
        EXPECT_EQ(world.outcome("Action=DeleteTags&ResourceId.1=" + id + "&Tag.1.Key=e"), "ok");
        EXPECT_THAT(world.ask("Action=DescribeTags&Filter.1.Name=resource-id&Filter.1.Value.1=" + id).values("key"),
                    ElementsAre("k"))
            << id;
    }
    EXPECT_EQ(world.ask("Action=DescribeTags&Filter.1.Name=resource-type&Filter.1.Value.1=natgateway").value("resourceId"),
              world.nat);
}

TEST(Tags, ThatCannotBeAreRefused) {
    World world;
    std::string vpc = world.make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    std::string tag = "Action=CreateTags&ResourceId.1=" + vpc + "&Tag.1.Value=v&Tag.1.Key=";
    EXPECT_EQ(world.outcome(tag + "aws:mine"), "InvalidParameterValue");
    EXPECT_EQ(world.outcome(tag + std::string(129, 'k')), "InvalidParameterValue");
    EXPECT_EQ(world.outcome(tag + std::string(128, 'k')), "ok");
    EXPECT_EQ(world.outcome("Action=CreateTags&ResourceId.1=" + vpc + "&Tag.1.Key=k&Tag.1.Value=" + std::string(257, 'v')),
              "InvalidParameterValue");
    EXPECT_EQ(world.outcome("Action=CreateTags&ResourceId.1=" + vpc), "MissingParameter");
    EXPECT_EQ(world.outcome("Action=CreateTags&ResourceId.1=thing&Tag.1.Key=k"), "InvalidID");
    EXPECT_EQ(world.outcome("Action=CreateTags&ResourceId.1=vpc-0123456789abcdef0&Tag.1.Key=k"), "InvalidVpcID.NotFound");
    for (int i = 2; i <= 50; ++i)
        ASSERT_EQ(
            world.outcome("Action=CreateTags&ResourceId.1=" + vpc + "&Tag.1.Key=k" + std::to_string(i) + "&Tag.1.Value=v"),
            "ok");
    EXPECT_EQ(world.outcome("Action=CreateTags&ResourceId.1=" + vpc + "&Tag.1.Key=k51&Tag.1.Value=v"), "TagLimitExceeded");
    EXPECT_EQ(
        world.outcome(
            "Action=CreateVpc&CidrBlock=10.0.0.0/16&TagSpecification.1.ResourceType=subnet&TagSpecification.1.Tag.1.Key=k"),
        "InvalidParameterValue");
}

TEST(Regions, AndTheirZonesAreListed) {
    World world;
    Said said = world.ask("Action=DescribeRegions");
    EXPECT_GE(said.values("regionName").size(), 30u);
    EXPECT_TRUE(said.has("<regionName>us-east-1</regionName><regionEndpoint>ec2.us-east-1.amazonaws.com</regionEndpoint>"));
    EXPECT_THAT(world.ask("Action=DescribeRegions&RegionName.1=eu-west-1").values("regionName"), ElementsAre("eu-west-1"));
    EXPECT_EQ(world.outcome("Action=DescribeRegions&RegionName.1=mars-1"), "InvalidParameterValue");
    Said zones = world.ask("Action=DescribeAvailabilityZones&Filter.1.Name=state&Filter.1.Value.1=available");
    EXPECT_THAT(zones.values("zoneName"),
                ElementsAre("us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"));
    EXPECT_EQ(zones.value("zoneId"), "use1-az1");
    EXPECT_EQ(world.ask("Action=DescribeAccountAttributes&AttributeName.1=supported-platforms").value("attributeValue"), "VPC");
    EXPECT_TRUE(world.ask("Action=DescribeVpcEndpointServices").has("<item>com.amazonaws.us-east-1.s3</item>"));
    EXPECT_TRUE(
        world.ask("Action=DescribeDhcpOptions").has("<key>domain-name</key><valueSet><item><value>ec2.internal</value>"));
}

TEST(Digest, OfARequestDoesNotSeeOrderTokenOrDryRun) {
    auto digest = [](const char* text) { return digest_of(*wire::Params::parse(text, true)); };
    EXPECT_EQ(digest("A=1&B=2&ClientToken=x"), digest("B=2&A=1&ClientToken=y&DryRun=true"));
    EXPECT_NE(digest("A=1&B=2"), digest("A=1&B=3"));
    EXPECT_NE(digest("A=1%0AB=2"), digest("A=1&B=2"));
}

TEST(KeyPairs, AreMadeImportedAndDeleted) {
    World world;
    Said made = world.ask("Action=CreateKeyPair&KeyName=one&KeyType=ed25519");
    ASSERT_EQ(made.status, 200) << made;
    EXPECT_TRUE(made.has("-----BEGIN OPENSSH PRIVATE KEY-----"));
    EXPECT_EQ(world.ask("Action=CreateKeyPair&KeyName=one").message(), "The keypair 'one' already exists.");
    EXPECT_FALSE(world.ask("Action=DescribeKeyPairs&KeyName.1=one").has("PRIVATE KEY"));
    EXPECT_TRUE(world.ask("Action=DescribeKeyPairs&KeyName.1=one&IncludePublicKey=true").has("<publicKey>ssh-ed25519 AAAA"));
    EXPECT_EQ(world.outcome("Action=ImportKeyPair&KeyName=two&PublicKeyMaterial=aGVsbG8%3D"), "InvalidKey.Format");
    // ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f comment
    Said imported = world.ask(
        "Action=ImportKeyPair&KeyName=two&PublicKeyMaterial="
        "c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUFBQkFnTUVCUVlIQ0FrS0N3d05EZzhRRVJJVEZCVVdGeGdaR2hzY0hSNGYgY29tbWVudA"
        "%3D%3D");
    ASSERT_EQ(imported.status, 200) << imported;
    EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyName=two"), "ok");
    EXPECT_EQ(world.outcome("Action=DeleteKeyPair&KeyName=two"), "ok") << "deleting what is gone is no error";
    EXPECT_EQ(world.outcome("Action=DescribeKeyPairs&KeyName.1=two"), "InvalidKeyPair.NotFound");
}

}  // namespace
}  // namespace sekisho::ec2::test
