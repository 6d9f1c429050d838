// Objects: what is written is what is read, under which conditions, and what is refused.
#include "authn/digest.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/rows.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Objects : public testing::Test {
   protected:
    void SetUp() override { w.make_bucket("demo-bucket"); }
    World w;
};

TEST_F(Objects, of_every_size_around_the_limits_come_back_whole) {
    for (std::size_t size : {0ul, 1ul, inline_bytes_max - 1, inline_bytes_max, inline_bytes_max + 1, 256ul * 1024, 700'001ul}) {
        std::string bytes(size, '\0');
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 255);
        ASSERT_EQ(w.put("/demo-bucket/k", bytes).status, 200) << size;
        Answer got = w.get("/demo-bucket/k");
        EXPECT_EQ(got.status, 200);
        EXPECT_TRUE(got.body == bytes) << size;
        EXPECT_EQ(w.head("/demo-bucket/k").header("Content-Length"), std::to_string(size));
    }
    EXPECT_EQ(w.blobs(), 1u) << "what was replaced is erased";
}

TEST_F(Objects, metadata_comes_back_and_has_its_limit) {
    w.put("/demo-bucket/k", "x",
          {{"Cache-Control", "no-store"},
           {"Content-Encoding", "aws-chunked,gzip"},
           {"Expires", "0"},
           {"Content-Language", "ja"},
           {"Content-Disposition", "attachment"},
           {"X-Amz-Meta-Colour", "blue"}});
    Answer got = w.get("/demo-bucket/k");
    EXPECT_EQ(got.header("Content-Type"), "binary/octet-stream");
    EXPECT_EQ(got.header("Cache-Control"), "no-store");
    EXPECT_EQ(got.header("Content-Encoding"), "gzip");
    EXPECT_EQ(got.header("Expires"), "0");
    EXPECT_EQ(got.header("Content-Language"), "ja");
    EXPECT_EQ(got.header("Content-Disposition"), "attachment");
    EXPECT_EQ(got.header("x-amz-meta-colour"), "blue");
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-meta-a", std::string(2047, 'v')}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-meta-a", std::string(2048, 'v')}}).code(), "MetadataTooLarge");
}

TEST_F(Objects, overrides_of_a_signed_request_replace_headers) {
    w.put("/demo-bucket/k", "x", {{"Content-Type", "text/plain"}});
    Answer got = w.get("/demo-bucket/k?response-content-type=image/png&response-cache-control=no-cache");
    EXPECT_EQ(got.header("Content-Type"), "image/png");
    EXPECT_EQ(got.header("Cache-Control"), "no-cache");
    EXPECT_EQ(w.get("/demo-bucket/k?response-expires=a%0d%0aSet-Cookie:%20b").code(), "InvalidArgument");
}

TEST_F(Objects, ranges_are_cut_out_of_inlined_bytes_and_of_blobs) {
    for (std::size_t size : {100ul, 400'000ul}) {
        std::string bytes(size, 'a');
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i % 26);
        w.put("/demo-bucket/k", bytes);
        Answer middle = w.get("/demo-bucket/k", {{"Range", "bytes=50-59"}});
        EXPECT_EQ(middle.status, 206);
        EXPECT_EQ(middle.body, bytes.substr(50, 10));
        EXPECT_EQ(middle.header("Content-Range"), fmt::format("bytes 50-59/{}", size));
        EXPECT_EQ(w.get("/demo-bucket/k", {{"Range", "bytes=-7"}}).body, bytes.substr(size - 7));
        Answer head = w.head("/demo-bucket/k", {{"Range", "bytes=50-59"}});
        EXPECT_EQ(head.status, 206);
        EXPECT_EQ(head.header("Content-Length"), "10");
        Answer outside = w.get("/demo-bucket/k", {{"Range", fmt::format("bytes={}-", size)}});
        EXPECT_EQ(outside.status, 416);
        EXPECT_EQ(outside.code(), "InvalidRange");
        EXPECT_EQ(outside.element("ActualObjectSize"), std::to_string(size));
        Answer whole = w.get("/demo-bucket/k", {{"Range", "bytes=0-1,5-6"}});
        EXPECT_EQ(whole.status, 200);
        EXPECT_EQ(whole.body.size(), size);
        Answer stale = w.get("/demo-bucket/k", {{"Range", "bytes=0-1"}, {"If-Range", "\"other\""}});
        EXPECT_EQ(stale.status, 200);
    }
}

