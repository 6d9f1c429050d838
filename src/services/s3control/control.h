// S3 Control: access points, Block Public Access of accounts, tags of buckets and access points. Its state is S3's (the
// buckets'), so that a change and what depends on it are under one lock; how access points take part in S3's own requests is
// s3/through.h.
//
// Requests are /v20180820/…, signed as S3's, for the account that the header x-amz-account-id or the host's first label names.
#pragma once

#include <memory>

#include "services/operation.h"
#include "services/s3/s3.h"

namespace sekisho::s3control {

// The service as the gate sees it. `s3` outlives it.
std::unique_ptr<services::Service> service(s3::S3& s3);

}  // namespace sekisho::s3control
