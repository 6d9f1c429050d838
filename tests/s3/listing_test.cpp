// Listings agree with a naive model: sorted keys, rolled up one by one.
#include "services/s3/listing.h"

#include <algorithm>
#include <random>
#include <set>

#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;

// What a listing from the start would show, in order: keys and common prefixes.
std::vector<std::string> model(const std::set<std::string>& keys, const std::string& prefix, const std::string& delimiter,
                               const std::string& after) {
    std::vector<std::string> shown;
    for (const std::string& key : keys) {
        if (!key.starts_with(prefix)) continue;
        std::size_t at = delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
        std::string entry = at == std::string::npos ? key : key.substr(0, at + delimiter.size());
        bool rolled = at != std::string::npos;
        if (rolled ? key <= after || entry == after : key <= after) continue;
        if (shown.empty() || shown.back() != entry) shown.push_back(entry);
    }
    return shown;
}

std::vector<std::string> merged(const Listing& listing) {
    std::vector<std::string> all = listing.common_prefixes;
    for (const auto& entry : listing.entries) all.push_back(entry.key);
    std::ranges::sort(all);
    return all;
}

void put_row(store::Tables& tables, const Bucket& bucket, const std::string& key) {
    ObjectRow row;
    row.etag = "e";
    store::Commit commit;
    commit.partition = partition_of_key(bucket, key);
    commit.put(object_row_key(key), encode(row));
    commit.put(listing_row_key(key), encode(listing_of(row)));
    sync_wait(tables.commit(std::move(commit)));
}

class AgainstModel : public testing::TestWithParam<int> {};

TEST_P(AgainstModel, random_keys_prefixes_and_delimiters_page_as_the_model_says) {
    std::mt19937 random(static_cast<unsigned>(GetParam()) * 7919u + 1u);
    auto below = [&](unsigned n) { return random() % n; };
    const std::vector<std::string> letters{"a", "b", "/", "/", "-", "\xc3\xa9", "\xf0\x9f\x98\x80", "~"};
    auto text = [&](unsigned max) {
        std::string out;
        for (unsigned n = below(max + 1); n > 0; --n) out += letters[below(static_cast<unsigned>(letters.size()))];
        return out;
    };
    auto tables = store::memory_tables();
    auto bucket = std::make_shared<Bucket>();
    bucket->owner = AccountId("1");
    bucket->region = Region("r");
    bucket->id = "id";
    bucket->shards = GetParam() % 3 + 1;
    std::set<std::string> keys;
    for (int i = 0; i < 300; ++i) {
        std::string key = text(6);
        if (key.empty() || !keys.insert(key).second) continue;
        put_row(*tables, *bucket, key);
    }
    for (int round = 0; round < 60; ++round) {
        ListingQuery query;
        query.prefix = text(2);
        const std::string delimiters[] = {"", "/", "-", "a", "//", "\xc3\xa9"};
        query.delimiter = delimiters[below(6)];
        query.after = below(3) == 0 ? text(4) : "";
        std::vector<std::string> expected = model(keys, query.prefix, query.delimiter, query.after);
        query.entries_max = 1 + static_cast<int>(below(20));
        std::vector<std::string> paged;
        for (;;) {
            Listing page = sync_wait(list_objects(*tables, bucket, query));
            std::vector<std::string> shown = merged(page);
            ASSERT_LE(shown.size(), static_cast<std::size_t>(query.entries_max));
            paged.insert(paged.end(), shown.begin(), shown.end());
            if (!page.truncated) break;
            ASSERT_FALSE(shown.empty());
            query.after = page.last;
        }
        ASSERT_EQ(paged, expected) << "prefix '" << query.prefix << "' delimiter '" << query.delimiter << "'";
    }
}
INSTANTIATE_TEST_SUITE_P(Seeds, AgainstModel, testing::Range(0, 12));

class CountingTables final : public store::Tables {
   public:
    explicit CountingTables(store::Tables& tables) : tables_(tables) {}
    Task<std::optional<std::string>> get(std::string partition, std::string key) override {
        return tables_.get(std::move(partition), std::move(key));
    }
    Task<std::vector<store::Row>> scan(std::string partition, store::Range range) override {
        std::vector<store::Row> rows = co_await tables_.scan(std::move(partition), std::move(range));
        rows_read += rows.size();
        co_return rows;
    }
    Task<store::CommitResult> commit(store::Commit commit) override { return tables_.commit(std::move(commit)); }
    std::size_t rows_read = 0;

   private:
    store::Tables& tables_;
};

