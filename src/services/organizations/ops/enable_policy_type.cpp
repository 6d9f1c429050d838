#include <algorithm>

#include "services/organizations/aws_policies.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_enable_policy_type(State& state, const Here& here) {
    const Root* found = find_root(state, here.id(), here.text("RootId"));
    if (!found) return fail(error::RootNotFoundException);
    if (here.organization.feature_set != "ALL") return fail(error::PolicyTypeNotAvailableForOrganizationException);
    const std::string type = here.text("PolicyType");
    if (std::ranges::find(found->types, type) != found->types.end()) return fail(error::PolicyTypeAlreadyEnabledException);
    Root root = *found;
    root.types.insert(std::ranges::upper_bound(root.types, type), type);
    state.roots.put(root.id, root);
    // From now on everything has the policy that allows everything.
    std::vector<Target> targets;
    each_target(state, here.id(), [&](const Target& target) { targets.push_back(target); });
    for (const Target& target : targets)
        change_target(state, target, [&](Target& row) { row.policies.push_back(full_access(type).id); });
    return json{{"Root", root_json(state, here.organization, root)}};
}

}  // namespace

Spec enable_policy_type() {
    return {.name = "EnablePolicyType",
            .fields = {{"RootId", Form::root_id, true}, {"PolicyType", Form::policy_type, true}},
            .about = {"RootId"},
            .change = answer_enable_policy_type};
}

}  // namespace sekisho::organizations
