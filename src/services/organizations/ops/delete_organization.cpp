#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

// "Before you can delete the organization, you must first remove all accounts, delete all OUs, and delete all policies"
// (Organizations guide, "Deleting an organization").
Result<json> answer_delete_organization(State& state, const Here& here) {
    if (accounts_in(state, here.id()) > 1) return fail(error::OrganizationNotEmptyException);
    for (const auto& [id, unit] : state.units)
        if (unit->organization == here.id()) return fail(error::OrganizationNotEmptyException);
    for (const auto& [id, policy] : state.policies)
        if (policy->organization == here.id()) return fail(error::OrganizationNotEmptyException);
    Account management = *state.accounts.find(here.organization.management);
    management.organization.clear();
    management.parent.clear();
    management.policies.clear();
    management.tags.clear();
    state.accounts.put(here.organization.management, std::move(management));
    std::vector<std::string> requests;
    for (const auto& [id, request] : state.requests)
        if (request->organization == here.id()) requests.push_back(id);
    for (const std::string& id : requests) state.requests.erase(id);
    const std::string root = root_of(state, here.id()).id;
    state.roots.erase(root);
    state.organizations.erase(here.id());
    return json();
}

}  // namespace

Spec delete_organization() { return {.name = "DeleteOrganization", .change = answer_delete_organization}; }

}  // namespace sekisho::organizations
