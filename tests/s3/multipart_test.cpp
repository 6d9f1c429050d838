// Multipart uploads: parts that count, order, sizes, checksums, and what is left behind: nothing.
#include "services/s3/multipart.h"
#include "authn/checksums.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/object_table.h"
#include "services/s3/payload.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;

constexpr std::size_t part_bytes = part_bytes_min;

std::string bytes_of(char seed, std::size_t size) {
    std::string bytes(size, seed);
    for (std::size_t i = 0; i < size; i += 97) bytes[i] = static_cast<char>(seed + i / 97);
    return bytes;
}

class Multipart : public testing::Test {
   protected:
    void SetUp() override {
        w.make_bucket("demo-bucket");
        w.piece_bytes = 256 * 1024;
    }
    std::string begin(Fields headers = {}) {
        return w.post("/demo-bucket/k?uploads", "", std::move(headers)).element("UploadId");
    }
    Answer part(int number, std::string bytes, Fields headers = {}) {
        return w.put(fmt::format("/demo-bucket/k?partNumber={}&uploadId={}", number, upload), std::move(bytes),
                     std::move(headers));
    }
    // number → ETag, with further elements
    Answer complete(const std::vector<std::pair<int, std::string>>& parts, Fields headers = {}, std::string more = {}) {
        std::string body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
        for (const auto& [number, etag] : parts)
            body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag>{}</Part>", number, etag, more);
        return w.post("/demo-bucket/k?uploadId=" + upload, body + "</CompleteMultipartUpload>", std::move(headers));
    }
    World w;
    std::string upload;
};

TEST_F(Multipart, parts_become_one_object_without_being_copied) {
    std::string a = bytes_of('a', part_bytes), b = bytes_of('b', part_bytes + 1), c = bytes_of('c', 10);
    upload = begin({{"Content-Type", "text/plain"}, {"x-amz-meta-a", "1"}, {"x-amz-tagging", "t=1"}});
    ASSERT_FALSE(upload.empty());
    std::string ea = part(1, a).header("ETag"), eb = part(5, b).header("ETag"), ec = part(7, c).header("ETag");
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "NoSuchKey");
    Answer done = complete({{1, ea}, {5, eb}, {7, ec}});
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.element("Key"), "k");
    EXPECT_EQ(w.blobs(), 3u);
    Answer got = w.get("/demo-bucket/k");
    EXPECT_TRUE(got.body == a + b + c);
    EXPECT_TRUE(got.header("ETag").ends_with("-3\""));
    EXPECT_EQ(got.header("x-amz-meta-a"), "1");
    EXPECT_EQ(got.header("x-amz-tagging-count"), "1");
    std::string across = (a + b + c).substr(part_bytes - 3, 6);
    EXPECT_EQ(w.get("/demo-bucket/k", {{"Range", fmt::format("bytes={}-{}", part_bytes - 3, part_bytes + 2)}}).body, across);
    Answer second = w.get("/demo-bucket/k?partNumber=2");
    EXPECT_EQ(second.status, 206);
    EXPECT_TRUE(second.body == b);
    EXPECT_EQ(second.header("x-amz-mp-parts-count"), "3");
    EXPECT_EQ(w.get("/demo-bucket/k?partNumber=4").code(), "InvalidPartNumber");
    EXPECT_EQ(w.get("/demo-bucket/k?partNumber=0").code(), "InvalidArgument");
    EXPECT_EQ(complete({{1, ea}}).code(), "NoSuchUpload");
    EXPECT_EQ(w.get("/demo-bucket?uploads").elements("Upload").size(), 0u);
    EXPECT_EQ(w.remove("/demo-bucket/k").status, 204);
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Multipart, parts_sent_again_and_parts_not_named_leave_nothing) {
    upload = begin();
    part(1, bytes_of('x', part_bytes));
    w.clock.advance(std::chrono::milliseconds(5));
    std::string a = bytes_of('a', part_bytes);
    std::string ea = part(1, a).header("ETag"), eb = part(2, "last").header("ETag");
    part(3, "not named");
    EXPECT_EQ(w.blobs(), 3u);
    EXPECT_EQ(w.get("/demo-bucket/k?uploadId=" + upload).elements("PartNumber").size(), 3u);
    ASSERT_EQ(complete({{1, ea}, {2, eb}}).status, 200);
    EXPECT_EQ(w.blobs(), 2u);
    EXPECT_TRUE(w.get("/demo-bucket/k").body == a + "last");
}

