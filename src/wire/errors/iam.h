// IAM's error codes. Source: the errors of each operation in the IAM API reference (codes and statuses as in its service
// model).
#pragma once

#include "base/result.h"

namespace sekisho::error {

inline constexpr ErrorCode NoSuchEntity{"NoSuchEntity", 404, "The entity cannot be found."};
inline constexpr ErrorCode EntityAlreadyExists{"EntityAlreadyExists", 409, "The entity already exists."};
inline constexpr ErrorCode DeleteConflict{"DeleteConflict", 409, "Cannot delete entity, it has subordinate entities."};
inline constexpr ErrorCode LimitExceeded{"LimitExceeded", 409, "The request exceeds a quota."};
inline constexpr ErrorCode MalformedPolicyDocument{"MalformedPolicyDocument", 400, "Syntax errors in policy."};
inline constexpr ErrorCode InvalidInput{"InvalidInput", 400, "The input is invalid."};
inline constexpr ErrorCode ConcurrentModification{"ConcurrentModification", 409,
                                                  "The request was rejected because multiple requests to change this object "
                                                  "were submitted simultaneously. Wait a few minutes "
                                                  "and submit your request again."};
inline constexpr ErrorCode UnmodifiableEntity{"UnmodifiableEntity", 400, "The entity cannot be modified."};
inline constexpr ErrorCode PolicyNotAttachable{"PolicyNotAttachable", 400, "The policy cannot be attached."};

// STS
inline constexpr ErrorCode PackedPolicyTooLarge{"PackedPolicyTooLarge", 400,
                                                "Packed policy consumes too much of the allotted space."};
inline constexpr ErrorCode InvalidAuthorizationMessageException{"InvalidAuthorizationMessageException", 400,
                                                                "The message is invalid."};

}  // namespace sekisho::error
