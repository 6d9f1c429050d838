#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_move_account(State& state, const Here& here) {
    const Account* account = find_account(state, here.id(), here.text("AccountId"));
    if (!account) return fail(error::AccountNotFoundException);
    const std::string source = here.text("SourceParentId"), destination = here.text("DestinationParentId");
    if (!find_parent(state, here.id(), source) || account->parent != source) return fail(error::SourceParentNotFoundException);
    if (!find_parent(state, here.id(), destination)) return fail(error::DestinationParentNotFoundException);
    if (source == destination) return fail(error::DuplicateAccountException);
    Account moved = *account;
    moved.parent = destination;
    state.accounts.put(moved.id, moved);
    return json();
}

}  // namespace

Spec move_account() {
    return {.name = "MoveAccount",
            .fields = {{"AccountId", Form::account_id, true},
                       {"SourceParentId", Form::parent_id, true},
                       {"DestinationParentId", Form::parent_id, true}},
            .about = {"AccountId", "SourceParentId", "DestinationParentId"},
            .change = answer_move_account};
}

}  // namespace sekisho::organizations
