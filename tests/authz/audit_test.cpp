#include "authz/audit.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "authz/world.h"

namespace sekisho::authz::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct AuditTest : testing::Test {
    fs::path folder = fs::temp_directory_path() / ("sekisho-audit-" + std::to_string(::getpid()) + "-" +
                                                   testing::UnitTest::GetInstance()->current_test_info()->name());
    void SetUp() override { fs::remove_all(folder); }
    void TearDown() override { fs::remove_all(folder); }

    std::vector<fs::path> files() const {
        std::vector<fs::path> out;
        if (fs::exists(folder))
            for (const auto& entry : fs::directory_iterator(folder)) out.push_back(entry.path());
        std::ranges::sort(out);
        return out;
    }
    std::vector<std::string> lines() const {
        std::vector<std::string> out;
        for (const fs::path& file : files()) {
            std::ifstream in(file);
            for (std::string line; std::getline(in, line);) out.push_back(line);
        }
        return out;
    }
};

AuditEvent event(std::string id = "REQ1") {
    AuditEvent e;
    e.id = RequestId(id);
    e.time = from_epoch_millis(1'790'000'100'000);
    e.service = "s3";
    e.operation = "ListObjectsV2";
    e.region = Region("us-east-1");
    e.user_agent = "aws-cli/2.9";
    e.read_only = true;
    e.caller = instance_session();
    e.origin = through("vpce-1", "vpc-1");
    e.error_code = "AccessDenied";
    e.error_message = "User: … is not authorized";
    e.parameters = {{"bucketName", "my-bucket"}, {"prefix", ""}};
    e.recipient = AccountId(account);
    return e;
}

TEST(AuditLine, HasCloudTrailsFieldNames) {
    Json line = Json::parse(render(event()));
    EXPECT_EQ(line["eventID"].get<std::string>().size(), 36u);
    line.erase("eventID");
    EXPECT_EQ(line, Json::parse(R"({
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "principalId": "AROA0000000000000ROLE:i-0a1b2c3d4e5f60718",
            "arn": "arn:aws:sts::123456789012:assumed-role/ec2_s3access_role/i-0a1b2c3d4e5f60718", "accountId": "123456789012",
            "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "principalId": "AROA0000000000000ROLE",
                    "arn": "arn:aws:iam::123456789012:role/ec2_s3access_role", "accountId": "123456789012", "userName": "ec2_s3access_role"},
                "attributes": {"creationDate": "2026-09-21T14:13:20Z", "mfaAuthenticated": "false"},
                "ec2RoleDelivery": "2.0"}},
        "eventTime": "2026-09-21T14:15:00Z", "eventSource": "s3.amazonaws.com", "eventName": "ListObjectsV2", "awsRegion": "us-east-1",
        "sourceIPAddress": "10.1.0.5", "userAgent": "aws-cli/2.9", "errorCode": "AccessDenied", "errorMessage": "User: … is not authorized",
        "requestParameters": {"bucketName": "my-bucket", "prefix": ""}, "requestID": "REQ1", "readOnly": true, "eventType": "AwsApiCall",
        "managementEvent": false, "recipientAccountId": "123456789012", "vpcEndpointId": "vpce-1", "vpcEndpointAccountId": "123456789012",
        "eventCategory": "Data"})"));
}

TEST(AuditLine, UsersRootAndAnonymousCallers) {
    AuditEvent e = event();
    e.origin = outside();
    e.caller = user("bob");
    Json line = Json::parse(render(e));
    EXPECT_EQ(line["userIdentity"]["type"], "IAMUser");
    EXPECT_EQ(line["userIdentity"]["userName"], "bob");
    EXPECT_FALSE(line["userIdentity"].contains("sessionContext"));
    EXPECT_FALSE(line.contains("vpcEndpointId"));
    e.caller = root();
    EXPECT_EQ(Json::parse(render(e))["userIdentity"]["type"], "Root");
    e.caller = {};
    EXPECT_EQ(Json::parse(render(e))["userIdentity"],
              Json::parse(R"({"type":"AWSAccount","principalId":"","accountId":"anonymous"})"));
}

