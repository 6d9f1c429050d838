#include <algorithm>

#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_create_account_status(const State& state, const Here& here) {
    const json wanted = here.in.value("States", json::array());
    std::vector<Row> rows;
    for (const auto& [id, request] : state.requests) {
        if (request->organization != here.id()) continue;
        json one = account_request_json(*request);
        if (wanted.empty() || std::ranges::find(wanted, one["State"]) != wanted.end()) rows.push_back({id, std::move(one)});
    }
    return page("CreateAccountStatuses", std::move(rows), here);
}

}  // namespace

Spec list_create_account_status() {
    return {.name = "ListCreateAccountStatus",
            .fields = {{"States", Form::request_state}, next_token, max_results},
            .read = answer_list_create_account_status};
}

}  // namespace sekisho::organizations
