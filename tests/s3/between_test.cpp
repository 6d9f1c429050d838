// What happens between the question and the answer: an operation acts on what was decided about, or the question is asked anew.
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/multipart.h"

namespace sekisho::s3::test {
namespace {

constexpr std::string_view user = "arn:aws:iam::123456789012:user/u";

std::string tagging(std::string_view key, std::string_view value) {
    return fmt::format("<Tagging><TagSet><Tag><Key>{}</Key><Value>{}</Value></Tag></TagSet></Tagging>", key, value);
}

class Between : public testing::Test {
   protected:
    void SetUp() override {
        w.make_bucket("demo-bucket");
        w.piece_bytes = 256 * 1024;
    }
    // An object of two parts, `a` and `b` all over.
    void put_in_parts(const std::string& key, char a, char b) {
        std::string upload = w.post("/demo-bucket/" + key + "?uploads").element("UploadId");
        std::string body = "<CompleteMultipartUpload>";
        for (int number : {1, 2}) {
            std::string bytes(part_bytes_min, number == 1 ? a : b);
            Answer part = w.put(fmt::format("/demo-bucket/{}?partNumber={}&uploadId={}", key, number, upload), bytes);
            body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number, part.header("ETag"));
        }
        Answer done = w.post("/demo-bucket/" + key + "?uploadId=" + upload, body + "</CompleteMultipartUpload>");
        ASSERT_EQ(done.status, 200) << done.body;
    }
    static std::string in_parts(char a, char b) { return std::string(part_bytes_min, a) + std::string(part_bytes_min, b); }
    // `u` may do everything to objects that have no tag secret=yes.
    void user_of_open_objects() {
        w.policies.by_arn[std::string(user)] =
            R"({"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},
                {"Effect":"Deny","Action":["s3:GetObject","s3:PutObjectTagging","s3:DeleteObjectTagging"],"Resource":"*",
                 "Condition":{"StringEquals":{"s3:ExistingObjectTag/secret":"yes"}}}]})";
        w.caller = user_of("123456789012", "u");
    }
    World w;
};

TEST_F(Between, a_get_of_parts_whose_object_is_replaced_before_it_opens_them_answers_the_new_object) {
    put_in_parts("k", 'a', 'b');
    w.after_approval = [&] { put_in_parts("k", 'c', 'd'); };
    Answer got = w.get("/demo-bucket/k");
    EXPECT_EQ(got.status, 200);
    EXPECT_TRUE(got.body == in_parts('c', 'd'));
    EXPECT_EQ(w.questions, 2);
}

TEST_F(Between, a_get_of_parts_whose_object_is_replaced_while_it_takes_hold_of_them_answers_the_new_object) {
    put_in_parts("k", 'a', 'b');
    w.after_approval = [&] { w.tables->before_get("o/k", [&] { put_in_parts("k", 'c', 'd'); }); };
    EXPECT_TRUE(w.get("/demo-bucket/k").body == in_parts('c', 'd'));
    EXPECT_EQ(w.blobs(), 2u);
}

