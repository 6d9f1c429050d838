// Deletions of objects and of versions: the half of object_table.h that takes away.
#include <algorithm>

#include "services/s3/conditions.h"
#include "services/s3/emptying.h"
#include "services/s3/history.h"
#include "services/s3/object_table.h"
#include "services/s3/payload.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// How often a commit is tried against others that change the same key at the same time.
constexpr int deletion_attempts_max = 32;
// One commit of a mass deletion.
constexpr std::size_t batch_keys_max = 250, batch_bytes_max = 4 << 20;

// What a commit has to do so that one thing is deleted.
Task<Result<Deleted>> draft_deletion(History& history, S3& s3, BucketPtr bucket, Deletion deletion) {
    Deleted deleted;
    if (deletion.only_if) {
        std::optional<ObjectRow> newest = co_await history.newest(deletion.key);
        if (!newest) co_return deleted;
        const bool is_newest = !deletion.version || *deletion.version == version_id_of(*newest);
        std::optional<ObjectRow> there = newest;
        if (!is_newest) there = co_await history.find(deletion.key, *deletion.version);
        if (!there || !deletion.only_if(*there, is_newest)) co_return deleted;
    }
    if (!deletion.match.empty()) {
        // Also where a version is named, the condition is about the newest (S3 guide, "How to perform conditional deletes").
        std::optional<ObjectRow> newest = co_await history.newest(deletion.key);
        if (!newest) co_return deleted;
        if (newest->delete_marker || !matches_etag(deletion.match, newest->etag)) co_return precondition_failed("If-Match");
    }
    if (deletion.version) {
        // INVARIANT: the commit is conditional on the row whose lock allows it.
        std::optional<ObjectRow> there = co_await history.find(deletion.key, *deletion.version);
        Result<void> deletable = there ? check_deletable(there->lock, deletion.bypass_governance, s3.now_ms()) : Result<void>();
        if (!deletable) co_return fail(std::move(deletable.error()));
        std::optional<ObjectRow> removed = co_await history.remove(std::move(deletion.key), *deletion.version);
        deleted.delete_marker = removed && removed->delete_marker;
        deleted.version = std::move(*deletion.version);
        co_return deleted;
    }
    history.draft.require(std::string(open_row), open_value_of(*bucket));
    if (!bucket->versioned()) {
        co_await history.remove_all(std::move(deletion.key));
        co_return deleted;
    }
    ObjectRow marker;
    marker.delete_marker = true;
    marker.modified_ms = s3.now_ms();
    marker.owner = bucket->owner;
    ObjectRow made = co_await history.add(std::move(deletion.key), std::move(marker), bucket);
    deleted.delete_marker = true;
    deleted.version = version_id_of(made);
    co_return deleted;
}

// Whether it was committed; false: somebody has changed what was read.
Task<bool> commit(S3& s3, History& history) {
    if (history.stale) co_return false;
    if (history.draft.empty()) co_return true;
    std::shared_ptr<void> moving = s3.moves.begin(history.moved);
    store::Commit commit = history.draft.commit();
    store::CommitResult result = co_await s3.tables.commit(std::move(commit));
    if (result == store::CommitResult::conflict) co_return false;
    co_await erase_blobs(s3, std::move(history.unnamed));
    co_return true;
}

}  // namespace

Task<Result<Deleted>> delete_object(S3& s3, BucketPtr bucket, Deletion deletion) {
    const std::string partition = partition_of_key(*bucket, deletion.key);
    for (int attempt = 0; attempt < deletion_attempts_max; ++attempt) {
        History history(s3, partition);
        Result<Deleted> deleted = co_await draft_deletion(history, s3, bucket, deletion);
        if (!deleted) co_return deleted;
        bool committed = co_await commit(s3, history);
        if (committed) co_return deleted;
        if (deletion.version) continue;
        Result<BucketPtr> opened = co_await open_again(s3, bucket, shard_of_key(*bucket, deletion.key));
        if (!opened) co_return fail(std::move(opened.error()));
        bucket = std::move(*opened);
    }
    if (!deletion.match.empty()) co_return fail(error::s3::ConditionalRequestConflict);
    co_return fail(error::s3::OperationAborted);
}

Task<std::vector<Result<Deleted>>> delete_objects(S3& s3, BucketPtr bucket, std::vector<Deletion> deletions) {
    std::vector<Result<Deleted>> answers(deletions.size());
    std::vector<std::size_t> order(deletions.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return shard_of_key(*bucket, deletions[i].key); });
    std::size_t next = 0;
    while (next < order.size()) {
        const std::size_t first = next;
        const int shard = shard_of_key(*bucket, deletions[order[first]].key);
        History history(s3, partition_of_shard(*bucket, shard));
        for (; next < order.size() && next - first < batch_keys_max && history.draft.bytes() < batch_bytes_max; ++next) {
            const Deletion& deletion = deletions[order[next]];
            if (shard_of_key(*bucket, deletion.key) != shard) break;
            answers[order[next]] = co_await draft_deletion(history, s3, bucket, deletion);
        }
        bool committed = co_await commit(s3, history);
        if (committed) continue;
        // Somebody else writes some of these keys: one by one, each deletion finds its own moment.
        for (std::size_t i = first; i < next; ++i) answers[order[i]] = co_await delete_object(s3, bucket, deletions[order[i]]);
    }
    co_return answers;
}

}  // namespace sekisho::s3
