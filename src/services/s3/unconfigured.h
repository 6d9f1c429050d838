// The sub-resources of a bucket that are never configured here: their GETs answer as an unconfigured bucket's do, and their
// DELETEs, which have nothing to delete, succeed. Their PUTs answer NotImplemented (dispatch.cpp).
#pragma once

#include "services/operation.h"

namespace sekisho::s3 {

class S3;

void add_unconfigured(services::OperationList& list, S3& s3);

}  // namespace sekisho::s3
