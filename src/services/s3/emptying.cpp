#include "services/s3/emptying.h"

#include <set>

#include "services/s3/payload.h"
#include "services/s3/s3.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// The blobs that a row of a shard names, whatever kind of row it is.
std::vector<Segment> segments_of(const store::Row& row) {
    if (row.key.starts_with("o/") || row.key.starts_with("v/")) return decode_object(row.value).segments;
    if (row.key.starts_with("p/")) return {decode_part(row.value).segment};
    return {};
}

Task<void> erase_shard(S3& s3, std::string partition) {
    for (;;) {
        store::Range range;
        std::vector<store::Row> rows = co_await s3.tables.scan(partition, std::move(range));
        if (rows.empty()) co_return;
        // Blobs first: a row that is gone could not tell which they were.
        store::Commit commit;
        commit.partition = partition;
        for (const store::Row& row : rows) {
            co_await erase_blobs(s3, segments_of(row));
            commit.erase(row.key);
        }
        co_await s3.tables.commit(std::move(commit));
    }
}

}  // namespace

Task<void> for_each_blob(S3& s3, BucketPtr bucket, std::function<void(const store::BlobId&)> visit) {
    // Parts before objects: a completed upload's blobs move from the ones to the others. Between o/ and v/ they move in both
    // directions: whoever must know of every blob asks s3.moves, too.
    for (int shard = 0; shard < bucket->shards; ++shard)
        for (std::string_view prefix : {"p/", "o/", "v/"}) {
            store::Range range = store::Range::prefix(prefix);
            for (;;) {
                std::vector<store::Row> rows = co_await s3.tables.scan(partition_of_shard(*bucket, shard), range);
                for (const store::Row& row : rows)
                    for (const Segment& segment : segments_of(row)) visit(segment.blob);
                if (rows.size() < range.rows_max) break;
                range.from = rows.back().key + '\0';
            }
        }
}

namespace {
Task<store::CommitResult> flip(S3& s3, std::string partition, std::string before, std::string after) {
    store::Commit commit;
    commit.partition = std::move(partition);
    commit.require(std::string(open_row), std::move(before));
    commit.put(std::string(open_row), std::move(after));
    return s3.tables.commit(std::move(commit));
}
}  // namespace

std::shared_ptr<void> Deletions::begin(std::string closed) {
    std::lock_guard lock(mutex_);
    closed_.insert(closed);
    return std::shared_ptr<void>(this, [closed = std::move(closed)](void* self) {
        auto& deletions = *static_cast<Deletions*>(self);
        std::lock_guard guard(deletions.mutex_);
        deletions.closed_.erase(closed);
    });
}

bool Deletions::going_on(const std::string& closed) const {
    std::lock_guard lock(mutex_);
    return closed_.contains(closed);
}

Task<bool> close_shards(S3& s3, BucketPtr bucket, std::string closed) {
    for (int shard = 0; shard < bucket->shards; ++shard) {
        std::string partition = partition_of_shard(*bucket, shard);
        store::CommitResult result = co_await flip(s3, partition, open_value_of(*bucket), closed);
        if (result == store::CommitResult::committed) continue;
        Result<BucketPtr> opened = co_await open_again(s3, bucket, shard);
        if (!opened) co_return false;
        result = co_await flip(s3, partition, open_value_of(**opened), closed);
        if (result == store::CommitResult::conflict) co_return false;
    }
    co_return true;
}

Task<void> reopen_shards(S3& s3, BucketPtr bucket, std::string closed) {
    for (int shard = 0; shard < bucket->shards; ++shard) {
        BucketPtr now = s3.find_bucket(bucket->name);
        const Bucket& known = now && now->id == bucket->id ? *now : *bucket;
        co_await flip(s3, partition_of_shard(*bucket, shard), closed, open_value_of(known));
    }
}

Task<Result<BucketPtr>> open_again(S3& s3, BucketPtr bucket, int shard) {
    std::string partition = partition_of_shard(*bucket, shard);
    std::optional<std::string> value = co_await s3.tables.get(partition, std::string(open_row));
    // In this order: a deletion that has ended well was going on until the bucket was gone.
    const bool deleting = value && s3.deletions.going_on(*value);
    BucketPtr now = s3.find_bucket(bucket->name);
    const bool there = now && now->id == bucket->id;
    std::optional<std::uint64_t> changes = value ? versioning_changes_of(*value) : std::nullopt;
    if (there && changes && *changes >= now->versioning_changes) co_return now;
    // A fault while the deletion was committed left open whether it was; the tables know.
    std::optional<std::string> deleted = co_await s3.tables.get(std::string(buckets_partition), deleted_row_key(bucket->id));
    if (!there || deleted)
        co_return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", bucket->name}});
    if (deleting || !value) co_return fail(error::s3::OperationAborted);
    // Nobody else's any more, or of an earlier versioning. Where two find it so, one opens it and both try again.
    co_await flip(s3, std::move(partition), std::move(*value), open_value_of(*now));
    co_return now;
}

Task<Result<void>> tell_shards_versioning(S3& s3, BucketPtr bucket) {
    constexpr int attempts_max = 32;
    for (int shard = 0; shard < bucket->shards; ++shard)
        for (int attempt = 0;; ++attempt) {
            std::optional<std::string> value =
                co_await s3.tables.get(partition_of_shard(*bucket, shard), std::string(open_row));
            std::optional<std::uint64_t> changes = value ? versioning_changes_of(*value) : std::nullopt;
            if (changes && *changes >= bucket->versioning_changes) break;
            if (attempt == attempts_max) co_return fail(error::s3::OperationAborted);
            Result<BucketPtr> opened = co_await open_again(s3, bucket, shard);
            if (!opened) co_return fail(std::move(opened.error()));
        }
    co_return Result<void>();
}

Task<void> reopen_after_start(S3& s3, BucketPtr bucket) {
    const std::string open = open_value_of(*bucket);
    for (int shard = 0; shard < bucket->shards; ++shard) {
        std::string partition = partition_of_shard(*bucket, shard);
        std::optional<std::string> value = co_await s3.tables.get(partition, std::string(open_row));
        if (value && *value != open) co_await flip(s3, partition, *value, open);
    }
}

Task<bool> is_empty(S3& s3, BucketPtr bucket) {
    for (int shard = 0; shard < bucket->shards; ++shard)
        for (std::string_view prefix : {"o/", "v/"}) {
            store::Range range = store::Range::prefix(prefix, 1);
            std::vector<store::Row> rows = co_await s3.tables.scan(partition_of_shard(*bucket, shard), std::move(range));
            if (!rows.empty()) co_return false;
        }
    co_return true;
}

Task<void> erase_remains(S3& s3, BucketPtr bucket) {
    for (int shard = 0; shard < bucket->shards; ++shard) co_await erase_shard(s3, partition_of_shard(*bucket, shard));
    std::function<Result<bool>(BucketState&)> forget = [id = bucket->id](BucketState& state) -> Result<bool> {
        return state.deleted.erase(id);
    };
    co_await s3.buckets.change<bool>(std::move(forget));
}

}  // namespace sekisho::s3
