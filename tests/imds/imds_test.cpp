#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/imds/metadata.h"

namespace sekisho::imds {
namespace {

class Imds : public ::testing::Test {
   protected:
    Imds()
        : metadata_({[this](std::string_view vpc, const IpAddress& ip) -> std::optional<InstanceFacts> {
                         if (vpc == "vpc-1" && ip.text() == "10.0.5.167") return facts_;
                         if (vpc == "vpc-2" && ip.text() == "10.0.5.167") {
                             InstanceFacts other = facts_;
                             other.id = "i-2";
                             other.vpc = "vpc-2";
                             return other;
                         }
                         return std::nullopt;
                     },
                     [this](const InstanceFacts& facts, std::string_view delivery) -> std::optional<Credentials> {
                         ++minted_;
                         return Credentials{"ASIA" + std::to_string(minted_), "secret",
                                            "token of " + facts.role + " by " + std::string(delivery), clock_.now(),
                                            clock_.now() + std::chrono::hours(6)};
                     }},
                    clock_, entropy_) {
        facts_.id = "i-1";
        facts_.vpc = "vpc-1";
        facts_.mac = "02:00:00:00:00:01";
        facts_.region = "us-east-1";
        facts_.zone = "us-east-1a";
        facts_.role = "ec2_s3access_role";
    }

    http::Reply send(std::string method, std::string path, std::vector<std::pair<std::string, std::string>> headers = {},
                     std::string vpc = "vpc-1", std::string ip = "10.0.5.167") {
        http::Request request;
        request.method = std::move(method);
        request.path = std::move(path);
        for (auto& [name, value] : headers) request.headers.add(name, value);
        http::Listener listener;
        listener.vpc = std::move(vpc);
        request.connection.listener = std::make_shared<const http::Listener>(listener);
        request.connection.peer = *IpAddress::parse(ip);
        return metadata_.answer(request);
    }
    std::string token(std::string vpc = "vpc-1") {
        return std::get<std::string>(
            send("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}}, std::move(vpc)).body);
    }
    std::string get(std::string path, std::string token) {
        http::Reply reply = send("GET", std::move(path), {{"X-aws-ec2-metadata-token", std::move(token)}});
        return reply.status == 200 ? std::get<std::string>(reply.body) : "status " + std::to_string(reply.status);
    }

    ManualClock clock_{from_epoch_millis(1'800'000'000'000)};
    SeededEntropy entropy_{7};
    InstanceFacts facts_;
    int minted_ = 0;
    Metadata metadata_;
};

TEST_F(Imds, WithoutATokenNothingIsToldWhereTokensAreRequired) {
    EXPECT_EQ(send("GET", "/latest/meta-data/instance-id").status, 401);
    facts_.token_required = false;
    EXPECT_EQ(send("GET", "/latest/meta-data/instance-id").status, 200);
    EXPECT_EQ(send("GET", "/latest/meta-data/instance-id", {{"X-aws-ec2-metadata-token", "forged"}}).status, 401);
}

TEST_F(Imds, ATokenIsGoodForItsInstanceAndItsTimeOnly) {
    std::string mine = token();
    EXPECT_EQ(get("/latest/meta-data/instance-id", mine), "i-1");
    EXPECT_EQ(get("/latest/meta-data/instance-id", token("vpc-2")), "status 401");
    clock_.advance(std::chrono::seconds(61));
    EXPECT_EQ(get("/latest/meta-data/instance-id", mine), "status 401");
}

TEST_F(Imds, ATokenIsRefusedForForwardedRequestsAndForBadTimes) {
    EXPECT_EQ(send("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}, {"X-Forwarded-For", "1.2.3.4"}})
                  .status,
              403);
    for (const char* ttl : {"0", "21601", "-1", "x", ""})
        EXPECT_EQ(send("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", ttl}}).status, 400) << ttl;
    EXPECT_EQ(send("PUT", "/latest/api/token").status, 400);
}

TEST_F(Imds, AnAddressThatIsNoInstanceOfTheVpcGetsNothing) {
    EXPECT_EQ(send("GET", "/latest/meta-data/instance-id", {}, "vpc-1", "10.0.5.168").status, 404);
}

TEST_F(Imds, DirectoriesListAndTrailingSlashesAreFine) {
    std::string mine = token();
    EXPECT_EQ(get("/latest/meta-data/iam/security-credentials/", mine), "ec2_s3access_role");
    EXPECT_EQ(get("/latest/meta-data/placement/availability-zone/", mine), "us-east-1a");
    EXPECT_EQ(get("/latest/meta-data/placement", mine), "availability-zone\navailability-zone-id\nregion");
    EXPECT_EQ(get("/latest/meta-data/nothing", mine), "status 404");
    EXPECT_EQ(get("/2021-07-15/meta-data/instance-id", mine), "i-1");
    EXPECT_EQ(get("/../etc/passwd", mine), "status 404");
}

TEST_F(Imds, CredentialsStayTheSameUntilHalfOfTheirTimeIsOver) {
    auto key = [&] {
        return nlohmann::json::parse(
            get("/latest/meta-data/iam/security-credentials/ec2_s3access_role", token()))["AccessKeyId"];
    };
    EXPECT_EQ(key(), "ASIA1");
    clock_.advance(std::chrono::hours(2));
    EXPECT_EQ(key(), "ASIA1");
    clock_.advance(std::chrono::minutes(61));
    EXPECT_EQ(key(), "ASIA2");
}

TEST_F(Imds, CredentialsOfTheTwoVersionsAreTwoAndSayWhich) {
    facts_.token_required = false;
    const std::string path = "/latest/meta-data/iam/security-credentials/ec2_s3access_role";
    auto first = [&] { return nlohmann::json::parse(std::get<std::string>(send("GET", path).body)); };
    auto second = [&] { return nlohmann::json::parse(get(path, token())); };
    EXPECT_EQ(second()["Token"], "token of ec2_s3access_role by 2.0");
    EXPECT_EQ(first()["Token"], "token of ec2_s3access_role by 1.0");
    EXPECT_NE(first()["AccessKeyId"], second()["AccessKeyId"]);
    EXPECT_EQ(minted_, 2);
}

TEST_F(Imds, CredentialsOfAProfileThatIsAnotherNowAreNew) {
    const std::string path = "/latest/meta-data/iam/security-credentials/ec2_s3access_role";
    facts_.profile_id = "AIPAONE";
    std::string one = get(path, token());
    facts_.profile_id = "AIPATWO";
    EXPECT_NE(get(path, token()), one);
}

TEST_F(Imds, AnotherRolesCredentialsAreNotThere) {
    EXPECT_EQ(get("/latest/meta-data/iam/security-credentials/admin", token()), "status 404");
    facts_.role = "";
    EXPECT_EQ(get("/latest/meta-data/iam/security-credentials/", token()), "status 404");
}

}  // namespace
}  // namespace sekisho::imds
