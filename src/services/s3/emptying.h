// Emptying: opening and closing a bucket's shards, and erasing what a deleted bucket leaves behind.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "services/s3/bucket.h"
#include "store/objects/objects.h"

namespace sekisho::s3 {

class S3;

// The deletions of buckets that are going on in this process, each by the value with which it closes shards. Thread-safe.
class Deletions {
   public:
    // Until the result is dropped.
    std::shared_ptr<void> begin(std::string closed);
    bool going_on(const std::string& closed) const;

   private:
    mutable std::mutex mutex_;
    std::set<std::string> closed_;
};

// Closed shards take no new object. `closed`: the value of the closer's own, so that nobody else opens what it closed.
// false: some shard is closed by another; reopen what was closed.
Task<bool> close_shards(S3& s3, BucketPtr bucket, std::string closed);
Task<void> reopen_shards(S3& s3, BucketPtr bucket, std::string closed);
// A write found that its shard is not open, or not with the versioning that the write knew. Success: it is now, with that of
// the bucket in the answer; try again. OperationAborted while the bucket is being deleted, NoSuchBucket once it is. What closed
// it may also be a deletion that a fault ended, and that could not even open it again.
Task<Result<BucketPtr>> open_again(S3& s3, BucketPtr bucket, int shard);
// After the bucket's versioning was changed: whoever writes from now on does so with the new one.
Task<Result<void>> tell_shards_versioning(S3& s3, BucketPtr bucket);
// At start: opens whatever a deletion that was cut short left closed.
Task<void> reopen_after_start(S3& s3, BucketPtr bucket);

// Whether there is no object (or version of one). Uploads in progress do not count.
Task<bool> is_empty(S3& s3, BucketPtr bucket);

// Erases the rows and blobs of a deleted bucket, then its entry among the deleted ones. Goes on where an earlier try ended.
Task<void> erase_remains(S3& s3, BucketPtr bucket);

// Calls `visit` with the id of every blob that a row of the bucket names.
Task<void> for_each_blob(S3& s3, BucketPtr bucket, std::function<void(const store::BlobId&)> visit);

}  // namespace sekisho::s3
