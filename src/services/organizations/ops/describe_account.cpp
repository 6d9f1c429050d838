#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_describe_account(const State& state, const Here& here) {
    const Account* account = find_account(state, here.id(), here.text("AccountId"));
    if (!account) return fail(error::AccountNotFoundException);
    return json{{"Account", account_json(state, here.organization, *account)}};
}

}  // namespace

Spec describe_account() {
    return {.name = "DescribeAccount",
            .fields = {{"AccountId", Form::account_id, true}},
            .about = {"AccountId"},
            .read = answer_describe_account};
}

}  // namespace sekisho::organizations
