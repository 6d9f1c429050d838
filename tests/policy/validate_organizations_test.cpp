// What Organizations refuses in a policy's content.
#include <gtest/gtest.h>

#include "policy/document.h"

namespace sekisho::policy {
namespace {

const std::string refused =
    "MalformedPolicyDocumentException: The provided policy document does not meet the requirements of the specified policy "
    "type.";

std::string check(const std::string& statement, Kind kind, const std::string& version = "2012-10-17") {
    auto document = validate(R"({"Version":")" + version + R"(","Statement":[)" + statement + "]}", kind);
    return document ? "fine" : document.error().code + ": " + document.error().message;
}

TEST(ValidateServiceControlPolicy, has_no_principal_and_names_actions_and_resources) {
    EXPECT_EQ(check(R"({"Effect":"Allow","Action":"*","Resource":"*"})", Kind::scp), "fine");
    EXPECT_EQ(check(R"({"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*",
        "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}})",
                    Kind::scp),
              "fine");
    EXPECT_EQ(check(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})", Kind::scp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Action":"*"})", Kind::scp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Action":"everything","Resource":"*"})", Kind::scp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Action":"*","Resource":"bucket"})", Kind::scp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Action":"*","Resource":"*"})", Kind::scp, "2008-10-17"), refused);
    EXPECT_EQ(check("", Kind::scp), refused);
}

TEST(ValidateResourceControlPolicy, denies_everyone_actions_of_services_that_have_them) {
    EXPECT_EQ(check(R"({"Effect":"Deny","Principal":"*","Action":["s3:*","sts:AssumeRole"],"Resource":"*"})", Kind::rcp),
              "fine");
    EXPECT_EQ(check(R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"})", Kind::rcp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Action":"s3:*","Resource":"*"})", Kind::rcp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"})", Kind::rcp),
              refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})", Kind::rcp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Principal":"*","Action":"ec2:*","Resource":"*"})", Kind::rcp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"})", Kind::rcp), refused);
    EXPECT_EQ(check(R"({"Effect":"Deny","Principal":"*","Action":"s3:*"})", Kind::rcp), refused);
}

}  // namespace
}  // namespace sekisho::policy
