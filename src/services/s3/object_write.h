// Writing objects: what PutObject, CopyObject and CreateMultipartUpload take from their request's headers.
#pragma once

#include <optional>

#include "authz/ask.h"
#include "base/result.h"
#include "services/operation.h"
#include "services/s3/bucket.h"
#include "services/s3/object_table.h"

namespace sekisho::s3 {

struct WriteHeaders {
    Metadata metadata;
    std::string storage_class;
    Tags tags;
    bool has_tags = false;  // x-amz-tagging was given
    WriteConditions conditions;
    std::optional<Lock> lock;
};
Result<WriteHeaders> parse_write_headers(const services::Call& call);

// Where the version gets a lock, by headers or by the bucket's default: whether the bucket has object lock at all, and (of a
// request that brings the object's bytes) whether they come with a digest: InvalidRequest.
Result<void> check_lock_of_new(const services::Call& call, const Bucket& bucket, const WriteHeaders& headers, bool with_body);

// s3:PutObject, s3:PutObjectAcl where the request brings an ACL, and s3:PutObjectTagging where it brings tags. `owner`: whose
// the object will be. `creates`: the request makes the object, and does not only begin a multipart upload.
std::vector<authz::Ask> ask_to_write(const Bucket& bucket, const services::Call& call, const WriteHeaders& headers,
                                     const AccountId& owner, bool creates);

}  // namespace sekisho::s3
