// Unique ids and keys as IAM makes them. Source: IAM guide, "IAM identifiers", "Understanding unique ID prefixes".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/ids.h"

namespace sekisho::iam {

// `prefix`: AIDA user, AROA role, AGPA group, ANPA managed policy, AIPA instance profile; and 17 letters and digits 2–7.
std::string unique_id(std::string_view prefix, Entropy& entropy);

// `prefix`: AKIA or ASIA; and 16 characters in which the account's number is written, as AWS does, so that GetAccessKeyInfo
// answers also for keys that are kept nowhere.
std::string access_key_id(std::string_view prefix, const AccountId& account, Entropy& entropy);
std::optional<AccountId> account_of_access_key(std::string_view access_key_id);

std::string secret_access_key(Entropy& entropy);  // 40 characters of base64's alphabet

}  // namespace sekisho::iam
