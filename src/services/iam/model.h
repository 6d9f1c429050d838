// IAM's state of one account: users, groups, roles, customer managed policies, instance profiles, access keys.
//
// Rows are found by their name in lower case: IAM's names are unique without regard to case (IAM guide, "IAM and AWS STS
// quotas"), but keep the spelling they were given. Policies are compiled when a row is read or made, once per change.
// Everything here is a value; changes are plain functions over State (ops/).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "policy/document.h"
#include "store/state.h"

namespace sekisho::iam {

struct Tag {
    std::string key, value;
};

// A policy document as it was put, and ready for use.
struct PolicyText {
    std::string json;
    std::shared_ptr<const policy::Document> compiled;

    static PolicyText of(std::string json, policy::Kind kind);
};

// What users, groups and roles have in common.
struct Identity {
    std::string name;
    std::string path;
    std::string id;  // AIDA…, AGPA…, AROA…
    std::int64_t created_ms = 0;
    std::vector<Tag> tags;  // not of groups
    std::string boundary;   // ARN of the permissions boundary; "" for none; not of groups
    std::map<std::string, PolicyText> inline_policies;
    std::vector<std::string> attached;  // ARNs of managed policies, in the order attached
};

struct User : Identity {
    std::set<std::string> groups;  // keys
};

struct Group : Identity {};

struct Role : Identity {
    PolicyText trust;
    std::string description;
    std::int64_t max_session_s = 3600;
};

struct PolicyVersion {
    PolicyText document;
    std::int64_t created_ms = 0;
};

struct ManagedPolicy {
    std::string name;
    std::string path;
    std::string id;  // ANPA…
    std::int64_t created_ms = 0;
    std::int64_t updated_ms = 0;
    std::string description;
    std::vector<Tag> tags;
    std::map<int, PolicyVersion> versions;  // 1 is "v1"
    int default_version = 1;
    int next_version = 2;

    const PolicyText& document() const { return versions.at(default_version).document; }
};

struct InstanceProfile {
    std::string name;
    std::string path;
    std::string id;  // AIPA…
    std::int64_t created_ms = 0;
    std::vector<Tag> tags;
    std::string role;  // key; "" for none
};

struct AccessKey {
    std::string id;
    std::string secret;
    std::string user;  // key; "": the account's root
    bool active = true;
    std::int64_t created_ms = 0;
};

// A user or role whose ARN means something else now: policies elsewhere that name `arn` as a principal have to name `now`
// instead, which is the unique id after a deletion and the new ARN after a change of name or path. The row (by ARN) is written
// by the commit that makes the change, and goes when every policy has followed: whatever ends the process in between, the
// next one goes on from it. INVARIANT: while it is there, no principal of that ARN can be made.
struct PrincipalChange {
    std::string arn;
    std::string now;
    bool operator==(const PrincipalChange&) const = default;
};

struct AccountFacts {
    std::int64_t created_ms = 0;
};
inline constexpr std::string_view account_facts_key = "facts";

void to_json(nlohmann::json& out, const User& row);
void from_json(const nlohmann::json& in, User& row);
void to_json(nlohmann::json& out, const Group& row);
void from_json(const nlohmann::json& in, Group& row);
void to_json(nlohmann::json& out, const Role& row);
void from_json(const nlohmann::json& in, Role& row);
void to_json(nlohmann::json& out, const ManagedPolicy& row);
void from_json(const nlohmann::json& in, ManagedPolicy& row);
void to_json(nlohmann::json& out, const InstanceProfile& row);
void from_json(const nlohmann::json& in, InstanceProfile& row);
void to_json(nlohmann::json& out, const AccessKey& row);
void from_json(const nlohmann::json& in, AccessKey& row);
void to_json(nlohmann::json& out, const PrincipalChange& row);
void from_json(const nlohmann::json& in, PrincipalChange& row);
void to_json(nlohmann::json& out, const AccountFacts& row);
void from_json(const nlohmann::json& in, AccountFacts& row);

struct State {
    store::Collection<User> users{"user/"};
    store::Collection<Group> groups{"group/"};
    store::Collection<Role> roles{"role/"};
    store::Collection<ManagedPolicy> policies{"policy/"};
    store::Collection<InstanceProfile> profiles{"profile/"};
    store::Collection<AccessKey> access_keys{"key/"};
    store::Collection<PrincipalChange> principal_changes{"principal-change/"};
    store::Collection<AccountFacts> account{"account/"};

    template <class F>
    void each(F&& f) {
        f(users), f(groups), f(roles), f(policies), f(profiles), f(access_keys), f(principal_changes), f(account);
    }
};

using StateStore = store::StateStore<State>;

// arn:aws:iam::<account>:<kind><path><name>; kind: "user", "group", "role", "policy", "instance-profile".
std::string arn_of(const AccountId& account, std::string_view kind, std::string_view path, std::string_view name);
template <class Row>
std::string arn_of(const AccountId& account, std::string_view kind, const Row& row) {
    return arn_of(account, kind, row.path, row.name);
}

// The account and the part after "arn:aws:iam::<account>:" of an IAM ARN.
struct IamArn {
    AccountId account;
    std::string kind;  // "user", "role", …; "root"
    std::string path;  // "/" or "/…/"
    std::string name;
};
std::optional<IamArn> parse_arn(std::string_view arn);

}  // namespace sekisho::iam
