// The tree of an organisation: root, units, accounts; and what that means for the accounts' requests.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/organization.h"
#include "base/result.h"
#include "services/organizations/model.h"

namespace sekisho::organizations {

// The organisation that the account is in; null: none.
const Organization* organization_of(const State& state, std::string_view account);
const Root& root_of(const State& state, std::string_view organization);

// Each of the organisation's own; null where there is none of that id.
const Root* find_root(const State& state, std::string_view organization, std::string_view id);
const Unit* find_unit(const State& state, std::string_view organization, std::string_view id);
const Account* find_account(const State& state, std::string_view organization, std::string_view id);
const Target* find_target(const State& state, std::string_view organization, std::string_view id);  // any of the three
const Target* find_parent(const State& state, std::string_view organization, std::string_view id);  // root or unit
const Policy* find_policy(const State& state, std::string_view organization, std::string_view id);  // also AWS's

// Changes a target of any kind.
void change_target(State& state, const Target& target, const std::function<void(Target&)>& change);
void each_target(const State& state, std::string_view organization, const std::function<void(const Target&)>& visit);
std::vector<std::string> attached_to(const State& state, std::string_view organization, std::string_view policy);
std::size_t accounts_in(const State& state, std::string_view organization);
bool has_children(const State& state, std::string_view organization, std::string_view parent);
// Units above, the unit itself counted: 1 below the root.
int depth_of(const State& state, std::string_view organization, std::string_view parent);

// arn:aws:organizations::<management>:… of anything by its id, whether or not it is there.
std::string arn_of(const State& state, const Organization& organization, std::string_view id);

// Where the account stands; null: in no organisation.
authz::SharedPlace place_of(const State& state, std::string_view account);

}  // namespace sekisho::organizations
