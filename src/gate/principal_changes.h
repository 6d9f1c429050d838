// A principal that was deleted or renamed: bucket policies that name it follow, as on AWS (a deleted user's or role's ARN turns
// into its unique id, so that another of the same name gets nothing from the old policy).
#pragma once

#include "services/iam/iam.h"
#include "services/s3/s3.h"

namespace sekisho::gate {

Task<void> follow_in_bucket_policies(s3::S3& s3, iam::PrincipalChange change);

}  // namespace sekisho::gate