TEST_F(Between, a_get_of_one_blob_that_is_replaced_before_it_is_opened_answers_the_new_object) {
    w.put("/demo-bucket/k", std::string(100'000, 'a'));
    w.after_approval = [&] { w.put("/demo-bucket/k", std::string(100'000, 'b')); };
    EXPECT_EQ(w.get("/demo-bucket/k").body, std::string(100'000, 'b'));
}

TEST_F(Between, a_get_whose_object_is_deleted_before_its_blobs_are_opened_answers_that_there_is_none) {
    put_in_parts("k", 'a', 'b');
    w.after_approval = [&] { w.remove("/demo-bucket/k"); };
    Answer got = w.get("/demo-bucket/k");
    EXPECT_EQ(got.status, 404);
    EXPECT_EQ(got.code(), "NoSuchKey");
}

TEST_F(Between, a_get_that_has_begun_reads_its_object_to_the_end_whatever_happens_to_it) {
    for (bool deleted : {false, true}) {
        put_in_parts("k", 'a', 'b');
        http::Reply reply = w.begin("GET", "/demo-bucket/k");
        if (deleted)
            w.remove("/demo-bucket/k");
        else
            put_in_parts("k", 'c', 'd');
        EXPECT_TRUE(World::finish(std::move(reply)).body == in_parts('a', 'b'));
        EXPECT_EQ(w.blobs(), deleted ? 0u : 2u) << "the last reader erases what it read";
        w.remove("/demo-bucket/k");
    }
}

TEST_F(Between, a_mass_deletion_leaves_the_blobs_of_every_object_that_is_being_read) {
    put_in_parts("first", 'a', 'b');
    put_in_parts("second", 'c', 'd');
    http::Reply first = w.begin("GET", "/demo-bucket/first"), second = w.begin("GET", "/demo-bucket/second");
    Answer deleted =
        w.post("/demo-bucket?delete", "<Delete><Object><Key>first</Key></Object><Object><Key>second</Key></Object></Delete>",
               {{"x-amz-checksum-crc32", "L5xSoA=="}});
    ASSERT_EQ(deleted.elements("Deleted").size(), 2u) << deleted.body;
    EXPECT_TRUE(World::finish(std::move(second)).body == in_parts('c', 'd'));
    EXPECT_EQ(w.blobs(), 2u);
    EXPECT_TRUE(World::finish(std::move(first)).body == in_parts('a', 'b'));
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Between, two_readers_of_a_replaced_object_both_reach_its_end_and_the_second_erases_it) {
    put_in_parts("k", 'a', 'b');
    http::Reply one = w.begin("GET", "/demo-bucket/k"), two = w.begin("GET", "/demo-bucket/k");
    w.put("/demo-bucket/k", "small");
    EXPECT_TRUE(World::finish(std::move(one)).body == in_parts('a', 'b'));
    EXPECT_EQ(w.blobs(), 2u);
    EXPECT_TRUE(World::finish(std::move(two)).body == in_parts('a', 'b'));
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Between, a_reply_that_nobody_reads_lets_go_of_its_blobs) {
    put_in_parts("k", 'a', 'b');
    {
        http::Reply reply = w.begin("GET", "/demo-bucket/k");
        w.put("/demo-bucket/k", "small");
        EXPECT_EQ(w.blobs(), 2u);
    }
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Between, blobs_left_to_a_reader_are_swept_when_the_process_was_killed) {
    put_in_parts("k", 'a', 'b');
    http::Reply reading = w.begin("GET", "/demo-bucket/k");
    w.put("/demo-bucket/k", "small");
    World after(w);
    EXPECT_EQ(after.blobs(), 2u);
    sync_wait(after.s3.sweep());
    EXPECT_EQ(after.blobs(), 0u);
    EXPECT_EQ(after.get("/demo-bucket/k").body, "small");
}

TEST_F(Between, a_range_within_one_part_needs_that_part_only) {
    put_in_parts("k", 'a', 'b');
    http::Reply reply =
        w.begin("GET", "/demo-bucket/k", {{"Range", fmt::format("bytes={}-{}", part_bytes_min, part_bytes_min + 9)}});
    w.remove("/demo-bucket/k");
    EXPECT_EQ(World::finish(std::move(reply)).body, "bbbbbbbbbb");
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Between, ranges_meet_the_parts_they_touch) {
    put_in_parts("k", 'a', 'b');
    const std::uint64_t half = part_bytes_min;
    auto range = [&](std::uint64_t first, std::uint64_t last) {
        return w.get("/demo-bucket/k", {{"Range", fmt::format("bytes={}-{}", first, last)}}).body;
    };
    EXPECT_EQ(range(half - 1, half), "ab");
    EXPECT_EQ(range(half - 1, half - 1), "a");
    EXPECT_EQ(range(half, half), "b");
    EXPECT_EQ(range(2 * half - 1, 2 * half + 5), "b");
    EXPECT_EQ(w.get("/demo-bucket/k", {{"Range", "bytes=-2"}}).body, "bb");
}

TEST_F(Between, a_copy_whose_source_is_replaced_meanwhile_copies_the_new_one) {
    put_in_parts("k", 'a', 'b');
    w.after_approval = [&] { put_in_parts("k", 'c', 'd'); };
    Answer copied = w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", "demo-bucket/k"}});
    EXPECT_EQ(copied.status, 200) << copied.body;
    EXPECT_TRUE(w.get("/demo-bucket/copy").body == in_parts('c', 'd'));
}

TEST_F(Between, a_copy_does_not_take_what_its_caller_may_not_read) {
    put_in_parts("k", 'a', 'b');
    user_of_open_objects();
    w.after_approval = [&] {
        put_in_parts("k", 'c', 'd');
        w.put("/demo-bucket/k?tagging", tagging("secret", "yes"));
    };
    Answer copied = w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", "demo-bucket/k"}});
    EXPECT_EQ(copied.status, 403);
    EXPECT_EQ(w.get("/demo-bucket/copy").code(), "NoSuchKey");
}

TEST_F(Between, tags_are_not_changed_when_the_tags_that_were_asked_about_are_others_now) {
    w.put("/demo-bucket/k", "x");
    user_of_open_objects();
    w.after_approval = [&] { w.put("/demo-bucket/k?tagging", tagging("secret", "yes")); };
    Answer put = w.put("/demo-bucket/k?tagging", tagging("secret", "no"));
    EXPECT_EQ(put.status, 403) << put.body;
    w.after_approval = nullptr;
    EXPECT_EQ(w.get("/demo-bucket/k?tagging").element("Value"), "yes");
}

TEST_F(Between, tags_are_changed_when_the_answer_to_the_new_question_is_yes_and_the_body_is_read_once) {
    w.put("/demo-bucket/k", "x");
    user_of_open_objects();
    w.after_approval = [&] { w.put("/demo-bucket/k?tagging", tagging("colour", "red")); };
    Answer put = w.put("/demo-bucket/k?tagging", tagging("colour", "blue"));
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(w.questions, 2);
    EXPECT_EQ(w.get("/demo-bucket/k?tagging").element("Value"), "blue");
}

TEST_F(Between, tags_are_not_removed_from_an_object_that_was_closed_meanwhile) {
    w.put("/demo-bucket/k", "x");
    user_of_open_objects();
    w.tables->before_commit("o/k", [&] {
        w.caller = root_of("123456789012");
        w.put("/demo-bucket/k?tagging", tagging("secret", "yes"));
        w.caller = user_of("123456789012", "u");
    });
    EXPECT_EQ(w.remove("/demo-bucket/k?tagging").status, 403);
    EXPECT_EQ(w.get("/demo-bucket/k?tagging").element("Value"), "yes");
}

TEST_F(Between, who_may_not_list_does_not_learn_that_the_object_to_tag_was_deleted_meanwhile) {
    w.put("/demo-bucket/k", "x");
    w.policies.by_arn[std::string(user)] = R"({"Statement":{"Effect":"Allow","Action":"s3:PutObjectTagging","Resource":"*"}})";
    w.caller = user_of("123456789012", "u");
    w.after_approval = [&] { w.remove("/demo-bucket/k"); };
    Answer put = w.put("/demo-bucket/k?tagging", tagging("colour", "blue"));
    EXPECT_EQ(put.status, 403);
    EXPECT_THAT(put.message(), testing::HasSubstr("s3:ListBucket"));
}

TEST_F(Between, a_bucket_whose_policy_denies_the_caller_meanwhile_is_not_changed) {
    w.policies.by_arn[std::string(user)] = R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
    const std::string closed = R"({"Statement":{"Effect":"Deny","Principal":{"AWS":")" + std::string(user) +
                               R"("},"Action":"s3:*","Resource":["arn:aws:s3:::demo-bucket","arn:aws:s3:::demo-bucket/*"]}})";
    const std::string open = R"({"Statement":{"Effect":"Allow","Principal":{"AWS":")" + std::string(user) +
                             R"("},"Action":"s3:*","Resource":"arn:aws:s3:::demo-bucket"}})";
    const std::vector<std::tuple<std::string, std::string, std::string>> calls = {
        {"PUT", "/demo-bucket?policy", open},
        {"DELETE", "/demo-bucket?policy", ""},
        {"PUT", "/demo-bucket?tagging", tagging("a", "b")},
        {"DELETE", "/demo-bucket?tagging", ""},
        {"DELETE", "/demo-bucket?publicAccessBlock", ""},
        {"DELETE", "/demo-bucket?ownershipControls", ""},
        {"DELETE", "/demo-bucket", ""},
    };
    for (const auto& [method, target, body] : calls) {
        w.caller = root_of("123456789012");
        w.remove("/demo-bucket?policy");
        w.caller = user_of("123456789012", "u");
        w.after_approval = [&] { ASSERT_EQ(w.put("/demo-bucket?policy", closed).status, 204); };
        Answer answer = w.call(method, target, {}, body);
        EXPECT_EQ(answer.status, 403) << method << " " << target << answer.body;
    }
    w.caller = root_of("123456789012");
    EXPECT_EQ(w.get("/demo-bucket?policy").body, closed);
    EXPECT_EQ(w.get("/demo-bucket?tagging").code(), "NoSuchTagSet");
    EXPECT_EQ(w.put("/demo-bucket/k", "x").status, 200) << "the shards are open again";
}

