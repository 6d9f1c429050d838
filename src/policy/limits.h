// How large a policy may be, by what holds it. IAM counts characters without white space, the others bytes as sent.
// Source: IAM guide, "IAM and AWS STS quotas"; S3 guide, "Bucket policies"; VPC guide, endpoint policies.
#pragma once

#include <cstddef>
#include <string_view>

namespace sekisho::policy {

inline constexpr std::size_t bucket_policy_bytes_max = 20 * 1024;
inline constexpr std::size_t endpoint_policy_bytes_max = 20 * 1024;
inline constexpr std::size_t managed_policy_size_max = 6144;
inline constexpr std::size_t trust_policy_size_max = 2048;  // Cannot exceed quota for ACLSizePerRole
inline constexpr std::size_t session_policy_size_max = 2048;
inline constexpr std::size_t user_inline_size_max = 2048;   // sum of all inline policies of the user
inline constexpr std::size_t role_inline_size_max = 10240;  // likewise of the role
inline constexpr std::size_t group_inline_size_max = 5120;  // likewise of the group

// Characters that are no white space.
std::size_t size_in_characters(std::string_view json);

}  // namespace sekisho::policy
