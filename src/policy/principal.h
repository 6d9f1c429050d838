// Principals: what Principal and NotPrincipal name, and whether a caller is among them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/json.h"

namespace sekisho::policy {

struct PrincipalFacts;

struct PrincipalEntry {
    enum class Type : std::uint8_t {
        everyone,   // "*"
        account,    // 123456789012 or arn:aws:iam::123456789012:root
        arn,        // a user, a role, a role session, a federated user
        unique_id,  // AIDA… or AROA…: what the ARN of a deleted user or role turned into
        service,    // ec2.amazonaws.com
        federated,
        canonical_user,  // S3's id of an account
        invalid,         // nobody
    };
    Type type = Type::invalid;
    std::string text;     // as written
    std::string account;  // of account entries
    Position position;
};

// Reads one string of a principal map; `map_key` is "AWS", "Service", "Federated" or "CanonicalUser".
PrincipalEntry read_principal(std::string_view map_key, std::string_view text, Position position);

// How close a Principal element comes to a caller; what an Allow gives depends on it (IAM guide, "Resource-based policies and
// implicit denies in other policy types").
enum class Naming : std::uint8_t {
    none,
    account,  // the caller's account: the account's own policies still decide
    role,     // the caller's role: its boundary and its session policies still bound
    direct,   // the user, the session, root itself, or everyone
};
Naming names(const std::vector<PrincipalEntry>& entries, const PrincipalFacts& caller);

// Whether a caller is exempt from a Deny with these as NotPrincipal: everything it is must be listed, its account, its role and
// its session (IAM guide, "NotPrincipal with Deny").
bool exempts(const std::vector<PrincipalEntry>& entries, const PrincipalFacts& caller);

}  // namespace sekisho::policy
