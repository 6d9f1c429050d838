// Object table: reads and changes of object rows in their bucket's shards. Whatever changes an object goes through here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "services/s3/bucket.h"
#include "services/s3/data_key.h"
#include "services/s3/rows.h"

namespace sekisho::http {
class Headers;
}

namespace sekisho::s3 {

class S3;

struct Found {
    std::string row_key;  // where it lies
    std::string raw;      // the row as stored: what a commit is conditional on
    ObjectRow row;        // may be a delete marker
};
// The newest version, or (version: an id or "null") that one.
Task<std::optional<Found>> find_object(S3& s3, BucketPtr bucket, std::string key, std::optional<std::string> version = {});

// Conditional writes: the If-Match and If-None-Match of PutObject, CopyObject and CompleteMultipartUpload. S3 documents an
// entity tag for the one and "*" for the other; the rest of RFC 9110 is taken as it means there, which other servers do, too.
struct WriteConditions {
    std::string match, none_match;  // entity tags or "*"; empty: none

    bool any() const { return !match.empty() || !none_match.empty(); }
    bool compares() const { return (!match.empty() && match != "*") || (!none_match.empty() && none_match != "*"); }
};
Result<WriteConditions> parse_write_conditions(const http::Headers& headers);

// Makes `row` the key's newest version, or its only one without versioning, and erases the blobs of what it replaces. The
// answer is the new version's id; empty where clients are told none. Where it fails, the new row's blobs are still the
// caller's. `more` may add conditions and writes of the same shard to the commit; when one of those conditions does not hold,
// the answer is what `lost` says.
struct Replace {
    WriteConditions conditions;
    std::function<void(store::Commit&)> more;
    std::function<ApiError()> lost;
};
Task<Result<std::string>> replace_object(S3& s3, BucketPtr bucket, std::string key, ObjectRow row, Replace options);

// One thing to delete. Without a version: the object, where versioning leaves a delete marker in its place.
struct Deletion {
    std::string key;
    std::optional<std::string> version = {};  // an id or "null"
    std::string match = {};                   // only when the newest version has this entity tag (PreconditionFailed)
    bool bypass_governance = false;           // the caller may end retention in that mode
    // Only where this holds of what is there when it is deleted, and of whether that is the newest version.
    std::function<bool(const ObjectRow&, bool newest)> only_if = {};
};
struct Deleted {
    bool delete_marker = false;  // one was made, or was what was deleted
    std::string version;         // the marker's that was made, or the one that was asked for; empty: none
};
Task<Result<Deleted>> delete_object(S3& s3, BucketPtr bucket, Deletion deletion);
// Deletes many, one after the other, in few commits; an answer for each.
Task<std::vector<Result<Deleted>>> delete_objects(S3& s3, BucketPtr bucket, std::vector<Deletion> deletions);

// An object as it was when its asks were made: decided about and answered from one read.
struct Target {
    BucketPtr bucket;
    std::string key;
    std::shared_ptr<Found> found;             // null: there is no such object or version
    std::optional<std::string> version = {};  // as asked for
    std::size_t asks = 0, lock_asks = 0;      // how many were asked, and of them at the end for its lock (ask_for_lock)
    DataKey data_key = {};                    // once it is unlocked (encryption.h)
};

// Changes the row in place (its tags), on condition that it is what was decided about; else ask_again.
Task<Result<void>> change_object(S3& s3, Target target, std::function<void(ObjectRow&)> change);

std::unexpected<ApiError> no_such_key(std::string_view key);
std::unexpected<ApiError> no_such_version(std::string_view key, std::string_view version);
std::unexpected<ApiError> precondition_failed(std::string_view condition);

}  // namespace sekisho::s3
