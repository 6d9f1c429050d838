#include "services/s3/object_table.h"

#include <algorithm>
#include <iterator>

#include "http/message.h"
#include "services/s3/conditions.h"
#include "services/s3/emptying.h"
#include "services/s3/payload.h"
#include "services/s3/s3.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// How often a commit is tried against others that change the same key at the same time.
constexpr int attempts_max = 32;
// One commit of a mass deletion.
constexpr std::size_t batch_keys_max = 250, batch_bytes_max = 4 << 20;

Task<std::optional<std::string>> read_raw(S3& s3, BucketPtr bucket, std::string key) {
    return s3.tables.get(partition_of_key(*bucket, key), object_row_key(key));
}

Result<void> check_write(const WriteConditions& conditions, std::string_view key, const std::optional<ObjectRow>& current) {
    if (conditions.none_match && current) return precondition_failed("If-None-Match");
    if (conditions.match.empty()) return {};
    if (!current) return no_such_key(key);
    if (!matches_etag(conditions.match, current->etag)) return precondition_failed("If-Match");
    return {};
}

void require_row(store::Commit& commit, const std::string& row_key, const std::optional<std::string>& raw) {
    commit.conditions.push_back({row_key, raw});
}

}  // namespace

std::unexpected<ApiError> no_such_key(std::string_view key) {
    return fail(error::s3::NoSuchKey, std::string(error::s3::NoSuchKey.text), {{"Key", std::string(key)}});
}

std::unexpected<ApiError> precondition_failed(std::string_view condition) {
    return fail(error::s3::PreconditionFailed, std::string(error::s3::PreconditionFailed.text),
                {{"Condition", std::string(condition)}});
}

Task<std::optional<Found>> find_object(S3& s3, BucketPtr bucket, std::string key) {
    std::optional<std::string> raw = co_await read_raw(s3, bucket, key);
    std::optional<Found> found;
    if (raw) {
        ObjectRow row = decode_object(*raw);
        found = Found{std::move(*raw), std::move(row)};
    }
    co_return found;
}

Result<WriteConditions> parse_write_conditions(const http::Headers& headers) {
    WriteConditions conditions;
    if (auto match = headers.find("If-Match")) {
        if (*match == "*" || match->empty())
            return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", "If-Match"}});
        conditions.match = *match;
    }
    if (auto none = headers.find("If-None-Match")) {
        // The API has only "*" here.
        if (*none != "*")
            return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", "If-None-Match"}});
        conditions.none_match = true;
    }
    if (!conditions.match.empty() && conditions.none_match)
        return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", "If-None-Match"}});
    return conditions;
}

Task<Result<void>> replace_object(S3& s3, BucketPtr bucket, std::string key, ObjectRow row, Replace options) {
    const std::string partition = partition_of_key(*bucket, key);
    const std::string row_key = object_row_key(key);
    const std::string raw_new = encode(row);
    const std::string listing_new = encode(listing_of(row));
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        std::optional<std::string> raw_old = co_await s3.tables.get(partition, row_key);
        std::optional<ObjectRow> old;
        if (raw_old) old = decode_object(*raw_old);
        Result<void> allowed = check_write(options.conditions, key, old);
        if (!allowed) co_return allowed;
        store::Commit commit;
        commit.partition = partition;
        commit.require(std::string(open_row), std::string(open_value));
        require_row(commit, row_key, raw_old);
        commit.put(row_key, raw_new);
        commit.put(listing_row_key(key), listing_new);
        if (options.more) options.more(commit);
        store::CommitResult result = co_await s3.tables.commit(std::move(commit));
        if (result == store::CommitResult::committed) {
            if (old) co_await erase_blobs(s3, std::move(old->segments));
            co_return Result<void>();
        }
        // Which condition was it? The bucket's and the caller's are final; another writer of the key is not.
        std::optional<std::string> open = co_await s3.tables.get(partition, std::string(open_row));
        if (open != open_value) {
            Result<void> opened = co_await open_if_abandoned(s3, bucket, shard_of_key(*bucket, key));
            if (!opened) co_return opened;
            continue;
        }
        std::optional<std::string> raw_now = co_await s3.tables.get(partition, row_key);
        if (raw_now == raw_old && options.lost) co_return fail(options.lost());
    }
    co_return fail(error::s3::OperationAborted);
}

Task<Result<bool>> delete_object(S3& s3, BucketPtr bucket, std::string key, std::string match) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        std::optional<Found> found = co_await find_object(s3, bucket, key);
        if (!found) co_return false;
        if (!match.empty() && !matches_etag(match, found->row.etag)) co_return precondition_failed("If-Match");
        store::Commit commit;
        commit.partition = partition_of_key(*bucket, key);
        commit.require(object_row_key(key), std::move(found->raw));
        commit.erase(object_row_key(key));
        commit.erase(listing_row_key(key));
        store::CommitResult result = co_await s3.tables.commit(std::move(commit));
        if (result == store::CommitResult::committed) {
            co_await erase_blobs(s3, std::move(found->row.segments));
            co_return true;
        }
    }
    co_return fail(error::s3::OperationAborted);
}

Task<void> delete_objects(S3& s3, BucketPtr bucket, std::vector<std::string> keys) {
    std::ranges::sort(keys, {}, [&](const std::string& key) { return partition_of_key(*bucket, key); });
    std::size_t next = 0;
    while (next < keys.size()) {
        const std::size_t first = next;
        store::Commit commit;
        commit.partition = partition_of_key(*bucket, keys[first]);
        std::vector<Segment> segments;
        std::size_t bytes = 0;
        for (; next < keys.size() && next - first < batch_keys_max && bytes < batch_bytes_max; ++next) {
            if (partition_of_key(*bucket, keys[next]) != commit.partition) break;
            std::optional<Found> found = co_await find_object(s3, bucket, keys[next]);
            if (!found) continue;
            bytes += found->raw.size();
            std::ranges::move(found->row.segments, std::back_inserter(segments));
            commit.require(object_row_key(keys[next]), std::move(found->raw));
            commit.erase(object_row_key(keys[next]));
            commit.erase(listing_row_key(keys[next]));
        }
        if (commit.writes.empty()) continue;
        store::CommitResult result = co_await s3.tables.commit(std::move(commit));
        if (result == store::CommitResult::committed) {
            co_await erase_blobs(s3, std::move(segments));
            continue;
        }
        // Somebody else writes some of these keys: one by one, each deletion finds its own moment.
        for (std::size_t i = first; i < next; ++i) {
            Result<bool> deleted = co_await delete_object(s3, bucket, keys[i], "");
            if (!deleted) throw Fault("a key is changed by others all the time: " + keys[i]);
        }
    }
}

Task<Result<void>> change_object(S3& s3, Target target, std::function<void(ObjectRow&)> change) {
    if (!target.found) co_return no_such_key(target.key);
    ObjectRow row = target.found->row;
    change(row);
    store::Commit commit;
    commit.partition = partition_of_key(*target.bucket, target.key);
    commit.require(object_row_key(target.key), target.found->raw);
    commit.put(object_row_key(target.key), encode(row));
    commit.put(listing_row_key(target.key), encode(listing_of(row)));
    store::CommitResult result = co_await s3.tables.commit(std::move(commit));
    if (result == store::CommitResult::conflict) co_return fail(services::ask_again);
    co_return Result<void>();
}

}  // namespace sekisho::s3
