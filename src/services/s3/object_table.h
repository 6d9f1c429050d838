// Object table: reads and changes of object rows in their bucket's shards. Whatever changes an object goes through here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "services/s3/bucket.h"
#include "services/s3/rows.h"

namespace sekisho::http {
class Headers;
}

namespace sekisho::s3 {

class S3;

struct Found {
    std::string raw;  // the row as stored: what a commit is conditional on
    ObjectRow row;
};
Task<std::optional<Found>> find_object(S3& s3, BucketPtr bucket, std::string key);

// Conditional writes: the If-Match and If-None-Match of PutObject and CompleteMultipartUpload.
struct WriteConditions {
    std::string match;        // an entity tag; empty: none
    bool none_match = false;  // If-None-Match: *
};
Result<WriteConditions> parse_write_conditions(const http::Headers& headers);

// Makes `row` the key's current object and erases the blobs of what it replaces; where it fails, the new row's blobs are still
// the caller's. `more` may add conditions and writes of the same shard to the commit; when one of those conditions does not
// hold, the answer is what `lost` says.
struct Replace {
    WriteConditions conditions;
    std::function<void(store::Commit&)> more;
    std::function<ApiError()> lost;
};
Task<Result<void>> replace_object(S3& s3, BucketPtr bucket, std::string key, ObjectRow row, Replace options);

// Deletes the current object; whether there was one. `match`: only when it has this entity tag (PreconditionFailed).
Task<Result<bool>> delete_object(S3& s3, BucketPtr bucket, std::string key, std::string match);

// Deletes many, in few commits.
Task<void> delete_objects(S3& s3, BucketPtr bucket, std::vector<std::string> keys);

// An object as it was when its asks were made: decided about and answered from one read.
struct Target {
    BucketPtr bucket;
    std::string key;
    std::shared_ptr<Found> found;  // null: there is no such object
};

// Changes the current row in place (its tags), on condition that it is what was decided about; else ask_again. NoSuchKey when
// there was none.
Task<Result<void>> change_object(S3& s3, Target target, std::function<void(ObjectRow&)> change);

std::unexpected<ApiError> no_such_key(std::string_view key);
std::unexpected<ApiError> precondition_failed(std::string_view condition);

}  // namespace sekisho::s3
