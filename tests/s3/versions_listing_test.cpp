// ListObjectVersions: its order, pages and markers, and what reading it costs.
#include <algorithm>

#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/listing.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;

class VersionListing : public testing::Test {
   protected:
    void SetUp() override {
        w.make_bucket("demo-bucket");
        w.put("/demo-bucket/before", "x");
        w.put("/demo-bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    }
    std::string put(const std::string& key) { return w.put("/demo-bucket/" + key, "x").header("x-amz-version-id"); }
    World w;
};

TEST_F(VersionListing, is_by_key_and_newest_first_with_objects_of_before_between) {
    std::string b1 = put("b"), c1 = put("c"), b2 = put("b"), a1 = put("a");
    Answer all = w.get("/demo-bucket?versions");
    EXPECT_THAT(all.elements("Key"), ElementsAre("a", "b", "b", "before", "c"));
    EXPECT_THAT(all.elements("VersionId"), ElementsAre(a1, b2, b1, "null", c1));
    EXPECT_THAT(all.elements("IsLatest"), ElementsAre("true", "true", "false", "true", "true"));
    EXPECT_EQ(all.elements("Owner").size(), 5u);
    EXPECT_THAT(w.get("/demo-bucket?versions&prefix=b").elements("Key"), ElementsAre("b", "b", "before"));
}

TEST_F(VersionListing, pages_within_a_key_and_tells_where_to_go_on) {
    std::string a1 = put("a"), a2 = put("a"), a3 = put("a");
    Answer page = w.get("/demo-bucket?versions&max-keys=2");
    EXPECT_EQ(page.element("IsTruncated"), "true");
    EXPECT_EQ(page.element("NextKeyMarker"), "a");
    EXPECT_EQ(page.element("NextVersionIdMarker"), a2);
    Answer rest = w.get("/demo-bucket?versions&key-marker=a&version-id-marker=" + a2);
    EXPECT_EQ(rest.element("KeyMarker"), "a");
    EXPECT_EQ(rest.element("VersionIdMarker"), a2);
    EXPECT_THAT(rest.elements("VersionId"), ElementsAre(a1, "null"));
    EXPECT_THAT(rest.elements("IsLatest"), ElementsAre("false", "true"));
    EXPECT_EQ(rest.element("NextKeyMarker"), "");
    EXPECT_THAT(w.get("/demo-bucket?versions&key-marker=a").elements("Key"), ElementsAre("before"));
    // The marker itself may be gone by then, and what is behind it the newest.
    w.remove("/demo-bucket/a?versionId=" + a3);
    w.remove("/demo-bucket/a?versionId=" + a2);
    Answer late = w.get("/demo-bucket?versions&key-marker=a&version-id-marker=" + a2);
    EXPECT_THAT(late.elements("VersionId"), ElementsAre(a1, "null"));
    EXPECT_THAT(late.elements("IsLatest"), ElementsAre("true", "true"));
    Answer none = w.get("/demo-bucket?versions&max-keys=0");
    EXPECT_EQ(none.element("IsTruncated"), "false");
    EXPECT_EQ(none.elements("Key").size(), 0u);
}

TEST_F(VersionListing, goes_on_behind_a_null_version_wherever_it_stands) {
    put("before");
    std::string newest = put("before");
    w.put("/demo-bucket/z", "x");
    std::vector<std::string> all, ids = w.get("/demo-bucket?versions").elements("VersionId");
    ASSERT_EQ(ids.size(), 4u);
    EXPECT_EQ(ids[2], "null");
    std::string from;
    for (int pages = 0; pages < 10; ++pages) {
        Answer page = w.get("/demo-bucket?versions&max-keys=1" + from);
        for (const std::string& id : page.elements("VersionId")) all.push_back(id);
        if (page.element("IsTruncated") == "false") break;
        from = "&key-marker=" + page.element("NextKeyMarker") + "&version-id-marker=" + page.element("NextVersionIdMarker");
    }
    EXPECT_EQ(all, ids);
    w.remove("/demo-bucket/before?versionId=null");
    EXPECT_THAT(w.get("/demo-bucket?versions&key-marker=before&version-id-marker=null").elements("VersionId"),
                ElementsAre(newest, ids[1], ids[3]))
        << "a null version that is gone has no place: nothing is left out";
}

TEST_F(VersionListing, rolls_up_and_counts_common_prefixes) {
    put("d/1"), put("d/1"), put("d/2"), put("e/1");
    std::string f = put("f");
    Answer page = w.get("/demo-bucket?versions&delimiter=/&max-keys=2");
    EXPECT_THAT(page.elements("Key"), ElementsAre("before"));
    EXPECT_THAT(page.elements("CommonPrefixes"), ElementsAre("<Prefix>d/</Prefix>"));
    EXPECT_EQ(page.element("NextKeyMarker"), "d/");
    EXPECT_EQ(page.element("NextVersionIdMarker"), "");
    Answer rest = w.get("/demo-bucket?versions&delimiter=/&key-marker=d/");
    EXPECT_THAT(rest.elements("CommonPrefixes"), ElementsAre("<Prefix>e/</Prefix>"));
    EXPECT_THAT(rest.elements("VersionId"), ElementsAre(f));
    EXPECT_THAT(w.get("/demo-bucket?versions&delimiter=/&prefix=d/").elements("Key"), ElementsAre("d/1", "d/1", "d/2"));
}

TEST_F(VersionListing, refuses_markers_that_are_none) {
    EXPECT_EQ(w.get("/demo-bucket?versions&version-id-marker=null").message(),
              "A version-id marker cannot be specified without a key marker.");
    EXPECT_EQ(w.get("/demo-bucket?versions&key-marker=a&version-id-marker=").message(), "A version-id marker cannot be empty.");
    EXPECT_EQ(w.get("/demo-bucket?versions&key-marker=a&version-id-marker=abc").message(), "Invalid version id specified");
}

TEST_F(VersionListing, encodes_keys_on_request) {
    put("%01%3Ca%26%22");
    Answer listed = w.get("/demo-bucket?versions&encoding-type=url&max-keys=1");
    EXPECT_THAT(listed.elements("Key"), ElementsAre("%01%3Ca%26%22"));
    EXPECT_EQ(listed.element("NextKeyMarker"), "%01%3Ca%26%22");
    EXPECT_EQ(listed.element("EncodingType"), "url");
}

TEST_F(VersionListing, of_a_key_that_gets_versions_while_it_is_read_shows_each_once) {
    // Objects are read first, then versions.
    w.tables->before_scan("m/", [&] { put("before"); });
    EXPECT_THAT(w.get("/demo-bucket?versions").elements("IsLatest"), ElementsAre("true", "false"));
}

TEST_F(VersionListing, reads_what_it_returns_and_listings_of_objects_read_no_versions) {
    for (int i = 0; i < 300; ++i) put("many");
    for (int i = 0; i < 300; ++i) w.remove("/demo-bucket/deleted");
    put("z");
    w.tables->rows_read = 0;
    EXPECT_THAT(w.get("/demo-bucket?list-type=2").elements("Key"), ElementsAre("before", "many", "z"));
    EXPECT_LE(w.tables->rows_read, 4u) << "neither older versions nor delete markers";
    w.tables->rows_read = 0;
    EXPECT_EQ(w.get("/demo-bucket?versions&max-keys=10").elements("Key").size(), 10u);
    EXPECT_LE(w.tables->rows_read, 40u);
    w.tables->rows_read = 0;
    EXPECT_EQ(w.get("/demo-bucket/deleted").code(), "NoSuchKey");
    EXPECT_LE(w.tables->rows_read, 1u) << "the newest is found in one step";
}

// Windows of two kinds of rows are cut where the one or the other ends.
TEST(VersionListingOfManyShards, of_many_rows_of_both_kinds_is_complete_in_pages_of_any_size) {
    for (int shards : {1, 3}) {
        World w(shards);
        w.make_bucket("demo-bucket");
        std::vector<std::string> expected;
        for (int i = 0; i < 120; i += 2) w.put(fmt::format("/demo-bucket/k{:03}", i), "x");
        w.put("/demo-bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
        for (int i = 0; i < 120; i += 3)
            for (int n = 0; n < 1 + i % 5; ++n) w.put(fmt::format("/demo-bucket/k{:03}", i), "x");
        for (int i = 0; i < 120; i += 7) w.remove(fmt::format("/demo-bucket/k{:03}", i));
        for (int i = 0; i < 120; ++i) {
            const std::string key = fmt::format("k{:03}", i);
            int count = (i % 2 == 0) + (i % 3 == 0 ? 1 + i % 5 : 0) + (i % 7 == 0);
            expected.insert(expected.end(), static_cast<std::size_t>(count), key);
        }
        for (int size : {1, 7, 16, 17, 1000}) {
            std::vector<std::string> paged, ids;
            std::string from;
            for (;;) {
                Answer page = w.get(fmt::format("/demo-bucket?versions&max-keys={}{}", size, from));
                for (const std::string& key : page.elements("Key")) paged.push_back(key);
                ASSERT_LE(paged.size(), expected.size());
                if (page.element("IsTruncated") != "true") break;
                from = "&key-marker=" + page.element("NextKeyMarker") +
                       "&version-id-marker=" + page.element("NextVersionIdMarker");
            }
            EXPECT_EQ(paged, expected) << shards << " shards, pages of " << size;
        }
    }
}

}  // namespace
}  // namespace sekisho::s3::test