TEST_F(Between, an_object_put_into_a_bucket_that_was_deleted_and_made_again_is_not_in_the_new_one) {
    w.after_approval = [&] {
        w.remove("/demo-bucket");
        w.make_bucket("demo-bucket");
    };
    Answer put = w.put("/demo-bucket/k", std::string(100'000, 'x'));
    EXPECT_NE(put.status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "NoSuchKey");
    EXPECT_EQ(w.blobs(), 0u);
}

// A deletion that ends with a fault, wherever: the bucket goes on as if nobody had tried.
TEST_F(Between, a_bucket_whose_deletion_failed_takes_objects_and_uploads_and_can_be_deleted) {
    for (const char* row : {"open", "revision"}) {
        w.tables->before_commit(row, [] { throw Fault("the disk"); });
        EXPECT_THROW(w.remove("/demo-bucket"), Fault) << row;
        EXPECT_EQ(w.put("/demo-bucket/k", "x").status, 200) << row;
        EXPECT_EQ(w.remove("/demo-bucket").code(), "BucketNotEmpty") << row;
        EXPECT_EQ(w.remove("/demo-bucket/k").status, 204) << row;
        w.tables->before_commit(row, [] { throw Fault("the disk, again"); });
        EXPECT_THROW(w.remove("/demo-bucket"), Fault) << row;
        EXPECT_EQ(w.post("/demo-bucket/k?uploads").status, 200) << row;
    }
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
}

TEST_F(Between, of_many_shards_some_stay_closed_after_a_fault_until_the_next_write) {
    World many(4);
    many.make_bucket("demo-bucket");
    many.tables->before_commit(
        "open", [&] { many.tables->before_commit("open", [] { throw Fault("the disk, when one shard was closed"); }); });
    EXPECT_THROW(many.remove("/demo-bucket"), Fault);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(many.put("/demo-bucket/k" + std::to_string(i), "x").status, 200) << i;
    EXPECT_EQ(many.remove("/demo-bucket").code(), "BucketNotEmpty");
    EXPECT_EQ(many.put("/demo-bucket/k", "x").status, 200);
}

TEST_F(Between, a_bucket_that_is_being_deleted_takes_nothing) {
    w.tables->before_commit("revision", [&] {
        EXPECT_EQ(w.put("/demo-bucket/k", "x").code(), "OperationAborted");
        EXPECT_EQ(w.post("/demo-bucket/k?uploads").code(), "OperationAborted");
        EXPECT_EQ(w.remove("/demo-bucket").code(), "OperationAborted");
    });
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
    EXPECT_EQ(w.put("/demo-bucket/k", "x").code(), "NoSuchBucket");
}

}  // namespace
}  // namespace sekisho::s3::test
