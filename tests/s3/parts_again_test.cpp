// Parts that are sent again: one row and one blob each, whoever is faster, and whatever an earlier build left.
#include "authn/digest.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/multipart.h"

namespace sekisho::s3::test {
namespace {

std::string etag_of(std::string_view bytes) {
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update(bytes);
    return to_hex(md5.finish());
}

class PartsAgain : public testing::Test {
   protected:
    void SetUp() override {
        w.make_bucket("demo-bucket");
        upload = w.post("/demo-bucket/k?uploads").element("UploadId");
    }
    Answer part(int number, std::string body) {
        return w.put(fmt::format("/demo-bucket/k?partNumber={}&uploadId={}", number, upload), std::move(body));
    }
    Answer complete(std::string_view etag) {
        return w.post("/demo-bucket/k?uploadId=" + upload,
                      fmt::format("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>"
                                  "</CompleteMultipartUpload>",
                                  etag));
    }
    std::string partition() { return partition_of_key(*w.s3.find_bucket("demo-bucket"), "k"); }
    std::size_t part_rows() {
        store::Range range = store::Range::prefix(part_rows_prefix(upload));
        return sync_wait(w.tables->scan(partition(), range)).size();
    }
    std::string part_row() { return part_row_key(upload, 1); }

    World w;
    std::string upload;
};

TEST_F(PartsAgain, twenty_times_leave_one_row_and_one_blob) {
    for (int i = 0; i < 20; ++i) ASSERT_EQ(part(1, "try " + std::to_string(i)).status, 200);
    EXPECT_EQ(part_rows(), 1u);
    EXPECT_EQ(w.blobs(), 1u);
    EXPECT_EQ(part(2, "another").status, 200);
    EXPECT_EQ(w.blobs(), 2u);
    EXPECT_EQ(part(2, "").status, 200) << "an empty one has no blob";
    EXPECT_EQ(w.blobs(), 1u);
    EXPECT_EQ(complete(etag_of("try 18")).code(), "InvalidPart");
    EXPECT_EQ(complete(etag_of("try 19")).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "try 19");
    EXPECT_EQ(part_rows(), 0u);
    EXPECT_EQ(w.blobs(), 1u);
}

TEST_F(PartsAgain, two_at_once_leave_the_one_that_was_committed_last) {
    w.tables->before_commit(part_row(), [&] { EXPECT_EQ(part(1, "the faster").status, 200); });
    EXPECT_EQ(part(1, "the slower").status, 200);
    EXPECT_EQ(part_rows(), 1u);
    EXPECT_EQ(w.blobs(), 1u);
    w.tables->before_commit(part_row(), [&] { EXPECT_EQ(part(1, "faster again").status, 200); });
    EXPECT_EQ(part(1, "slower again").status, 200);
    EXPECT_EQ(w.blobs(), 1u);
    EXPECT_EQ(complete(etag_of("slower again")).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "slower again");
}

TEST_F(PartsAgain, one_whose_other_part_is_replaced_meanwhile_is_added_all_the_same) {
    part(2, "two");
    w.tables->before_commit(part_row(), [&] { EXPECT_EQ(part(2, "two again").status, 200); });
    EXPECT_EQ(part(1, "one").status, 200);
    EXPECT_EQ(w.blobs(), 2u);
}

TEST_F(PartsAgain, while_the_upload_is_completed_never_leave_an_object_without_its_bytes) {
    part(1, "old");
    w.tables->before_commit("o/k", [&] { EXPECT_EQ(part(1, "new").status, 200); });
    EXPECT_EQ(complete(etag_of("old")).code(), "InvalidPart");
    EXPECT_EQ(w.get("/demo-bucket/k").status, 404);
    w.tables->before_commit("o/k", [&] { EXPECT_EQ(part(1, "new").status, 200); });
    EXPECT_EQ(complete(etag_of("new")).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "new");
    EXPECT_EQ(w.blobs(), 1u);
}

TEST_F(PartsAgain, after_the_upload_has_ended_are_refused_and_leave_nothing) {
    part(1, "bytes");
    w.tables->before_commit(part_row(), [&] { EXPECT_EQ(complete(etag_of("bytes")).status, 200); });
    EXPECT_EQ(part(1, "late").code(), "NoSuchUpload");
    EXPECT_EQ(w.get("/demo-bucket/k").body, "bytes");
    EXPECT_EQ(w.blobs(), 1u);
}

TEST_F(PartsAgain, while_the_upload_is_aborted_are_gone_with_it) {
    part(1, "old");
    w.tables->before_commit("u/k" + std::string(1, '\0') + upload, [&] { EXPECT_EQ(part(1, "new").status, 200); });
    EXPECT_EQ(w.remove("/demo-bucket/k?uploadId=" + upload).status, 204);
    EXPECT_EQ(part_rows(), 0u);
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(PartsAgain, of_which_an_earlier_build_kept_each_row_count_by_the_last_and_are_replaced_together) {
    part(1, "second");
    std::string second = *sync_wait(w.tables->get(partition(), part_row()));
    part(1, "first");
    std::string first = *sync_wait(w.tables->get(partition(), part_row()));
    store::Commit commit;
    commit.partition = partition();
    commit.erase(part_row());
    commit.put(part_row() + "/0190000000000aaaaaaaa", first);
    commit.put(part_row() + "/0190000000001aaaaaaaa", second);
    ASSERT_EQ(sync_wait(w.tables->commit(std::move(commit))), store::CommitResult::committed);
    EXPECT_EQ(w.get("/demo-bucket/k?uploadId=" + upload).element("ETag"), "&quot;" + etag_of("second") + "&quot;");
    EXPECT_EQ(part(1, "third").status, 200);
    EXPECT_EQ(part_rows(), 1u);
    EXPECT_EQ(complete(etag_of("third")).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "third");
}

}  // namespace
}  // namespace sekisho::s3::test
