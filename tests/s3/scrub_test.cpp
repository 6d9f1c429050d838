// Scrub: everything is proved, step by step, and each kind of damage is found and named.
#include "services/s3/scrub.h"
#include "authn/digest.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/multipart.h"
#include "services/s3/rows.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Scrub : public testing::TestWithParam<bool> {  // encrypted at rest?
   protected:
    Scrub() : world(settings_of(1, GetParam() ? 1 : 0)) { world.make_bucket("box"); }
    ScrubStep scrubbed(ScrubPosition from = {}) {
        return sync_wait(scrub(world.s3, std::move(from), [](const Bucket&) { return true; }));
    }
    std::vector<std::string> findings() {
        std::vector<std::string> all;
        for (const ScrubFinding& finding : scrubbed().findings) all.push_back(finding.key + ": " + finding.what);
        return all;
    }
    std::string partition() { return partition_of_shard(*world.s3.find_bucket("box"), 0); }
    void store_row(std::string key, std::optional<std::string> value) {
        store::Commit commit;
        commit.partition = partition();
        if (value)
            commit.put(std::move(key), *value);
        else
            commit.erase(std::move(key));
        sync_wait(world.tables->commit(std::move(commit)));
    }
    std::string row(std::string key) { return sync_wait(world.tables->get(partition(), std::move(key))).value(); }
    std::vector<store::BlobId> blobs() {
        std::vector<store::BlobId> ids;
        std::function<void(const store::BlobId&)> visit = [&](const store::BlobId& id) { ids.push_back(id); };
        sync_wait(world.objects->for_each(visit));
        return ids;
    }
    void flip_a_bit(const store::BlobId& id) {
        std::string bytes = sync_wait(sync_wait(world.objects->open(id))->read(0, store::read_bytes_max));
        bytes[bytes.size() / 2] ^= 1;
        sync_wait(world.objects->erase(id));
        auto writer = world.objects->create(id);
        sync_wait(writer->append(bytes));
        sync_wait(writer->seal());
    }
    std::string upload_of(std::string key, const std::vector<std::string>& parts) {
        std::string upload = world.post("/box/" + key + "?uploads").element("UploadId");
        for (std::size_t i = 0; i < parts.size(); ++i) {
            Answer answer = world.put(fmt::format("/box/{}?partNumber={}&uploadId={}", key, i + 1, upload), parts[i]);
            etags.push_back(answer.header("ETag"));
        }
        return upload;
    }
    void complete(std::string key, const std::string& upload) {
        std::string body = "<CompleteMultipartUpload>";
        for (std::size_t i = 0; i < etags.size(); ++i)
            body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", i + 1, etags[i]);
        Answer answer = world.post("/box/" + key + "?uploadId=" + upload, body + "</CompleteMultipartUpload>");
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    const std::string large = std::string(100'000, 'x');
    std::vector<std::string> etags;
    World world;
};

INSTANTIATE_TEST_SUITE_P(AtRest, Scrub, testing::Bool(), [](const auto& info) { return info.param ? "encrypted" : "plain"; });

TEST_P(Scrub, what_nobody_touched_is_as_it_was_written) {
    world.put("/box/small", "few");
    world.put("/box/empty");
    world.put("/box/large", large);
    world.put("/box?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    world.put("/box/large", large + "2");
    world.put("/box/gone", "soon");
    world.remove("/box/gone");
    complete("parts", upload_of("parts", {std::string(part_bytes_min, 'p'), "rest"}));
    etags.clear();
    upload_of("in-progress", {large, "last"});
    ScrubStep step = scrubbed();
    EXPECT_THAT(findings(), IsEmpty());
    EXPECT_EQ(step.objects, 6u);
    EXPECT_EQ(step.bytes, 3 + 100'000 + 100'001 + 4 + part_bytes_min + 4 + 100'000 + 4);
    EXPECT_EQ(step.not_known, 0u);
    EXPECT_FALSE(step.next);
}

TEST_P(Scrub, a_changed_bit_is_found_in_an_object_in_a_part_and_in_a_part_of_an_upload_in_progress) {
    world.put("/box/large", large);
    flip_a_bit(blobs().at(0));
    EXPECT_THAT(findings(), ElementsAre("large: its bytes are lost or not those that were written"));
    world.remove("/box/large");
    complete("parts", upload_of("parts", {std::string(part_bytes_min, 'p'), large}));
    EXPECT_THAT(findings(), IsEmpty());
    flip_a_bit(blobs().at(1));
    EXPECT_THAT(findings(), ElementsAre("parts: its bytes are lost or not those that were written"));
    world.remove("/box/parts");
    etags.clear();
    upload_of("in-progress", {large});
    flip_a_bit(blobs().at(0));
    EXPECT_THAT(findings(), ElementsAre("in-progress: a part of an upload in progress is lost or not what was written"));
}

TEST_P(Scrub, a_lost_file_is_found) {
    world.put("/box/large", large);
    sync_wait(world.objects->erase(blobs().at(0)));
    EXPECT_THAT(findings(), ElementsAre("large: its bytes are lost or not those that were written"));
}

TEST_P(Scrub, rows_that_do_not_go_together_are_found) {
    world.put("/box/a", "1");
    world.put("/box/b", "2");
    const std::string listed = row(listing_row_key("a"));
    store_row(listing_row_key("a"), std::nullopt);
    EXPECT_THAT(findings(), ElementsAre("a: listings do not name it, or say something else of it"));
    store_row(listing_row_key("a"), row(listing_row_key("b")));
    EXPECT_THAT(findings(), ElementsAre("a: listings do not name it, or say something else of it"));
    store_row(listing_row_key("a"), listed);
    store_row(listing_row_key("c"), listed);
    EXPECT_THAT(findings(), ElementsAre("c: a listing names it, but it is not there"));
    store_row(listing_row_key("c"), std::nullopt);
    store_row(object_row_key("a"), row(object_row_key("a")).substr(1));
    EXPECT_THAT(findings(), testing::Contains("a: its row is damaged"));
}

TEST_P(Scrub, versions_that_a_listing_of_versions_does_not_name_are_found) {
    world.put("/box?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    world.put("/box/a", "1");
    store::Range range = store::Range::prefix(place_rows_prefix("a"));
    std::string place = sync_wait(world.tables->scan(partition(), range)).at(0).key;
    store_row(place, std::nullopt);
    EXPECT_THAT(findings(), ElementsAre("a: listings do not name it, or say something else of it"));
}

TEST_P(Scrub, what_changes_meanwhile_is_no_finding) {
    world.put("/box/a", "1");
    // The row of the object is read by the scan; then the object goes, and with it its listing.
    world.tables->before_get(listing_row_key("a"), [this] { world.remove("/box/a"); });
    EXPECT_THAT(findings(), IsEmpty());
}

TEST_P(Scrub, a_customers_object_is_counted_as_one_that_nobody_here_can_prove) {
    world.tls = true;
    const std::string key = "customer key of 32 bytes, mine !";
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update(key);
    Answer put = world.put("/box/theirs", large,
                           {{"x-amz-server-side-encryption-customer-algorithm", "AES256"},
                            {"x-amz-server-side-encryption-customer-key", to_base64(key)},
                            {"x-amz-server-side-encryption-customer-key-MD5", to_base64(md5.finish())}});
    ASSERT_EQ(put.status, 200) << put.body;
    ScrubStep step = scrubbed();
    EXPECT_EQ(step.objects, 1u);
    EXPECT_EQ(step.not_known, 1u);
    EXPECT_THAT(step.findings, IsEmpty());
}

TEST_P(Scrub, it_goes_step_by_step_and_only_through_the_buckets_that_are_wanted) {
    for (int i = 0; i < 3000; ++i) world.put(fmt::format("/box/{:04}", i), "x");
    world.make_bucket("other-box");
    world.put("/other-box/last", "y");
    std::uint64_t objects = 0;
    int steps = 0;
    std::optional<ScrubPosition> next = ScrubPosition{};
    while (next) {
        ScrubStep step = scrubbed(*next);
        EXPECT_LE(step.rows, scrub_step_rows);
        objects += step.objects;
        ++steps;
        next = step.next;
    }
    EXPECT_EQ(objects, 3001u);
    EXPECT_EQ(steps, 2);
    ScrubStep one = sync_wait(scrub(world.s3, {}, [](const Bucket& bucket) { return bucket.name == "other-box"; }));
    EXPECT_EQ(one.objects, 1u);
}

}  // namespace
}  // namespace sekisho::s3::test
