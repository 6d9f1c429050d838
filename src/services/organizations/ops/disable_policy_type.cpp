#include <algorithm>

#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_disable_policy_type(State& state, const Here& here) {
    const Root* found = find_root(state, here.id(), here.text("RootId"));
    if (!found) return fail(error::RootNotFoundException);
    const std::string type = here.text("PolicyType");
    if (std::ranges::find(found->types, type) == found->types.end()) return fail(error::PolicyTypeNotEnabledException);
    Root root = *found;
    std::erase(root.types, type);
    state.roots.put(root.id, root);
    // "All policies of the type are detached from all entities" (Organizations guide, "Disabling a policy type").
    std::vector<Target> targets;
    each_target(state, here.id(), [&](const Target& target) { targets.push_back(target); });
    for (const Target& target : targets)
        change_target(state, target, [&](Target& row) {
            std::erase_if(row.policies, [&](const std::string& id) {
                const Policy* policy = find_policy(state, here.id(), id);
                return policy && policy->type == type;
            });
        });
    return json{{"Root", root_json(state, here.organization, root)}};
}

}  // namespace

Spec disable_policy_type() {
    return {.name = "DisablePolicyType",
            .fields = {{"RootId", Form::root_id, true}, {"PolicyType", Form::policy_type, true}},
            .about = {"RootId"},
            .change = answer_disable_policy_type};
}

}  // namespace sekisho::organizations
