#include <algorithm>

#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_policies_for_target(const State& state, const Here& here) {
    const Target* target = find_target(state, here.id(), here.text("TargetId"));
    if (!target) return fail(error::TargetNotFoundException);
    std::vector<Row> rows;
    for (const std::string& id : target->policies) {
        const Policy* policy = find_policy(state, here.id(), id);
        if (policy->type == here.text("Filter")) rows.push_back({id, policy_summary_json(state, here.organization, *policy)});
    }
    std::ranges::sort(rows, {}, &Row::key);
    return page("Policies", std::move(rows), here);
}

}  // namespace

Spec list_policies_for_target() {
    return {.name = "ListPoliciesForTarget",
            .fields = {{"TargetId", Form::target_id, true}, {"Filter", Form::policy_type, true}, next_token, max_results},
            .about = {"TargetId"},
            .read = answer_list_policies_for_target};
}

}  // namespace sekisho::organizations
