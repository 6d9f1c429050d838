#include "services/s3/object_table.h"

#include "base/bytes.h"
#include "http/message.h"
#include "services/s3/conditions.h"
#include "services/s3/emptying.h"
#include "services/s3/history.h"
#include "services/s3/payload.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// How often a commit is tried against others that change the same key at the same time.
constexpr int write_attempts_max = 32;

// A delete marker is no object.
Result<void> check_write(const WriteConditions& conditions, std::string_view key, const std::optional<ObjectRow>& newest) {
    const ObjectRow* current = newest && !newest->delete_marker ? &*newest : nullptr;
    if (!conditions.match.empty()) {
        if (!current) return no_such_key(key);
        if (!matches_etag(conditions.match, current->etag)) return precondition_failed("If-Match");
    }
    if (!conditions.none_match.empty() && current && matches_etag(conditions.none_match, current->etag))
        return precondition_failed("If-None-Match");
    return {};
}

}  // namespace

std::unexpected<ApiError> no_such_key(std::string_view key) {
    return fail(error::s3::NoSuchKey, std::string(error::s3::NoSuchKey.text), {{"Key", std::string(key)}});
}

std::unexpected<ApiError> no_such_version(std::string_view key, std::string_view version) {
    return fail(error::s3::NoSuchVersion, std::string(error::s3::NoSuchVersion.text),
                {{"Key", std::string(key)}, {"VersionId", std::string(version)}});
}

std::unexpected<ApiError> precondition_failed(std::string_view condition) {
    return fail(error::s3::PreconditionFailed, std::string(error::s3::PreconditionFailed.text),
                {{"Condition", std::string(condition)}});
}

Task<std::optional<Found>> find_object(S3& s3, BucketPtr bucket, std::string key, std::optional<std::string> version) {
    const std::string partition = partition_of_key(*bucket, key);
    const std::string newest_key = object_row_key(key);
    std::optional<Found> found;
    if (version && !valid_version_id(*version)) co_return found;
    std::optional<std::string> raw = co_await s3.tables.get(partition, newest_key);
    for (int attempt = 0; raw && attempt < write_attempts_max; ++attempt) {
        ObjectRow row = decode_object(*raw);
        if (!version || *version == version_id_of(row)) {
            found = Found{newest_key, std::move(*raw), std::move(row)};
            co_return found;
        }
        if (row.sequence == 0) co_return found;  // the only one
        std::string row_key = version_row_key(key, *version);
        std::optional<std::string> older = co_await s3.tables.get(partition, row_key);
        if (older) {
            row = decode_object(*older);
            found = Found{std::move(row_key), std::move(*older), std::move(row)};
            co_return found;
        }
        // Between the two reads it may have become the newest.
        std::optional<std::string> now = co_await s3.tables.get(partition, newest_key);
        if (now == raw) co_return found;
        raw = std::move(now);
    }
    if (raw) throw Fault("a key is changed by others all the time: " + key);
    co_return found;
}

Result<WriteConditions> parse_write_conditions(const http::Headers& headers) {
    WriteConditions conditions;
    for (auto [name, value] : {std::pair{"If-Match", &conditions.match}, {"If-None-Match", &conditions.none_match}}) {
        auto given = headers.find(name);
        if (!given) continue;
        if (trim(*given).empty())
            return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", name}});
        *value = *given;
    }
    return conditions;
}

Task<Result<std::string>> replace_object(S3& s3, BucketPtr bucket, std::string key, ObjectRow row, Replace options) {
    const std::string partition = partition_of_key(*bucket, key);
    const std::string row_key = object_row_key(key);
    for (int attempt = 0; attempt < write_attempts_max; ++attempt) {
        History history(s3, partition);
        history.draft.require(std::string(open_row), open_value_of(*bucket));
        std::optional<std::string> raw_old = co_await history.draft.get(row_key);
        std::optional<ObjectRow> old = co_await history.newest(key);
        Result<void> allowed = check_write(options.conditions, key, old);
        if (!allowed) co_return fail(std::move(allowed.error()));
        ObjectRow made = co_await history.add(key, row, bucket);
        store::Commit commit = history.draft.commit();
        if (options.more) options.more(commit);
        std::shared_ptr<void> moving = s3.moves.begin(history.moved);
        store::CommitResult result = co_await s3.tables.commit(std::move(commit));
        if (result == store::CommitResult::committed) {
            co_await erase_blobs(s3, std::move(history.unnamed));
            co_return std::move(made.version);
        }
        // Which condition was it? The bucket's deletion and the caller's are final; another writer of the key is not.
        std::optional<std::string> open = co_await s3.tables.get(partition, std::string(open_row));
        if (open != open_value_of(*bucket)) {
            Result<BucketPtr> opened = co_await open_again(s3, bucket, shard_of_key(*bucket, key));
            if (!opened) co_return fail(std::move(opened.error()));
            bucket = std::move(*opened);
            continue;
        }
        std::optional<std::string> raw_now = co_await s3.tables.get(partition, row_key);
        if (raw_now == raw_old && options.lost) co_return fail(options.lost());
    }
    if (options.conditions.any()) co_return fail(error::s3::ConditionalRequestConflict);
    co_return fail(error::s3::OperationAborted);
}

Task<Result<void>> change_object(S3& s3, Target target, std::function<void(ObjectRow&)> change) {
    Found& found = *target.found;
    change(found.row);
    store::Commit commit;
    commit.partition = partition_of_key(*target.bucket, target.key);
    std::string listing = encode(listing_of(found.row));
    if (found.row.sequence != 0) commit.put(place_row_key(target.key, place_of(found.row)), listing);
    if (found.row_key == object_row_key(target.key)) commit.put(listing_row_key(target.key), std::move(listing));
    commit.put(found.row_key, encode(found.row));
    commit.require(std::move(found.row_key), std::move(found.raw));
    store::CommitResult result = co_await s3.tables.commit(std::move(commit));
    if (result == store::CommitResult::conflict) co_return fail(services::ask_again);
    co_return Result<void>();
}

}  // namespace sekisho::s3
