// What S3 Control's requests name: an account, and a path.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "services/operation.h"

namespace sekisho::s3control {

// The account that the request names; InvalidRequest without one.
Result<AccountId> account_of(const services::Call& call);
// Path segments behind /v20180820/, decoded: {"accesspoint", "name", "policy"}; of tags: {"tags", the ARN}.
Result<std::vector<std::string>> segments_of(const services::Call& call);

}  // namespace sekisho::s3control