TEST_F(Multipart, what_does_not_fit_is_refused_and_the_upload_stays) {
    upload = begin();
    std::string e1 = part(1, "small").header("ETag"), e2 = part(2, "last").header("ETag");
    EXPECT_EQ(complete({{2, e2}, {1, e1}}).code(), "InvalidPartOrder");
    EXPECT_EQ(complete({{1, e1}, {1, e1}}).code(), "InvalidPartOrder");
    EXPECT_EQ(complete({{1, e2}}).code(), "InvalidPart");
    EXPECT_EQ(complete({{9, e1}}).code(), "InvalidPart");
    Answer small = complete({{1, e1}, {2, e2}});
    EXPECT_EQ(small.code(), "EntityTooSmall");
    EXPECT_EQ(small.element("PartNumber"), "1");
    EXPECT_EQ(complete({}).code(), "MalformedXML");
    EXPECT_EQ(complete({{1, e1}}, {{"x-amz-mp-object-size", "6"}}).code(), "InvalidRequest");
    EXPECT_EQ(part(0, "x").code(), "InvalidArgument");
    EXPECT_EQ(part(10'001, "x").code(), "InvalidArgument");
    EXPECT_EQ(part(1, "x", {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}}).code(), "BadDigest");
    EXPECT_EQ(complete({{1, e1}}, {{"x-amz-mp-object-size", "5"}}).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "small");
}

TEST_F(Multipart, of_another_key_or_id_is_no_such_upload) {
    upload = begin();
    for (std::string id : {std::string("nonsense"), std::string("../x"), std::string(), upload + "0"})
        EXPECT_EQ(w.put("/demo-bucket/k?partNumber=1&uploadId=" + percent_encode(id), "x").code(), "NoSuchUpload") << id;
    EXPECT_EQ(w.put("/demo-bucket/other?partNumber=1&uploadId=" + upload, "x").code(), "NoSuchUpload");
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Multipart, an_aborted_one_leaves_nothing) {
    upload = begin();
    part(1, "x");
    part(2, "y");
    EXPECT_EQ(w.remove("/demo-bucket/k?uploadId=" + upload).status, 204);
    EXPECT_EQ(w.blobs(), 0u);
    EXPECT_EQ(w.remove("/demo-bucket/k?uploadId=" + upload).code(), "NoSuchUpload");
    EXPECT_EQ(part(3, "z").code(), "NoSuchUpload");
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Multipart, a_failed_condition_keeps_the_upload_and_its_parts) {
    w.put("/demo-bucket/k", "there");
    upload = begin();
    std::string etag = part(1, "new").header("ETag");
    EXPECT_EQ(complete({{1, etag}}, {{"If-None-Match", "*"}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.get("/demo-bucket/k").body, "there");
    EXPECT_EQ(complete({{1, etag}}).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "new");
}

TEST_F(Multipart, composite_checksums_are_of_the_parts_checksums) {
    upload = begin({{"x-amz-checksum-algorithm", "SHA256"}});
    std::string a = bytes_of('a', part_bytes), sum = authn::checksum(authn::ChecksumAlgorithm::sha256, a);
    EXPECT_EQ(part(1, a).code(), "InvalidRequest") << "each part must bring its own";
    Answer sent = part(1, a, {{"x-amz-checksum-sha256", to_base64(sum)}});
    ASSERT_EQ(sent.status, 200) << sent.body;
    EXPECT_EQ(sent.header("x-amz-checksum-sha256"), to_base64(sum));
    EXPECT_EQ(part(2, a, {{"x-amz-checksum-crc32", to_base64(authn::checksum(authn::ChecksumAlgorithm::crc32, a))}}).code(),
              "InvalidRequest");
    std::string etag = sent.header("ETag");
    EXPECT_EQ(complete({{1, etag}}).code(), "InvalidRequest");
    EXPECT_EQ(complete({{1, etag}}, {}, "<ChecksumSHA256>" + to_base64(std::string(32, 'x')) + "</ChecksumSHA256>").code(),
              "InvalidPart");
    Answer done = complete({{1, etag}}, {}, "<ChecksumSHA256>" + to_base64(sum) + "</ChecksumSHA256>");
    std::string expected = to_base64(authn::checksum(authn::ChecksumAlgorithm::sha256, sum)) + "-1";
    EXPECT_EQ(done.element("ChecksumSHA256"), expected) << done.body;
    EXPECT_EQ(done.element("ChecksumType"), "COMPOSITE");
    EXPECT_EQ(w.head("/demo-bucket/k", {{"x-amz-checksum-mode", "ENABLED"}}).header("x-amz-checksum-sha256"), expected);
    Answer attributes = w.get("/demo-bucket/k?attributes", {{"x-amz-object-attributes", "ObjectParts,Checksum"}});
    EXPECT_EQ(attributes.element("PartsCount"), "1");
    EXPECT_EQ(attributes.element("Size"), std::to_string(part_bytes));
}

TEST_F(Multipart, full_object_checksums_are_of_the_whole) {
    upload = begin({{"x-amz-checksum-algorithm", "CRC64NVME"}});
    std::string a = bytes_of('a', part_bytes), b = "last";
    std::string ea = part(1, a).header("ETag"), eb = part(2, b).header("ETag");
    std::string whole = to_base64(authn::checksum(authn::ChecksumAlgorithm::crc64nvme, a + b));
    EXPECT_EQ(complete({{1, ea}, {2, eb}}, {{"x-amz-checksum-crc64nvme", to_base64("wrong sum")}}).code(), "BadDigest");
    Answer done = complete({{1, ea}, {2, eb}}, {{"x-amz-checksum-crc64nvme", whole}, {"x-amz-checksum-type", "FULL_OBJECT"}});
    EXPECT_EQ(done.element("ChecksumCRC64NVME"), whole) << done.body;
    EXPECT_EQ(
        w.post("/demo-bucket/x?uploads", "", {{"x-amz-checksum-algorithm", "SHA1"}, {"x-amz-checksum-type", "FULL_OBJECT"}})
            .code(),
        "InvalidRequest");
    EXPECT_EQ(w.post("/demo-bucket/x?uploads", "", {{"x-amz-checksum-algorithm", "MD6"}}).code(), "InvalidRequest");
}

TEST_F(Multipart, parts_are_copied_from_objects_by_range) {
    std::string source = bytes_of('s', part_bytes + 1000);
    w.put("/demo-bucket/source", source);
    upload = begin();
    auto copy = [&](int number, Fields more) {
        more.emplace_back("x-amz-copy-source", "demo-bucket/source");
        return w.put(fmt::format("/demo-bucket/k?partNumber={}&uploadId={}", number, upload), "", std::move(more));
    };
    Answer first = copy(1, {{"x-amz-copy-source-range", fmt::format("bytes=0-{}", part_bytes - 1)}});
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.operation, "UploadPartCopy");
    Answer second = copy(2, {{"x-amz-copy-source-range", fmt::format("bytes={}-{}", part_bytes, part_bytes + 999)}});
    EXPECT_EQ(copy(3, {{"x-amz-copy-source-range", "bytes=0-99999999"}}).code(), "InvalidArgument");
    EXPECT_EQ(copy(3, {{"x-amz-copy-source-if-none-match", "*"}}).code(), "PreconditionFailed");
    ASSERT_EQ(complete({{1, first.element("ETag")}, {2, second.element("ETag")}}).status, 200);
    EXPECT_TRUE(w.get("/demo-bucket/k").body == source);
}

TEST_F(Multipart, listings_of_parts_and_uploads_page) {
    upload = begin();
    for (int number : {1, 2, 3}) part(number, "p");
    Answer page = w.get("/demo-bucket/k?max-parts=2&uploadId=" + upload);
    EXPECT_THAT(page.elements("PartNumber"), ElementsAre("1", "2"));
    EXPECT_EQ(page.element("IsTruncated"), "true");
    EXPECT_EQ(page.element("NextPartNumberMarker"), "2");
    EXPECT_THAT(w.get("/demo-bucket/k?part-number-marker=2&uploadId=" + upload).elements("PartNumber"), ElementsAre("3"));

    std::string later;
    for (const char* key : {"dir/a", "dir/b", "k"}) {
        w.clock.advance(std::chrono::milliseconds(5));
        later = w.post(std::string("/demo-bucket/") + key + "?uploads").element("UploadId");
    }
    Answer all = w.get("/demo-bucket?uploads");
    EXPECT_THAT(all.elements("Key"), ElementsAre("dir/a", "dir/b", "k", "k"));
    EXPECT_THAT(w.get("/demo-bucket?uploads&prefix=k").elements("UploadId"), ElementsAre(upload, later));
    Answer rolled = w.get("/demo-bucket?uploads&delimiter=/&max-uploads=2");
    EXPECT_THAT(rolled.elements("CommonPrefixes"), ElementsAre("<Prefix>dir/</Prefix>"));
    EXPECT_THAT(rolled.elements("UploadId"), ElementsAre(upload));
    EXPECT_EQ(rolled.element("IsTruncated"), "true");
    Answer rest = w.get("/demo-bucket?uploads&delimiter=/&key-marker=" + rolled.element("NextKeyMarker") +
                        "&upload-id-marker=" + rolled.element("NextUploadIdMarker"));
    EXPECT_THAT(rest.elements("UploadId"), ElementsAre(later));
    EXPECT_THAT(w.get("/demo-bucket?uploads&delimiter=/&key-marker=dir/").elements("Key"), ElementsAre("k", "k"));
    EXPECT_THAT(w.get("/demo-bucket?uploads&key-marker=dir/b").elements("Key"), ElementsAre("k", "k"));
}

TEST_F(Multipart, a_reader_of_a_replaced_object_reads_it_to_its_end) {
    upload = begin();
    std::string a = bytes_of('a', part_bytes);
    std::string ea = part(1, a).header("ETag"), eb = part(2, "last").header("ETag");
    ASSERT_EQ(complete({{1, ea}, {2, eb}}).status, 200);
    BucketPtr bucket = w.s3.find_bucket("demo-bucket");
    auto found = std::make_shared<Found>(*sync_wait(find_object(w.s3, bucket, "k")));
    auto reader = std::make_unique<ObjectReader>(w.s3, Target{bucket, "k", found}, ByteRange{0, found->row.size});
    ASSERT_TRUE(sync_wait(reader->open()));
    ASSERT_EQ(w.remove("/demo-bucket/k").status, 204);
    std::string all;
    for (;;) {
        std::string piece = sync_wait(reader->read());
        if (piece.empty()) break;
        all += piece;
    }
    EXPECT_TRUE(all == a + "last");
    EXPECT_EQ(w.blobs(), 2u);
    reader.reset();
    EXPECT_EQ(w.blobs(), 0u);
}

}  // namespace
}  // namespace sekisho::s3::test
