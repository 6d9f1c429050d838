// A second evaluator of policies, to check src/policy by: small, slow, and read off AWS's documentation line by line. It shares
// no code with src/policy (not even base/), reads policies with another JSON library, compiles nothing and remembers nothing.
//
// A case is one JSON value, so that it can be printed, shrunk and given back:
//   {"caller": {"kind": "anonymous|root|user|session|service", "account", "arn", "role", "id", "canonical"},
//    "action", "resource", "owner",                 the resource and the account that owns it
//    "trust": true,                                 a role trust policy: it must allow, in the caller's own account too
//    "restrict_public": true,                       S3's RestrictPublicBuckets
//    "owner_root_always": true,                     Get/Put/DeleteBucketPolicy
//    "foreign": true,                               "owner" wrote an object into another account's bucket, whose policy is
//    "resource" "acl": {"needed": "READ", "grants": [{"to": "AllUsers|AuthenticatedUsers|LogDelivery|<account>", "permission":
//    "READ"}]}, "keys": {"aws:SourceIp": "10.0.0.1", "aws:TagKeys": ["a", "b"]}, "policies": {"identity": [document…],
//    "resource", "endpoint", "boundary", "session", "scp": [[document…]…], "rcp"}}
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace agreement {

// "allowed by identity", "explicitly denied by endpoint", "not allowed by resource", "allowed by root"
std::string model_answer(const nlohmann::json& question);

}  // namespace agreement
