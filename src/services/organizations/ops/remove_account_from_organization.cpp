#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

// The account stays an account of this server. (AWS wants it to be seven days old and to have a means of payment.)
Result<json> answer_remove_account_from_organization(State& state, const Here& here) {
    const Account* account = find_account(state, here.id(), here.text("AccountId"));
    if (!account) return fail(error::AccountNotFoundException);
    if (account->id == here.organization.management) return fail(error::MasterCannotLeaveOrganizationException);
    if (account->suspended)
        return constraint("ACCOUNT_CANNOT_LEAVE_ORGANIZATION", "You can't remove a closed account from an organization.");
    Account standalone = *account;
    standalone.organization.clear();
    standalone.parent.clear();
    standalone.policies.clear();
    standalone.tags.clear();
    state.accounts.put(standalone.id, standalone);
    return json();
}

}  // namespace

Spec remove_account_from_organization() {
    return {.name = "RemoveAccountFromOrganization",
            .fields = {{"AccountId", Form::account_id, true}},
            .about = {"AccountId"},
            .change = answer_remove_account_from_organization};
}

}  // namespace sekisho::organizations
