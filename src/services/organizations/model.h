// The rows of Organizations: organisations, their units, accounts and policies. Values; changes are plain functions over State
// (ops/). Each row says which organisation it belongs to, so that one never reads another's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "policy/document.h"
#include "store/state.h"

namespace sekisho::organizations {

inline constexpr std::string_view scp_type = "SERVICE_CONTROL_POLICY";
inline constexpr std::string_view rcp_type = "RESOURCE_CONTROL_POLICY";

using Tags = std::map<std::string, std::string>;

// What policies are attached to: a root, a unit, an account.
struct Target {
    std::string id;
    std::string organization;           // o-…
    std::vector<std::string> policies;  // ids, in the order attached
    Tags tags;
};

struct Organization {
    std::string id;  // o-…
    std::string management;
    std::string feature_set;  // ALL, CONSOLIDATED_BILLING
    std::int64_t created_ms = 0;
    std::map<std::string, std::int64_t> services;  // with trusted access: service principal, when enabled
};

struct Root : Target {
    std::vector<std::string> types;  // enabled policy types, in order of name
};

struct Unit : Target {
    std::string parent;
    std::string name;
};

// Also of accounts that have left their organisation: then `organization` is empty.
struct Account : Target {
    std::string parent;
    std::string name;
    std::string email;
    bool suspended = false;
    bool created = true;  // else invited: how the management account itself joined
    std::int64_t joined_ms = 0;
};

struct Policy {
    std::string id;  // p-…
    std::string organization;
    std::string type;
    std::string name;
    std::string description;
    std::string content;
    Tags tags;
    std::shared_ptr<const policy::Document> compiled;  // of content
};

// A CreateAccount request.
struct AccountRequest {
    std::string id;  // car-…
    std::string organization;
    std::string account_name;
    std::string account;  // empty: it failed
    std::string failure;  // CreateAccountFailureReason
    std::int64_t requested_ms = 0;
};

void to_json(nlohmann::json& out, const Organization& row);
void from_json(const nlohmann::json& in, Organization& row);
void to_json(nlohmann::json& out, const Root& row);
void from_json(const nlohmann::json& in, Root& row);
void to_json(nlohmann::json& out, const Unit& row);
void from_json(const nlohmann::json& in, Unit& row);
void to_json(nlohmann::json& out, const Account& row);
void from_json(const nlohmann::json& in, Account& row);
void to_json(nlohmann::json& out, const Policy& row);
void from_json(const nlohmann::json& in, Policy& row);
void to_json(nlohmann::json& out, const AccountRequest& row);
void from_json(const nlohmann::json& in, AccountRequest& row);

// Of the whole server, one partition; every row by its id.
struct State {
    store::Collection<Organization> organizations{"organization/"};
    store::Collection<Root> roots{"root/"};
    store::Collection<Unit> units{"unit/"};
    store::Collection<Account> accounts{"account/"};
    store::Collection<Policy> policies{"policy/"};
    store::Collection<AccountRequest> requests{"request/"};

    template <class F>
    void each(F&& f) {
        f(organizations), f(roots), f(units), f(accounts), f(policies), f(requests);
    }
};

using StateStore = store::StateStore<State>;

policy::Kind kind_of(std::string_view policy_type);

}  // namespace sekisho::organizations
