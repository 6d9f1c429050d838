#include <algorithm>

#include "services/organizations/aws_policies.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_policies(const State& state, const Here& here) {
    const std::string type = here.text("Filter");
    std::vector<Row> rows;
    for (const auto& [id, policy] : state.policies)
        if (policy->organization == here.id() && policy->type == type)
            rows.push_back({id, policy_summary_json(state, here.organization, *policy)});
    const Policy& full = full_access(type);
    rows.push_back({full.id, policy_summary_json(state, here.organization, full)});
    std::ranges::sort(rows, {}, &Row::key);
    return page("Policies", std::move(rows), here);
}

}  // namespace

Spec list_policies() {
    return {.name = "ListPolicies",
            .fields = {{"Filter", Form::policy_type, true}, next_token, max_results},
            .read = answer_list_policies};
}

}  // namespace sekisho::organizations