TEST_F(Objects, conditional_reads_answer_304_and_412) {
    std::string etag = w.put("/demo-bucket/k", "x").header("ETag");
    Answer same = w.get("/demo-bucket/k", {{"If-None-Match", etag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.header("ETag"), etag);
    EXPECT_EQ(same.body, "");
    Answer other = w.get("/demo-bucket/k", {{"If-Match", "\"other\""}});
    EXPECT_EQ(other.status, 412);
    EXPECT_EQ(other.code(), "PreconditionFailed");
    EXPECT_EQ(other.element("Condition"), "If-Match");
    EXPECT_EQ(w.head("/demo-bucket/k", {{"If-Match", etag}}).status, 200);
}

TEST_F(Objects, conditional_writes_see_what_is_there) {
    EXPECT_EQ(w.put("/demo-bucket/k", "1", {{"If-Match", "\"any\""}}).code(), "NoSuchKey");
    Answer first = w.put("/demo-bucket/k", "1", {{"If-None-Match", "*"}});
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(w.put("/demo-bucket/k", "2", {{"If-None-Match", "*"}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.put("/demo-bucket/k", "2", {{"If-Match", "\"other\""}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.put("/demo-bucket/k", "2", {{"If-None-Match", first.header("ETag")}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.put("/demo-bucket/k", "2", {{"If-None-Match", ""}}).status, 501);
    EXPECT_EQ(w.put("/demo-bucket/none", "2", {{"If-Match", "*"}}).code(), "NoSuchKey");
    EXPECT_EQ(w.get("/demo-bucket/k").body, "1");
    EXPECT_EQ(w.put("/demo-bucket/k", "2", {{"If-Match", first.header("ETag")}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/k", std::string(100'000, 'x'), {{"If-None-Match", "*"}}).status, 412);
    EXPECT_EQ(w.blobs(), 0u) << "a refused body leaves nothing behind";
    EXPECT_EQ(w.remove("/demo-bucket/k", {{"If-Match", "\"other\""}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.remove("/demo-bucket/none", {{"If-Match", "\"other\""}}).status, 204);
}

TEST_F(Objects, both_conditions_of_a_write_must_hold_and_copies_have_them_too) {
    const std::string a = w.put("/demo-bucket/a", "a").header("ETag"), b = w.put("/demo-bucket/b", "b").header("ETag");
    EXPECT_EQ(w.put("/demo-bucket/b", "2", {{"If-Match", b}, {"If-None-Match", b}}).element("Condition"), "If-None-Match");
    EXPECT_EQ(w.put("/demo-bucket/b", "2", {{"If-Match", a}, {"If-None-Match", a}}).element("Condition"), "If-Match");
    auto copy = [&](Fields conditions) {
        conditions.emplace_back("x-amz-copy-source", "demo-bucket/a");
        return w.put("/demo-bucket/b", "", std::move(conditions));
    };
    EXPECT_EQ(copy({{"If-None-Match", "*"}}).code(), "PreconditionFailed");
    EXPECT_EQ(copy({{"If-Match", a}}).code(), "PreconditionFailed");
    EXPECT_EQ(copy({{"x-amz-copy-source-if-none-match", a}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.get("/demo-bucket/b").body, "b");
    EXPECT_EQ(copy({{"If-Match", b}, {"x-amz-copy-source-if-match", a}}).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/b").body, "a");
}

TEST_F(Objects, whose_digest_does_not_hold_are_not_stored) {
    struct Case {
        const char *header, *value, *code;
    };
    const Case cases[] = {{"Content-MD5", "nonsense", "InvalidDigest"},
                          {"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest"},
                          {"x-amz-checksum-crc32", "AAAAAA==", "BadDigest"},
                          {"x-amz-checksum-crc32", "AAAA", "InvalidRequest"},
                          {"x-amz-checksum-sha256", "AAAAAA==", "InvalidRequest"},
                          {"x-amz-sdk-checksum-algorithm", "CRC32", "InvalidRequest"},
                          {"x-amz-sdk-checksum-algorithm", "CRC99", "InvalidRequest"}};
    for (const Case& one : cases) {
        Answer answer = w.put("/demo-bucket/k", std::string(100'000, 'x'), {{one.header, one.value}});
        EXPECT_EQ(answer.code(), one.code) << one.header << ": " << one.value;
    }
    EXPECT_EQ(
        w.put("/demo-bucket/k", "x", {{"x-amz-checksum-crc32", "jLzuTw=="}, {"x-amz-checksum-crc32c", "AAAAAA=="}}).code(),
        "InvalidRequest");
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "NoSuchKey");
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Objects, checksums_are_stored_and_shown_on_request) {
    // CRC-32 of "x" is 0x8cdc1683.
    Answer put =
        w.put("/demo-bucket/k", "x", {{"x-amz-checksum-crc32", "jNwWgw=="}, {"x-amz-sdk-checksum-algorithm", "CRC32"}});
    ASSERT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(put.header("x-amz-checksum-crc32"), "jNwWgw==");
    EXPECT_EQ(put.header("x-amz-checksum-type"), "FULL_OBJECT");
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-checksum-crc32"), "");
    EXPECT_EQ(w.get("/demo-bucket/k", {{"x-amz-checksum-mode", "ENABLED"}}).header("x-amz-checksum-crc32"), "jNwWgw==");
    EXPECT_EQ(w.head("/demo-bucket/k", {{"x-amz-checksum-mode", "enabled"}}).header("x-amz-checksum-crc32"), "jNwWgw==");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2").element("ChecksumAlgorithm"), "CRC32");
    Answer attributes =
        w.get("/demo-bucket/k?attributes", {{"x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"}});
    EXPECT_EQ(attributes.element("ChecksumCRC32"), "jNwWgw==");
    EXPECT_EQ(attributes.element("ETag"), "9dd4e461268c8034f5c8564e155c67a6");
    EXPECT_EQ(attributes.element("StorageClass"), "STANDARD");
    EXPECT_EQ(attributes.element("ObjectSize"), "1");
    EXPECT_EQ(attributes.element("ObjectParts"), "");
    EXPECT_EQ(w.get("/demo-bucket/k?attributes", {{"x-amz-object-attributes", "Colour"}}).code(), "InvalidArgument");
    EXPECT_EQ(w.get("/demo-bucket/k?attributes").code(), "InvalidRequest");
}

TEST_F(Objects, headers_that_ask_for_what_is_not_built_are_refused) {
    for (const char* name : {"x-amz-website-redirect-location"})
        EXPECT_EQ(w.put("/demo-bucket/k", "x", {{name, "value"}}).status, 501) << name;
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-storage-class", "GLACIER"}}).status, 501);
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-storage-class", "GOLD"}}).code(), "InvalidStorageClass");
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "NoSuchKey");
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-storage-class", "STANDARD_IA"}}).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-storage-class"), "STANDARD_IA");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2").element("StorageClass"), "STANDARD_IA");
}

TEST_F(Objects, are_deleted_idempotently) {
    w.put("/demo-bucket/k", std::string(100'000, 'x'));
    EXPECT_EQ(w.remove("/demo-bucket/k").status, 204);
    EXPECT_EQ(w.remove("/demo-bucket/k").status, 204);
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "NoSuchKey");
    EXPECT_EQ(w.blobs(), 0u);
    w.put("/demo-bucket/k", "x");
    EXPECT_EQ(w.remove("/demo-bucket/k?versionId=abc").code(), "InvalidArgument");
    EXPECT_EQ(w.remove("/demo-bucket/k?versionId=null").status, 204);
    EXPECT_EQ(w.get("/demo-bucket/k?versionId=null").code(), "NoSuchVersion");
}

std::string md5_header(const std::string& body) {
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update(body);
    return to_base64(md5.finish());
}

TEST_F(Objects, many_are_deleted_item_by_item) {
    for (int i = 0; i < 600; ++i) w.put(fmt::format("/demo-bucket/k{:03}", i), i % 100 == 0 ? std::string(20'000, 'x') : "x");
    w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
        R"({"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::*/k007"}]})";
    w.caller = user_of("123456789012", "u");
    std::string body = "<Delete>";
    for (int i = 0; i < 600; ++i) body += fmt::format("<Object><Key>k{:03}</Key></Object>", i);
    body += "<Object><Key>never-was</Key></Object><Object><Key>k001</Key><VersionId>abc</VersionId></Object></Delete>";
    EXPECT_EQ(w.post("/demo-bucket?delete", body).code(), "InvalidRequest") << "a digest is required";
    EXPECT_EQ(w.post("/demo-bucket?delete", body, {{"Content-MD5", md5_header("other")}}).code(), "BadDigest");
    Answer deleted = w.post("/demo-bucket?delete", body, {{"Content-MD5", md5_header(body)}});
    EXPECT_EQ(deleted.status, 200);
    EXPECT_EQ(deleted.elements("Deleted").size(), 600u);
    ASSERT_EQ(deleted.elements("Error").size(), 2u);
    EXPECT_THAT(deleted.elements("Code"), ElementsAre("AccessDenied", "NoSuchVersion"));
    EXPECT_THAT(deleted.element("Message"), HasSubstr("explicit deny in an identity-based policy"));
    EXPECT_THAT(w.get("/demo-bucket").elements("Key"), ElementsAre("k007"));
    EXPECT_EQ(w.blobs(), 0u);
    std::string quiet = "<Delete><Object><Key>k007</Key></Object><Object><Key>x</Key></Object><Quiet>true</Quiet></Delete>";
    Answer silent = w.post("/demo-bucket?delete", quiet, {{"Content-MD5", md5_header(quiet)}});
    EXPECT_EQ(silent.elements("Deleted").size(), 0u);
    EXPECT_EQ(silent.elements("Error").size(), 1u);
}

TEST_F(Objects, tags_are_set_replaced_counted_and_removed) {
    w.put("/demo-bucket/k", "x", {{"x-amz-tagging", "a=1&b=2"}});
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-tagging-count"), "2");
    EXPECT_EQ(
        w.put("/demo-bucket/k?tagging", "<Tagging><TagSet><Tag><Key>c</Key><Value>3</Value></Tag></TagSet></Tagging>").status,
        200);
    EXPECT_EQ(w.get("/demo-bucket/k?tagging").element("TagSet"), "<Tag><Key>c</Key><Value>3</Value></Tag>");
    EXPECT_EQ(w.remove("/demo-bucket/k?tagging").status, 204);
    EXPECT_EQ(w.get("/demo-bucket/k?tagging").element("TagSet"), "");
    EXPECT_EQ(w.get("/demo-bucket/k").body, "x");
    EXPECT_EQ(w.get("/demo-bucket/none?tagging").code(), "NoSuchKey");
}

TEST_F(Objects, copies_take_metadata_and_tags_or_replace_them) {
    w.make_bucket("other-bucket");
    std::string bytes(50'000, 'c');
    w.put("/demo-bucket/src", bytes, {{"Content-Type", "text/plain"}, {"x-amz-meta-a", "1"}, {"x-amz-tagging", "t=1"}});
    Answer copy = w.put("/other-bucket/dst", "", {{"x-amz-copy-source", "/demo-bucket/src"}});
    ASSERT_EQ(copy.status, 200) << copy.body;
    EXPECT_EQ(copy.operation, "CopyObject");
    EXPECT_NE(copy.element("ETag"), "");
    Answer got = w.get("/other-bucket/dst");
    EXPECT_TRUE(got.body == bytes);
    EXPECT_EQ(got.header("x-amz-meta-a"), "1");
    EXPECT_EQ(got.header("x-amz-tagging-count"), "1");
    w.put("/other-bucket/dst", "",
          {{"x-amz-copy-source", "demo-bucket/src"},
           {"x-amz-metadata-directive", "REPLACE"},
           {"x-amz-tagging-directive", "REPLACE"},
           {"x-amz-meta-b", "2"}});
    got = w.get("/other-bucket/dst");
    EXPECT_EQ(got.header("x-amz-meta-a"), "");
    EXPECT_EQ(got.header("x-amz-meta-b"), "2");
    EXPECT_EQ(got.header("x-amz-tagging-count"), "");
    EXPECT_EQ(w.put("/demo-bucket/src", "", {{"x-amz-copy-source", "demo-bucket/src"}}).code(), "InvalidRequest");
    EXPECT_EQ(w.put("/demo-bucket/src", "", {{"x-amz-copy-source", "demo-bucket/src"}, {"x-amz-metadata-directive", "REPLACE"}})
                  .status,
              200);
    EXPECT_TRUE(w.get("/demo-bucket/src").body == bytes) << "a copy onto itself keeps the bytes";
    EXPECT_EQ(w.put("/demo-bucket/x", "", {{"x-amz-copy-source", "demo-bucket/none"}}).code(), "NoSuchKey");
    EXPECT_EQ(w.put("/demo-bucket/x", "", {{"x-amz-copy-source", "no-bucket/none"}}).code(), "NoSuchBucket");
    EXPECT_EQ(
        w.put("/demo-bucket/x", "", {{"x-amz-copy-source", "demo-bucket/src"}, {"x-amz-metadata-directive", "MERGE"}}).code(),
        "InvalidArgument");
    EXPECT_EQ(w.put("/demo-bucket/x", "", {{"x-amz-copy-source", "demo-bucket/src"}, {"x-amz-copy-source-if-match", "\"no\""}})
                  .code(),
              "PreconditionFailed");
    EXPECT_EQ(w.blobs(), 2u);
}

TEST_F(Objects, a_copy_asks_for_reading_the_source_and_writing_the_target) {
    w.put("/demo-bucket/src", "x", {{"x-amz-tagging", "t=1"}});
    auto as = [&](std::string actions) {
        w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
            R"({"Statement":{"Effect":"Allow","Action":[)" + actions + R"(],"Resource":"*"}})";
        w.caller = user_of("123456789012", "u");
        return w.put("/demo-bucket/dst", "", {{"x-amz-copy-source", "demo-bucket/src"}}).status;
    };
    EXPECT_EQ(as(R"("s3:PutObject","s3:PutObjectTagging","s3:GetObjectTagging")"), 403);
    EXPECT_EQ(as(R"("s3:GetObject","s3:PutObjectTagging","s3:GetObjectTagging")"), 403);
    EXPECT_EQ(as(R"("s3:GetObject","s3:PutObject","s3:PutObjectTagging")"), 403);
    EXPECT_EQ(as(R"("s3:GetObject","s3:PutObject","s3:GetObjectTagging")"), 403);
    EXPECT_EQ(as(R"("s3:GetObject","s3:PutObject","s3:PutObjectTagging","s3:GetObjectTagging")"), 200);
}

TEST_F(Objects, keys_of_every_kind_are_kept_apart) {
    const std::vector<std::string> keys{" ",
                                        "+",
                                        "%",
                                        "a//b",
                                        "/lead",
                                        "trail/",
                                        "..",
                                        "../x",
                                        "\xe9\x96\xa2\xe6\x89\x80",
                                        "a?b",
                                        "a&b",
                                        "\x01",
                                        std::string(1024, 'k')};
    for (const std::string& key : keys)
        ASSERT_EQ(w.put("/demo-bucket/" + percent_encode(key, true), "of " + key).status, 200) << key;
    for (const std::string& key : keys) EXPECT_EQ(w.get("/demo-bucket/" + percent_encode(key, true)).body, "of " + key) << key;
    EXPECT_EQ(w.get("/demo-bucket?list-type=2").elements("Key").size(), keys.size());
    EXPECT_EQ(w.put("/demo-bucket/" + std::string(1025, 'k'), "x").code(), "KeyTooLongError");
    EXPECT_EQ(w.put("/demo-bucket/%ff", "x").code(), "InvalidURI");
    EXPECT_EQ(w.put("/demo-bucket/%zz", "x").code(), "InvalidURI");
}

TEST_F(Objects, orphans_of_an_earlier_process_are_swept_and_nothing_else) {
    w.put("/demo-bucket/k", std::string(100'000, 'x'));
    auto orphan = [&](std::string mark) {
        auto writer = w.objects->create(store::BlobId("0123456789abcdef01234567" + mark));
        sync_wait(writer->append("lost"));
        sync_wait(writer->seal());
    };
    orphan("00000001");
    orphan("ffffffff");
    EXPECT_EQ(w.blobs(), 3u);
    sync_wait(w.s3.sweep());
    EXPECT_EQ(w.blobs(), 2u) << "the one of a later start may be an upload that just runs";
    EXPECT_EQ(w.get("/demo-bucket/k").body.size(), 100'000u);
}

}  // namespace
}  // namespace sekisho::s3::test
