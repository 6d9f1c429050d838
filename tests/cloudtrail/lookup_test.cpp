// The audit log read back: what was written by AuditLog is found again, newest first.
#include "services/cloudtrail/lookup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "authz/audit.h"
#include "authz/world.h"

namespace sekisho::cloudtrail {
namespace {

namespace fs = std::filesystem;
using authz::test::account;

struct LookupTest : testing::Test {
    fs::path folder = fs::temp_directory_path() / ("sekisho-lookup-" + std::to_string(::getpid()) + "-" +
                                                   testing::UnitTest::GetInstance()->current_test_info()->name());
    void SetUp() override { fs::remove_all(folder); }
    void TearDown() override { fs::remove_all(folder); }

    // Operation1, Operation2, … one second apart, in files of at most `file_bytes`.
    void write(int count, std::uint64_t file_bytes = 64 << 20) {
        authz::AuditLog log({.folder = folder.string(), .file_bytes_max = file_bytes});
        for (int i = 1; i <= count; ++i) log.write(event(i));
        log.flush();
    }
    static authz::AuditEvent event(int i) {
        authz::AuditEvent e;
        e.id = RequestId("REQ" + std::to_string(i));
        e.time = from_epoch_millis(1'790'000'000'000 + i * 1000);
        e.service = i % 2 ? "s3" : "ec2";
        e.operation = "Operation" + std::to_string(i);
        e.region = Region("us-east-1");
        e.read_only = i % 2;
        e.caller = i % 2 ? authz::test::instance_session() : authz::test::user("bob");
        e.origin = authz::test::outside();
        if (i == 3) e.parameters = {{"bucketName", "my-bucket"}, {"key", "k"}};
        e.recipient = AccountId(account);
        return e;
    }
    Question all(std::size_t max = 50) const {
        return {.account = AccountId(account), .region = Region("us-east-1"), .max = max};
    }
    std::vector<std::string> names(const Question& question) const {
        const auto page = look_up(folder, question);
        std::vector<std::string> out;
        for (const Event& one : page->events) out.push_back(one.name.substr(9));
        return out;
    }
    std::vector<std::string> with(Attribute attribute, const std::string& value) const {
        Question question = all();
        question.attribute = attribute;
        question.value = value;
        return names(question);
    }
};

using Names = std::vector<std::string>;

TEST_F(LookupTest, TheNewestComesFirst) {
    write(4);
    EXPECT_EQ(names(all()), (Names{"4", "3", "2", "1"}));
    Event last = look_up(folder, all())->events[0];
    EXPECT_EQ(last.username, "bob");
    EXPECT_EQ(last.access_key_id, "AKIAEXAMPLE");
    EXPECT_EQ(last.source, "ec2.amazonaws.com");
    EXPECT_FALSE(last.read_only);
    EXPECT_NE(last.line.find("\"requestID\":\"REQ4\""), std::string::npos);
}

TEST_F(LookupTest, EachAttributeSelects) {
    write(4);
    EXPECT_EQ(with(Attribute::event_name, "Operation2"), (Names{"2"}));
    EXPECT_EQ(with(Attribute::event_source, "s3.amazonaws.com"), (Names{"3", "1"}));
    EXPECT_EQ(with(Attribute::read_only, "false"), (Names{"4", "2"}));
    EXPECT_EQ(with(Attribute::username, "i-0a1b2c3d4e5f60718"), (Names{"3", "1"}));
    EXPECT_EQ(with(Attribute::access_key_id, "AKIAEXAMPLE"), (Names{"4", "2"}));
    EXPECT_EQ(with(Attribute::resource_name, "my-bucket"), (Names{"3"}));
    EXPECT_EQ(with(Attribute::resource_type, "AWS::S3::Object"), (Names{"3"}));
    EXPECT_EQ(with(Attribute::event_id, look_up(folder, all())->events[1].id), (Names{"3"}));
    EXPECT_EQ(with(Attribute::event_name, "Operation"), Names());
}

TEST_F(LookupTest, TimesAreInclusive) {
    write(4);
    Question question = all();
    question.start = from_epoch_millis(1'790'000'002'000);
    question.end = from_epoch_millis(1'790'000'003'000);
    EXPECT_EQ(names(question), (Names{"3", "2"}));
}

TEST_F(LookupTest, PagesGoOnOverFilesAndMissNothing) {
    write(40, 3000);
    ASSERT_GT(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 5);
    Names seen;
    Question question = all(7);
    for (int pages = 1;; ++pages) {
        std::optional<Found> found = look_up(folder, question);
        for (const Event& one : found->events) seen.push_back(one.name.substr(9));
        if (found->token.empty()) break;
        question.token = found->token;
        ASSERT_LT(pages, 10);
    }
    Names expected;
    for (int i = 40; i >= 1; --i) expected.push_back(std::to_string(i));
    EXPECT_EQ(seen, expected);
}

TEST_F(LookupTest, OtherAccountsAndRegionsSeeNothing) {
    write(2);
    Question question = all();
    question.account = AccountId("210987654321");
    EXPECT_EQ(names(question), Names());
    question = all();
    question.region = Region("eu-west-1");
    EXPECT_EQ(names(question), Names());
}

TEST_F(LookupTest, ABrokenLineAndAForeignTokenDoNoHarm) {
    write(2);
    std::ofstream(fs::directory_iterator(folder)->path(), std::ios::app) << "{\"recipientAccountId\":\"123456789012\",\"broken";
    EXPECT_EQ(names(all()), (Names{"2", "1"}));
    Question question = all();
    for (const char* token : {"x", "MTo=", "MTphdWRpdA=="}) {
        question.token = token;
        EXPECT_FALSE(look_up(folder, question)) << token;
    }
}

TEST_F(LookupTest, ALongLogIsReadAPieceAtATime) {
    write(1);
    {
        std::ofstream out(fs::directory_iterator(folder)->path(), std::ios::app);
        const std::string other = R"({"recipientAccountId":"210987654321","filler":")" + std::string(1000, 'x') + "\"}\n";
        for (std::uint64_t bytes = 0; bytes < bytes_per_answer_max + 1000; bytes += other.size()) out << other;
    }
    Question question = all();
    std::optional<Found> first = look_up(folder, question);
    EXPECT_TRUE(first->events.empty());
    ASSERT_FALSE(first->token.empty());
    question.token = first->token;
    EXPECT_EQ(names(question), (Names{"1"}));
}

}  // namespace
}  // namespace sekisho::cloudtrail
