// Reading objects: what GetObject, HeadObject, GetObjectAttributes, tags and copies' sources share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/authorized.h"
#include "base/result.h"
#include "base/task.h"
#include "services/operation.h"
#include "services/s3/asks.h"
#include "services/s3/byte_range.h"
#include "services/s3/object_table.h"

namespace sekisho::s3 {

// Reads the row, of the newest version or of the one that versionId names. The asks are `action` on the object (with its tags)
// and, where there is none, s3:ListBucket: only who may list learns that a key is missing (API reference, GetObject,
// "Permissions"). `version_action`: when versionId is given.
struct TargetAsks {
    std::string_view action, version_action;
};
// Where there is no object: NoSuchKey or NoSuchVersion. A delete marker that is the newest version answers a GET as if there
// was none, and says so in headers; asked for by its version id, or asked to change, it is no such thing: MethodNotAllowed (S3
// guide, "Working with delete markers").
Result<void> require_object(const Target& target, const services::Call& call);
// x-amz-version-id, where the bucket has or had versioning.
void add_version_id(http::Reply& reply, const Target& target);
Task<Result<std::vector<authz::Ask>>> ask_about(Target& target, const services::Call& call, S3& s3, TargetAsks actions);

// Of a deletion, whose ask is the last of `asks`: s3:if-match, and where that is an entity tag s3:GetObject is asked, too (S3
// guide, "Enforce conditional deletes on Amazon S3 buckets"). Nothing where `match` is empty.
Task<void> add_delete_condition(std::vector<authz::Ask>& asks, std::string match, BucketPtr bucket, std::string key,
                                const services::Call& call, S3& s3);

// Where a condition compares the object's entity tag: asks s3:GetObject, since the answer tells something of it (S3 guide, "How
// to prevent overwrites if the object has changed").
Task<void> ask_to_compare(std::vector<authz::Ask>& asks, BucketPtr bucket, std::string key, const services::Call& call, S3& s3);

// The headers that tell of the version's lock need rights of their own; without them a reply has not those headers.
void ask_for_lock(std::vector<authz::Ask>& asks, Target& target, const services::Call& call);
void add_lock_headers(http::Reply& reply, const Target& target, const authz::Approval& approval);

// versionId: InvalidArgument for what is none.
Result<void> check_version_id(const services::Call& call);

// The part of an object that a request names by Range or partNumber.
struct Selection {
    ByteRange range;
    bool partial = false;  // 206
    int parts = 0;         // partNumber was given: the object's number of parts, 0 unless multipart
    int part_number = 0;
};
Result<Selection> select_bytes(const services::Call& call, const ObjectRow& row);

// ETag, Last-Modified, metadata, checksum (with x-amz-checksum-mode: ENABLED), tagging count, range: the head of GET and HEAD.
void add_object_headers(http::Reply& reply, const services::Call& call, ObjectRow& row, const Selection& selection);

// 304 with its headers, or PreconditionFailed; nullopt: go on.
std::optional<Result<http::Reply>> judge_conditions(const services::Call& call, const ObjectRow& row);

// response-content-type and its like: replaces headers of the reply. InvalidRequest for anonymous callers.
Result<void> apply_overrides(const services::Call& call, http::Reply& reply);

}  // namespace sekisho::s3
