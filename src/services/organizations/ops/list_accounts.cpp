#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_accounts(const State& state, const Here& here) {
    std::vector<Row> rows;
    for (const auto& [id, account] : state.accounts)
        if (account->organization == here.id()) rows.push_back({id, account_json(state, here.organization, *account)});
    return page("Accounts", std::move(rows), here);
}

}  // namespace

Spec list_accounts() { return {.name = "ListAccounts", .fields = {next_token, max_results}, .read = answer_list_accounts}; }

}  // namespace sekisho::organizations
