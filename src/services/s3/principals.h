// Principals that policies of buckets name: they exist when the policy is put, and the policy follows them.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "base/task.h"
#include "policy/document.h"

namespace sekisho::s3 {

class S3;

// MalformedPolicy where a principal that the document names does not exist.
// INVARIANT: asked inside the change that puts the policy, too. IAM deletes a principal first and has the policies follow then,
// under the same lock, so that no policy can slip between.
Result<void> check_principals(const policy::Document& document, const S3& s3);

// A user or role was deleted or renamed: policies that name `arn` name `now` instead (a deleted one's ARN turns into its unique
// id, so that another of the same name gets nothing from the old policy). How many; none when it is not so `still`.
Task<int> follow_principal(S3& s3, std::string arn, std::string now, std::function<bool()> still);

}  // namespace sekisho::s3
