#include <gtest/gtest.h>

#include "policy/document.h"

namespace sekisho::policy {
namespace {

std::string replaced(const char* json) {
    return replace_principal(*compile(json, Kind::resource), "arn:aws:iam::123456789012:user/bob", "AIDA1");
}

TEST(ReplacePrincipal, ChangesPrincipalAndNotPrincipalHoweverTheyAreEscaped) {
    EXPECT_EQ(
        replaced(
            R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:user\/bob","*"]},"Action":"s3:*","Resource":"*"}]})"),
        R"({"Statement":[{"Effect":"Allow","Principal":{"AWS":["AIDA1","*"]},"Action":"s3:*","Resource":"*"}]})");
    EXPECT_EQ(
        replaced(
            R"({"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::123456789012:user/bob"},"Action":"*","Resource":"*"}})"),
        R"({"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"AIDA1"},"Action":"*","Resource":"*"}})");
}

TEST(ReplacePrincipal, LeavesConditionsAndOtherPrincipalsAlone) {
    const char* json =
        R"({"Statement":[{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:user/bobby"},"Action":"*","Resource":"*",)"
        R"("Condition":{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/bob"}}}]})";
    EXPECT_EQ(replaced(json), json);
}

}  // namespace
}  // namespace sekisho::policy
