// CopySource: the x-amz-copy-source of CopyObject and UploadPartCopy: parsed, found, asked about, read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "authz/ask.h"
#include "base/result.h"
#include "base/task.h"
#include "services/operation.h"
#include "services/s3/integrity.h"
#include "services/s3/object_read.h"
#include "services/s3/payload.h"

namespace sekisho::s3 {

// InvalidArgument's text for a version id that is none.
inline constexpr std::string_view invalid_version_text = "Invalid version id specified";

struct CopySource {
    std::string bucket;  // or an access point's ARN or alias
    std::string key;
    std::optional<std::string> version;  // an id or "null"
};
// "/bucket/key", "bucket/key" or "arn:aws:s3:region:account:accesspoint/name/object/key", percent-encoded, with ?versionId=…
// behind.
Result<CopySource> parse_copy_source(std::string_view header);

// Finds the source's bucket (NoSuchBucket) and object. The asks: to read it, its tags too where they are copied; where it is
// missing, to list its bucket.
Task<Result<std::vector<authz::Ask>>> ask_to_copy_from(Target& target, CopySource source, const services::Call& call, S3& s3,
                                                       bool with_tags);

// Where there is no source: NoSuchKey, NoSuchVersion or what a delete marker answers; PreconditionFailed by
// x-amz-copy-source-if-….
Result<void> check_copy_source(const Target& target, const services::Call& call);

// x-amz-copy-source-version-id, where the source's bucket has or had versioning.
void add_copied_version_id(http::Reply& reply, const Target& source);

// Copies the bytes: they are proved to be the source's by its row (their number) and stored anew.
Task<Result<Stored>> copy_bytes(S3& s3, Target target, ByteRange range, Integrity integrity, std::size_t inline_max,
                                DataKey key);

}  // namespace sekisho::s3
