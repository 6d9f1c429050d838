// Dispatch: which operation a request is, from method, path, query and headers alone.
#pragma once

#include <string_view>

#include "base/result.h"
#include "http/message.h"
#include "wire/params.h"

namespace sekisho::s3 {

enum class Level { service, bucket, object };

// The operation's name. NotImplemented for operations of S3 that are not built, MethodNotAllowed for methods that the
// addressed thing does not have, InvalidArgument for sub-resources that exclude each other.
Result<std::string_view> operation_of(Level level, const http::Request& request, const wire::Params& params);

}  // namespace sekisho::s3
