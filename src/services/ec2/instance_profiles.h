// InstanceProfiles: what EC2 asks IAM about the profile that a launch names. Implemented over IAM's state; reads a snapshot,
// never waits, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace sekisho::ec2 {

struct InstanceProfile {
    std::string arn;
    std::string name;
    std::string id;        // AIPA…
    std::string role_arn;  // empty: the profile holds no role
    std::string role_name;
};

class InstanceProfiles {
   public:
    virtual ~InstanceProfiles() = default;
    // By ARN or by name; nullopt: there is none in this account.
    virtual std::optional<InstanceProfile> find(const AccountId& account, std::string_view arn_or_name) const = 0;
};

}  // namespace sekisho::ec2
