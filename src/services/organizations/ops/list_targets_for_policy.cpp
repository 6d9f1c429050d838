#include <algorithm>

#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

json target_json(const State& state, const Here& here, const std::string& id) {
    std::string name = "Root", type = "ROOT";
    if (const Unit* unit = find_unit(state, here.id(), id)) name = unit->name, type = "ORGANIZATIONAL_UNIT";
    if (const Account* account = find_account(state, here.id(), id)) name = account->name, type = "ACCOUNT";
    return {{"TargetId", id}, {"Arn", arn_of(state, here.organization, id)}, {"Name", name}, {"Type", type}};
}

Result<json> answer_list_targets_for_policy(const State& state, const Here& here) {
    const Policy* policy = find_policy(state, here.id(), here.text("PolicyId"));
    if (!policy) return fail(error::PolicyNotFoundException);
    std::vector<Row> rows;
    for (const std::string& id : attached_to(state, here.id(), policy->id)) rows.push_back({id, target_json(state, here, id)});
    std::ranges::sort(rows, {}, &Row::key);
    return page("Targets", std::move(rows), here);
}

}  // namespace

Spec list_targets_for_policy() {
    return {.name = "ListTargetsForPolicy",
            .fields = {{"PolicyId", Form::policy_id, true}, next_token, max_results},
            .about = {"PolicyId"},
            .read = answer_list_targets_for_policy};
}

}  // namespace sekisho::organizations
