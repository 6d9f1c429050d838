#include "services/s3/scrub.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/log.h"
#include "services/s3/object_table.h"
#include "services/s3/proof.h"
#include "services/s3/rows.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t rows_per_scan = 128;  // each may hold some KiB of an object

// What keeps a row that names it from being true.
constexpr const char* damaged = "its row is damaged";
constexpr const char* other_bytes = "its bytes are lost or not those that were written";
constexpr const char* part_lost = "a part of an upload in progress is lost or not what was written";
constexpr const char* not_listed = "listings do not name it, or say something else of it";
constexpr const char* listed_only = "a listing names it, but it is not there";

// One shard of one bucket.
class Shard {
   public:
    Shard(S3& s3, BucketPtr bucket, int shard, ScrubStep& step)
        : s3_(s3), bucket_(std::move(bucket)), partition_(partition_of_shard(*bucket_, shard)), step_(step) {}

    Task<void> look_at(store::Row row) {
        // "v/<key> NUL <version>", and the like.
        std::string_view behind = std::string_view(row.key).substr(std::min<std::size_t>(2, row.key.size()));
        std::string key(behind.substr(0, behind.find('\0')));
        const char* wrong = nullptr;
        try {
            if (row.key.starts_with("o/") || row.key.starts_with("v/"))
                co_await object(std::move(row), key);
            else if (row.key.starts_with("l/") || row.key.starts_with("m/"))
                co_await listing(std::move(row), key);
            else if (row.key.starts_with("u/"))
                co_await upload(std::move(row));
        } catch (const Fault& fault) {
            log::warning("s3: scrub of bucket {}: {}", bucket_->name, fault.what());
            wrong = damaged;
        }
        if (wrong) found(key, "", wrong);
    }

   private:
    void found(std::string key, std::string version, const char* what) {
        step_.findings.push_back({bucket_->name, std::move(key), std::move(version), what});
    }

    // A row is read, then those that go with it. When it is still the same afterwards, they were there at one moment with it.
    Task<bool> unchanged(const std::string& row_key, const std::string& raw) {
        std::optional<std::string> now = co_await s3_.tables.get(partition_, row_key);
        co_return now == raw;
    }

    Task<void> object(store::Row row, std::string key) {
        auto found_row = std::make_shared<Found>(Found{row.key, row.value, decode_object(row.value)});
        const ObjectRow& object = found_row->row;
        const std::string version = version_id_of(object);
        std::vector<std::string> names;
        if (row.key.front() == 'o' && !object.delete_marker) names.push_back(listing_row_key(key));
        if (object.sequence != 0) names.push_back(place_row_key(key, place_of(object)));
        for (const std::string& name : names) {
            std::optional<std::string> listing = co_await s3_.tables.get(partition_, name);
            if (listing && decode_listing(*listing) == listing_of(object)) continue;
            bool still = co_await unchanged(row.key, row.value);
            if (!still) co_return;
            found(key, version, not_listed);
        }
        if (object.delete_marker) co_return;
        ++step_.objects;
        Target target{bucket_, key, found_row};
        Proof proof = co_await prove(s3_, std::move(target));
        if (proof == Proof::broken) found(key, version, other_bytes);
        if (proof == Proof::not_known) ++step_.not_known;
        if (proof == Proof::whole) step_.bytes += object.size;
    }

    // l/ of the newest version, m/ of each.
    Task<void> listing(store::Row row, std::string key) {
        ListingRow listing = decode_listing(row.value);
        std::string version = listing.version.empty() ? std::string(null_version) : listing.version;
        std::optional<Found> object = co_await find_object(s3_, bucket_, key, version);
        if (object) co_return;
        bool still = co_await unchanged(row.key, row.value);
        if (still) found(key, version, listed_only);
    }

    // The parts of an upload, as if each was an object.
    Task<void> upload(store::Row row) {
        auto name = parse_upload_row_key(row.key);
        if (!name) throw Fault("an upload's row has no upload id in its key");
        UploadRow upload = decode_upload(row.value);
        store::Range range = store::Range::prefix(part_rows_prefix(name->second), rows_per_scan);
        for (;;) {
            std::vector<store::Row> parts = co_await s3_.tables.scan(partition_, range);
            for (const store::Row& part : parts) co_await part_of(name->first, upload, part);
            if (parts.size() < range.rows_max) break;
            range.from = parts.back().key + '\0';
        }
    }

    Task<void> part_of(std::string key, const UploadRow& upload, const store::Row& row) {
        ++step_.rows;
        PartRow part = decode_part(row.value);
        ObjectRow object;
        object.size = part.size;
        object.etag = to_hex(part.md5);
        object.data_key = upload.data_key;
        object.segments.push_back(std::move(part.segment));
        object.segments.front().part_number = 0;
        auto as_object = std::make_shared<Found>(Found{row.key, row.value, std::move(object)});
        Target target{bucket_, key, std::move(as_object)};
        Proof proof = co_await prove(s3_, std::move(target));
        if (proof == Proof::broken) found(std::move(key), "", part_lost);
        if (proof == Proof::not_known) ++step_.not_known;
        if (proof == Proof::whole) step_.bytes += part.size;
    }

    S3& s3_;
    BucketPtr bucket_;
    std::string partition_;
    ScrubStep& step_;
};

bool full(const ScrubStep& step) { return step.rows >= scrub_step_rows || step.bytes >= scrub_step_bytes; }

// From behind `row_key` to the shard's end, where the key of the last row is empty; or until the step is full.
Task<std::string> look_through(S3& s3, BucketPtr bucket, int shard, std::string row_key, ScrubStep& step) {
    Shard rows(s3, bucket, shard, step);
    store::Range range;
    range.rows_max = rows_per_scan;
    for (;;) {
        range.from = row_key.empty() ? std::string() : row_key + '\0';
        std::vector<store::Row> found = co_await s3.tables.scan(partition_of_shard(*bucket, shard), range);
        for (store::Row& row : found) {
            row_key = row.key;
            ++step.rows;
            co_await rows.look_at(std::move(row));
            if (full(step)) co_return row_key;
        }
        if (found.size() < range.rows_max) co_return std::string();
    }
}

}  // namespace

Task<ScrubStep> scrub(S3& s3, ScrubPosition from, std::function<bool(const Bucket&)> wanted) {
    ScrubStep step;
    std::shared_ptr<const BucketState> state = s3.buckets.read();
    for (const auto& [name, bucket] : state->buckets) {
        if (name < from.bucket || !wanted(*bucket)) continue;
        if (name != from.bucket) from = {name, 0, ""};
        for (; from.shard < bucket->shards; ++from.shard, from.row_key.clear()) {
            from.row_key = co_await look_through(s3, bucket, from.shard, std::move(from.row_key), step);
            if (full(step) && !from.row_key.empty()) {
                step.next = std::move(from);
                co_return step;
            }
        }
    }
    co_return step;
}

}  // namespace sekisho::s3
