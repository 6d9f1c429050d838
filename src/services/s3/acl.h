// ACLs: the one that everything here has (its owner's full control), and requests to set another.
#pragma once

#include <string>

#include "base/result.h"
#include "base/task.h"
#include "services/operation.h"
#include "services/s3/bucket.h"

namespace sekisho::s3 {

std::string acl_document(const AccountId& owner);

// PutBucketAcl and PutObjectAcl. AccessControlListNotSupported while the bucket's ownership turns ACLs off; else only what
// grants nothing to others is accepted, and anything more answers NotImplemented.
Task<Result<void>> check_new_acl(services::Call& call, BucketPtr bucket, AccountId owner);

}  // namespace sekisho::s3
