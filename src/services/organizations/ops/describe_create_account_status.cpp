#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_describe_create_account_status(const State& state, const Here& here) {
    const AccountRequest* request = state.requests.find(here.text("CreateAccountRequestId"));
    if (!request || request->organization != here.id()) return fail(error::CreateAccountStatusNotFoundException);
    return json{{"CreateAccountStatus", account_request_json(*request)}};
}

}  // namespace

Spec describe_create_account_status() {
    return {.name = "DescribeCreateAccountStatus",
            .fields = {{"CreateAccountRequestId", Form::request_id, true}},
            .read = answer_describe_create_account_status};
}

}  // namespace sekisho::organizations
