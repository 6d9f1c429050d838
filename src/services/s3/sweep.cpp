// The sweep after a start: a crash between a blob and its row, or between a row and the blobs it replaced, leaves orphans.
//
// It looks only at blobs that an earlier process wrote, so it never meets one whose row is just being committed. Rows that
// appear meanwhile name blobs of this process or, by completing an upload or replacing a row, blobs that were named before;
// those of versions that move between rows are watched.
#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "base/log.h"
#include "services/s3/emptying.h"
#include "services/s3/rows.h"
#include "services/s3/s3.h"

namespace sekisho::s3 {

namespace {

// How many ids are held at a time; a larger store is swept in several passes, each for the ids that begin with one digit.
constexpr std::size_t ids_max = 1'000'000;

using Ids = std::vector<store::BlobId>;

Task<Ids> collect(S3& s3, std::string digits, std::string start_mark) {
    Ids ids;
    std::function<void(const store::BlobId&)> visit = [&](const store::BlobId& id) {
        // Marks are seconds in hex of one length, so they compare as texts.
        if (digits.find(id.value.front()) != std::string::npos && id.value.substr(24) < start_mark) ids.push_back(id);
    };
    co_await s3.objects.for_each(std::move(visit));
    std::ranges::sort(ids);
    co_return ids;
}

Task<std::size_t> erase_unnamed(S3& s3, Ids ids) {
    std::vector<bool> named(ids.size());
    std::function<void(const store::BlobId&)> mark = [&](const store::BlobId& id) {
        auto at = std::ranges::lower_bound(ids, id);
        if (at != ids.end() && *at == id) named[static_cast<std::size_t>(at - ids.begin())] = true;
    };
    std::shared_ptr<const BucketState> state = s3.buckets.read();
    for (const auto& [name, bucket] : state->buckets) co_await for_each_blob(s3, bucket, mark);
    std::size_t erased = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (named[i] || s3.moves.seen(ids[i])) continue;
        co_await s3.objects.erase(ids[i]);
        ++erased;
    }
    co_return erased;
}

// Rows of parts whose upload is gone: completing or aborting it was cut short. Only the rows: a completed object may name their
// blobs; those that nobody names any more go with the other orphans.
Task<void> erase_lost_parts(S3& s3, std::string partition) {
    std::set<std::string> uploads;  // of parts, less those that are in progress
    store::Range parts = store::Range::prefix("p/", 1);
    for (;;) {
        std::vector<store::Row> rows = co_await s3.tables.scan(partition, parts);
        if (rows.empty()) break;
        auto pieces = split(rows.front().key, '/');
        std::string upload(pieces.at(1));
        parts.from = store::after_prefix(part_rows_prefix(upload));
        uploads.insert(std::move(upload));
    }
    store::Range in_progress = store::Range::prefix("u/");
    while (!uploads.empty()) {
        std::vector<store::Row> rows = co_await s3.tables.scan(partition, in_progress);
        for (const store::Row& row : rows)
            if (auto parsed = parse_upload_row_key(row.key)) uploads.erase(parsed->second);
        if (rows.size() < in_progress.rows_max) break;
        in_progress.from = rows.back().key + '\0';
    }
    for (const std::string& upload : uploads) {
        store::Range range = store::Range::prefix(part_rows_prefix(upload));
        for (;;) {
            std::vector<store::Row> rows = co_await s3.tables.scan(partition, range);
            if (rows.empty()) break;
            store::Commit commit;
            commit.partition = partition;
            for (store::Row& row : rows) commit.erase(std::move(row.key));
            co_await s3.tables.commit(std::move(commit));
        }
    }
}

}  // namespace

Task<void> S3::sweep() {
    std::shared_ptr<const BucketState> state = buckets.read();
    for (const auto& [id, bucket] : state->deleted) co_await erase_remains(*this, bucket);
    for (const auto& [name, bucket] : state->buckets)
        for (int shard = 0; shard < bucket->shards; ++shard)
            co_await erase_lost_parts(*this, partition_of_shard(*bucket, shard));
    std::size_t count = 0;
    std::function<void(const store::BlobId&)> visit = [&count](const store::BlobId&) { ++count; };
    co_await objects.for_each(std::move(visit));
    constexpr std::string_view all_digits = "0123456789abcdef";
    std::size_t digits_each = count <= ids_max ? all_digits.size() : 1;
    std::size_t erased = 0;
    std::shared_ptr<void> watching = moves.watch();
    for (std::size_t at = 0; at < all_digits.size(); at += digits_each) {
        Ids ids = co_await collect(*this, std::string(all_digits.substr(at, digits_each)), start_mark_);
        erased += co_await erase_unnamed(*this, std::move(ids));
    }
    if (erased > 0) log::info("s3: erased {} blobs that no row named", erased);
}

}  // namespace sekisho::s3