TEST(Listing, passes_a_common_prefix_by_seeking_behind_it) {
    auto memory = store::memory_tables();
    CountingTables tables(*memory);
    auto bucket = std::make_shared<Bucket>();
    bucket->owner = AccountId("1");
    bucket->region = Region("r");
    bucket->id = "id";
    for (int directory = 0; directory < 5; ++directory)
        for (int i = 0; i < 2000; ++i) put_row(tables, *bucket, fmt::format("d{}/{:05}", directory, i));
    ListingQuery query;
    query.delimiter = "/";
    Listing listing = sync_wait(list_objects(tables, bucket, query));
    EXPECT_THAT(listing.common_prefixes, ElementsAre("d0/", "d1/", "d2/", "d3/", "d4/"));
    EXPECT_LT(tables.rows_read, 300u);
}

TEST(ListObjectsV2, pages_with_a_token_and_says_what_AWS_says) {
    World w;
    w.make_bucket("demo-bucket");
    for (const char* key : {"a", "b/1", "b/2", "c", "d e"})
        ASSERT_EQ(w.put("/demo-bucket/" + percent_encode(key, true), "x").status, 200);
    Answer first = w.get("/demo-bucket?list-type=2&delimiter=%2F&max-keys=2&encoding-type=url");
    EXPECT_EQ(first.operation, "ListObjectsV2");
    EXPECT_EQ(first.element("IsTruncated"), "true");
    EXPECT_EQ(first.element("KeyCount"), "2");
    EXPECT_EQ(first.element("MaxKeys"), "2");
    EXPECT_EQ(first.element("EncodingType"), "url");
    EXPECT_THAT(first.elements("Key"), ElementsAre("a"));
    EXPECT_EQ(first.element("CommonPrefixes"), "<Prefix>b/</Prefix>");
    EXPECT_EQ(first.element("Owner"), "");
    Answer second = w.get("/demo-bucket?list-type=2&delimiter=%2F&encoding-type=url&fetch-owner=true&continuation-token=" +
                          first.element("NextContinuationToken"));
    EXPECT_THAT(second.elements("Key"), ElementsAre("c", "d%20e"));
    EXPECT_EQ(second.element("IsTruncated"), "false");
    EXPECT_NE(second.element("Owner"), "");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2&continuation-token=%21").code(), "InvalidArgument");
    EXPECT_THAT(w.get("/demo-bucket?list-type=2&start-after=b/1").elements("Key"), ElementsAre("b/2", "c", "d e"));
}

TEST(ListObjectsV2, max_keys_is_a_number_of_at_most_a_thousand) {
    World w;
    w.make_bucket("demo-bucket");
    w.put("/demo-bucket/a", "x");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2&max-keys=5000").element("MaxKeys"), "1000");
    Answer none = w.get("/demo-bucket?list-type=2&max-keys=0");
    EXPECT_EQ(none.element("KeyCount"), "0");
    EXPECT_EQ(none.element("IsTruncated"), "false");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2&max-keys=-1").code(), "InvalidArgument");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2&max-keys=x").code(), "InvalidArgument");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2&encoding-type=base64").code(), "InvalidArgument");
}

TEST(ListObjects, gives_a_marker_where_a_delimiter_rolls_up) {
    World w;
    w.make_bucket("demo-bucket");
    for (const char* key : {"a/1", "b/1", "c"}) w.put(std::string("/demo-bucket/") + key, "x");
    Answer page = w.get("/demo-bucket?delimiter=/&max-keys=1");
    EXPECT_EQ(page.operation, "ListObjects");
    EXPECT_EQ(page.element("NextMarker"), "a/");
    EXPECT_EQ(w.get("/demo-bucket?delimiter=/&max-keys=1&marker=a/").element("NextMarker"), "b/");
    EXPECT_EQ(w.get("/demo-bucket?max-keys=1").element("NextMarker"), "");
}

TEST(ListObjectVersions, shows_every_object_as_its_null_version) {
    World w;
    w.make_bucket("demo-bucket");
    w.put("/demo-bucket/a", "x");
    w.put("/demo-bucket/b", "x");
    Answer versions = w.get("/demo-bucket?versions&max-keys=1");
    EXPECT_THAT(versions.elements("Key"), ElementsAre("a"));
    EXPECT_THAT(versions.elements("VersionId"), ElementsAre("null"));
    EXPECT_EQ(versions.element("IsLatest"), "true");
    EXPECT_EQ(versions.element("NextKeyMarker"), "a");
    EXPECT_EQ(versions.element("NextVersionIdMarker"), "null");
    EXPECT_THAT(w.get("/demo-bucket?versions&key-marker=a&version-id-marker=null").elements("Key"), ElementsAre("b"));
    EXPECT_EQ(w.get("/demo-bucket?versions&version-id-marker=null").code(), "InvalidArgument");
}

TEST(Listing, of_keys_that_XML_cannot_hold_is_whole_with_encoding_type_url) {
    World w;
    w.make_bucket("demo-bucket");
    w.put("/demo-bucket/%01%3Ca%26%22", "x");
    EXPECT_THAT(w.get("/demo-bucket?list-type=2&encoding-type=url").elements("Key"), ElementsAre("%01%3Ca%26%22"));
}

}  // namespace
}  // namespace sekisho::s3::test