TEST(AuditLine, IsOneLineOfUtf8WhateverTheClientSent) {
    AuditEvent e = event();
    e.user_agent = "evil\n{\"eventName\":\"forged\"}\r\xff";
    e.error_message = std::string(5'000, 'x');
    e.parameters = {{"key", "a\nb"}};
    std::string line = render(e);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    Json json = Json::parse(line);
    EXPECT_EQ(json["eventName"], "ListObjectsV2");
    EXPECT_EQ(json["requestParameters"]["key"], "a\nb");
    EXPECT_EQ(json["errorMessage"].get<std::string>().size(), 1024u);
}

TEST(AuditLine, ALongFieldIsNotCutWithinACharacter) {
    AuditEvent e = event();
    e.user_agent = std::string(1'023, 'x') + "éé";
    EXPECT_EQ(Json::parse(render(e))["userAgent"].get<std::string>(), std::string(1'023, 'x'));
}

TEST_F(AuditTest, EveryLineArrivesAndTheFileIsTheOwnersAlone) {
    {
        AuditLog log({.folder = folder});
        for (int i = 0; i < 100; ++i) log.write(event("R" + std::to_string(i)));
    }
    std::vector<std::string> all = lines();
    ASSERT_EQ(all.size(), 100u);
    EXPECT_EQ(Json::parse(all[99])["requestID"], "R99");
    struct stat st {};
    ASSERT_EQ(::stat(files().at(0).c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0600u);
    ASSERT_EQ(::stat(folder.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0700u);
}

TEST_F(AuditTest, FlushReturnsWhenTheLinesAreInTheFile) {
    AuditLog log({.folder = folder});
    log.flush();
    log.write(event());
    log.flush();
    EXPECT_EQ(lines().size(), 1u);
    EXPECT_EQ(log.written(), 1u);
}

TEST_F(AuditTest, AFileThatIsFullIsFollowedByANewOneAndTheOldestAreRemoved) {
    std::size_t size = render(event()).size() + 1;
    {
        AuditLog log({.folder = folder, .file_bytes_max = 2 * size, .files_max = 3});
        for (int i = 0; i < 12; ++i) log.write(event("REQ" + std::to_string(i % 10)));
    }
    EXPECT_EQ(files().size(), 3u);
    EXPECT_EQ(lines().size(), 6u);
    EXPECT_EQ(Json::parse(lines().back())["requestID"], "REQ1");
    for (const fs::path& file : files()) EXPECT_LE(fs::file_size(file), 2 * size);
}

TEST_F(AuditTest, ANewRunGoesOnWithTheLastFileAndEndsATornLine) {
    { AuditLog(AuditOptions{.folder = folder}).write(event("FIRST")); }
    ASSERT_EQ(files().size(), 1u);
    std::ofstream(files()[0], std::ios::app) << R"({"eventVersion":"1.)";
    { AuditLog(AuditOptions{.folder = folder}).write(event("SECOND")); }
    ASSERT_EQ(files().size(), 1u);
    ASSERT_EQ(lines().size(), 3u);
    EXPECT_FALSE(Json::accept(lines()[1]));
    EXPECT_EQ(Json::parse(lines()[2])["requestID"], "SECOND");
}

TEST_F(AuditTest, ADiskThatTakesNothingLosesLinesButBlocksNobody) {
    AuditLog log({.folder = "/dev/full/audit"});
    for (int i = 0; i < 10; ++i) log.write(event());
    log.flush();
    EXPECT_EQ(log.dropped(), 10u);
    EXPECT_EQ(log.written(), 0u);
}

// A file size limit stands in for a full disk: the third line does not fit any more.
TEST_F(AuditTest, ALineThatDoesNotFitIsTakenBackAndTheOthersStayWhole) {
    std::size_t size = render(event()).size() + 1;
    pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit {
            2 * size + size / 2, 2 * size + size / 2
        };
        ::setrlimit(RLIMIT_FSIZE, &limit);
        AuditLog log({.folder = folder});
        for (int i = 0; i < 5; ++i) log.write(event());
        log.flush();
        ::_exit(log.written() == 2 && log.dropped() == 3 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    ASSERT_EQ(lines().size(), 2u);
    for (const std::string& line : lines()) EXPECT_TRUE(Json::accept(line));
}

TEST_F(AuditTest, AFullQueueDropsAndCounts) {
    AuditLog log({.folder = folder, .queue_max = 0});
    log.write(event());
    EXPECT_EQ(log.dropped(), 1u);
}

TEST_F(AuditTest, ManyThreadsMayWrite) {
    {
        AuditLog log({.folder = folder});
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i) log.write(event());
            });
        threads.clear();
        log.flush();
        EXPECT_EQ(log.written(), 200u);
    }
    for (const std::string& line : lines()) EXPECT_TRUE(Json::accept(line));
}

TEST_F(AuditTest, SuccessesOfObjectOperationsAreWantedOnlyWhenConfigured) {
    AuditLog log({.folder = folder});
    EXPECT_FALSE(log.wants("s3", "GetObject", false));
    EXPECT_TRUE(log.wants("s3", "GetObject", true));
    EXPECT_TRUE(log.wants("s3", "PutBucketPolicy", false));
    EXPECT_TRUE(log.wants("ec2", "DescribeVpcs", false));
    AuditLog all({.folder = folder / "all", .data_events = true});
    EXPECT_TRUE(all.wants("s3", "GetObject", false));
}

TEST_F(AuditTest, TheAuthorizerWritesDenialsAndManagementEvents) {
    Source source = reference_source();
    {
        AuditLog log({.folder = folder});
        Authorizer authorizer(source, &log);
        Outcome denied{.error_code = "AccessDenied", .error_message = "no", .parameters = {}, .recipient = AccountId(account)};
        authorizer.record(facts("DENIED"), user("bob"), outside(), denied);
        authorizer.record(facts("LISTED"), user("bob"), outside(), {});
        RequestFacts put = facts("PUT");
        put.operation = "PutBucketPolicy";
        authorizer.record(put, user("bob"), outside(), {});
    }
    ASSERT_EQ(lines().size(), 2u);
    EXPECT_EQ(Json::parse(lines()[0])["requestID"], "DENIED");
    EXPECT_EQ(Json::parse(lines()[1])["eventName"], "PutBucketPolicy");
    EXPECT_FALSE(Json::parse(lines()[1]).contains("errorCode"));
}

}  // namespace
}  // namespace sekisho::authz::test
