#include <gtest/gtest.h>

#include "services/dns/message.h"
#include "services/dns/resolver.h"

namespace sekisho::dns {
namespace {

using namespace std::string_literals;

std::string question_bytes(std::string_view name, std::uint16_t type, bool edns = false) {
    std::string out = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00"s;
    out.push_back(edns ? 1 : 0);
    std::size_t from = 0;
    while (from < name.size()) {
        std::size_t dot = std::min(name.find('.', from), name.size());
        out.push_back(static_cast<char>(dot - from));
        out += name.substr(from, dot - from);
        from = dot + 1;
    }
    out.push_back('\0');
    out.push_back(static_cast<char>(type >> 8));
    out.push_back(static_cast<char>(type));
    out += "\x00\x01"s;
    if (edns) out += "\x00\x00\x29\x10\x00\x00\x00\x00\x00\x00\x00"s;
    return out;
}

Names names() {
    Names made;
    made.s3 = [](std::string_view region) { return IpAddress::parse(region == "eu-west-1" ? "198.18.4.1" : "198.18.0.1"); };
    made.control = [](std::string_view service, std::string_view) {
        return service == "iam" || service == "sts" ? IpAddress::parse("198.19.0.1") : std::nullopt;
    };
    made.in_vpc = [](std::string_view vpc, const IpAddress& ip) { return vpc == "vpc-1" && ip.text() == "10.0.5.167"; };
    made.default_region = "us-east-1";
    return made;
}

Answer ask(std::string_view name, Type type, std::string_view vpc = "vpc-1", std::string_view zone = "ec2.internal") {
    auto question = parse_question(question_bytes(name, static_cast<std::uint16_t>(type)));
    return resolve(*question, vpc, zone, names());
}

TEST(Dns, NamesOfS3LeadToTheRegionsAddressWithOrWithoutABucket) {
    EXPECT_EQ(ask("s3.us-east-1.amazonaws.com", Type::a).addresses.at(0).text(), "198.18.0.1");
    EXPECT_EQ(ask("s3.amazonaws.com", Type::a).addresses.at(0).text(), "198.18.0.1");
    EXPECT_EQ(ask("a.b.s3.eu-west-1.amazonaws.com", Type::a).addresses.at(0).text(), "198.18.4.1");
    EXPECT_EQ(ask("B.S3.DualStack.eu-west-1.amazonaws.com", Type::a).addresses.at(0).text(), "198.18.4.1");
}

TEST(Dns, ServicesThatAreNotHereHaveNoName) {
    EXPECT_EQ(ask("iam.amazonaws.com", Type::a).addresses.size(), 1u);
    EXPECT_EQ(ask("lambda.us-east-1.amazonaws.com", Type::a).code, Code::name_error);
    EXPECT_EQ(ask("example.com", Type::a).code, Code::name_error);
    EXPECT_EQ(ask("evil.iam.amazonaws.com", Type::a).code, Code::name_error);
}

TEST(Dns, AskingForIpv6OfANameThatExistsIsNoError) {
    Answer answer = ask("s3.us-east-1.amazonaws.com", Type::aaaa);
    EXPECT_EQ(answer.code, Code::no_error);
    EXPECT_TRUE(answer.addresses.empty());
}

TEST(Dns, PrivateNamesAreKnownInTheirOwnVpcOnly) {
    EXPECT_EQ(ask("ip-10-0-5-167.ec2.internal", Type::a).addresses.at(0).text(), "10.0.5.167");
    EXPECT_EQ(ask("ip-10-0-5-167.ec2.internal", Type::a, "vpc-2").code, Code::name_error);
    EXPECT_EQ(ask("ip-10-0-5-167.eu-west-1.compute.internal", Type::a, "vpc-1", "eu-west-1.compute.internal").addresses.size(),
              1u);
    EXPECT_EQ(ask("167.5.0.10.in-addr.arpa", Type::ptr).pointer, "ip-10-0-5-167.ec2.internal");
    EXPECT_EQ(ask("168.5.0.10.in-addr.arpa", Type::ptr).code, Code::name_error);
}

TEST(Dns, TheAnswerRepeatsTheQuestionAndItsOpt) {
    auto question = parse_question(question_bytes("S3.amazonaws.com", 1, true));
    ASSERT_TRUE(question && question->edns);
    std::string answer = write_answer(*question, resolve(*question, "vpc-1", "ec2.internal", names()));
    EXPECT_EQ(answer.substr(0, 12), "\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x01"s);
    EXPECT_NE(answer.find("S3\x09"s
                          "amazonaws"),
              std::string::npos);
    EXPECT_NE(answer.find("\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc6\x12\x00\x01"s), std::string::npos);
}

TEST(Dns, MalformedQuestionsGetFormErrorAndResponsesGetNothing) {
    EXPECT_FALSE(parse_question("short"));
    std::string response = question_bytes("s3.amazonaws.com", 1);
    response[2] = '\x81';
    EXPECT_FALSE(parse_question(response));
    for (std::string bad : {question_bytes("s3.amazonaws.com", 1).substr(0, 20),
                            "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01"s,
                            "\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00"s}) {
        auto question = parse_question(bad);
        ASSERT_TRUE(question);
        EXPECT_EQ(write_answer(*question, {}).substr(0, 4), "\x12\x34\x81\x81"s);
    }
}

}  // namespace
}  // namespace sekisho::dns
