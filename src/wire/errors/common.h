// Error codes that every AWS service shares (or that have the same code and status in several).
// Source: "Common Error Types" of the IAM, STS and EC2 API references; S3's own are in s3.h.
#pragma once

#include "base/result.h"

namespace sekisho::error {

inline constexpr ErrorCode NotImplemented{"NotImplemented", 501,
                                          "A header you provided implies functionality that is not implemented"};
inline constexpr ErrorCode InternalError{"InternalError", 500, "We encountered an internal error. Please try again."};
inline constexpr ErrorCode AccessDenied{"AccessDenied", 403, "Access Denied"};
inline constexpr ErrorCode ServiceUnavailable{"ServiceUnavailable", 503, "Please reduce your request rate."};
inline constexpr ErrorCode ValidationError{"ValidationError", 400, "The input fails to satisfy the constraints"};
inline constexpr ErrorCode InvalidAction{"InvalidAction", 400, "The action or operation requested is invalid."};
inline constexpr ErrorCode MissingAction{"MissingAction", 400, "The request is missing an action."};

}  // namespace sekisho::error
