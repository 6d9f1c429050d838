// Users, groups and roles alike: finding and changing them by kind, and the checks that many operations share.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "services/iam/model.h"
#include "services/iam/operation.h"

namespace sekisho::iam {

std::string_view kind_of(Who who);  // "user", "role", "group"

const Identity* find_identity(const State& state, Who who, std::string_view name);
Result<const Identity*> need_identity(const State& state, Who who, std::string_view name);  // NoSuchEntity
Result<void> change_identity(State& state, Who who, std::string_view name,
                             const std::function<Result<void>(Identity&)>& change);

// The operation's subject; ValidationError where it is left out and the caller is no user.
Result<std::string> need_subject(const Arguments& arguments);

ApiError no_such(Who who, std::string_view name);
ApiError no_such_policy(std::string_view arn);

// "ARN x is not valid." unless it is an ARN of a managed policy.
Result<void> check_policy_arn(std::string_view arn);
// The account's policy of that ARN, for operations that change it.
Result<const ManagedPolicy*> need_own_policy(const State& state, const Arguments& arguments);
// Whether there is a managed policy of that ARN, AWS's or the account's.
bool policy_exists(const State& state, const AccountId& account, std::string_view arn);

Result<void> check_boundary(const State& state, const AccountId& account, std::string_view arn);

// Of each managed policy, how many entities it is attached to, and how many have it as their boundary.
struct Usage {
    int attachments = 0;
    int boundaries = 0;
};
std::map<std::string, Usage> policy_usage(const State& state);

// At most 50 tags after adding; replaced where the key is there, without regard to case.
Result<void> add_tags(std::vector<Tag>& tags, const std::vector<Tag>& more);
void remove_tags(std::vector<Tag>& tags, const std::vector<std::string>& keys);

// Compiles a document that is being put; MalformedPolicyDocument.
Result<PolicyText> new_policy(std::string json, policy::Kind kind);
// And of a trust policy: each principal exists.
Result<PolicyText> new_trust(std::string json, const Directory& directory);

}  // namespace sekisho::iam
