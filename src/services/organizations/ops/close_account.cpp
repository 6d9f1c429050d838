#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_close_account(State& state, const Here& here) {
    const Account* account = find_account(state, here.id(), here.text("AccountId"));
    if (!account) return fail(error::AccountNotFoundException);
    if (account->id == here.organization.management)
        return constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You attempted to close the management account.");
    if (account->suspended) return fail(error::AccountAlreadyClosedException);
    Account closed = *account;
    closed.suspended = true;
    state.accounts.put(closed.id, closed);
    return json();
}

Task<void> forget_principals(Organizations* organizations, Here here) {
    organizations->directory().close_account(AccountId(here.text("AccountId")));
    co_return;
}

}  // namespace

Spec close_account() {
    return {.name = "CloseAccount",
            .fields = {{"AccountId", Form::account_id, true}},
            .about = {"AccountId"},
            .change = answer_close_account,
            .after = forget_principals};
}

}  // namespace sekisho::organizations
