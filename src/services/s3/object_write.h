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
};
Result<WriteHeaders> parse_write_headers(const services::Call& call);

// x-amz-acl under the bucket's ownership setting: AccessControlListNotSupported where ACLs are off and it is another one
// than bucket-owner-full-control; NotImplemented where it would grant anything to others.
Result<void> check_acl_header(const services::Call& call, const Bucket& bucket);

// Whose the object will be. NotImplemented where it would be another account's than the bucket's (ACLs on, foreign writer).
Result<AccountId> owner_of_new_object(const services::Call& call, const Bucket& bucket);

// s3:PutObject, and s3:PutObjectTagging where the request brings tags. `creates`: the request makes the object, and does not
// only begin a multipart upload.
std::vector<authz::Ask> ask_to_write(const Bucket& bucket, const services::Call& call, const WriteHeaders& headers,
                                     bool creates);

}  // namespace sekisho::s3
