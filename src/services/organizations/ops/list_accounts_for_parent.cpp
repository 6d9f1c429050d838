#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_accounts_for_parent(const State& state, const Here& here) {
    const std::string parent = here.text("ParentId");
    if (!find_parent(state, here.id(), parent)) return fail(error::ParentNotFoundException);
    std::vector<Row> rows;
    for (const auto& [id, account] : state.accounts)
        if (account->organization == here.id() && account->parent == parent)
            rows.push_back({id, account_json(state, here.organization, *account)});
    return page("Accounts", std::move(rows), here);
}

}  // namespace

Spec list_accounts_for_parent() {
    return {.name = "ListAccountsForParent",
            .fields = {{"ParentId", Form::parent_id, true}, next_token, max_results},
            .about = {"ParentId"},
            .read = answer_list_accounts_for_parent};
}

}  // namespace sekisho::organizations
