#include <algorithm>

#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_detach_policy(State& state, const Here& here) {
    const Policy* policy = find_policy(state, here.id(), here.text("PolicyId"));
    if (!policy) return fail(error::PolicyNotFoundException);
    const Target* target = find_target(state, here.id(), here.text("TargetId"));
    if (!target) return fail(error::TargetNotFoundException);
    if (std::ranges::find(target->policies, policy->id) == target->policies.end())
        return fail(error::PolicyNotAttachedException);
    // A target without any would be denied everything; RCPFullAWSAccess stays for good (Organizations guide, "RCP evaluation").
    auto same_type = [&](const std::string& id) { return find_policy(state, here.id(), id)->type == policy->type; };
    bool stays = policy->type == rcp_type && policy->organization.empty();
    if (stays || std::ranges::count_if(target->policies, same_type) == 1)
        return constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                          "You must have at least one policy of this type attached to the target.");
    const std::string id = policy->id;
    change_target(state, *target, [&](Target& row) { std::erase(row.policies, id); });
    return json();
}

}  // namespace

Spec detach_policy() {
    return {.name = "DetachPolicy",
            .fields = {{"PolicyId", Form::policy_id, true}, {"TargetId", Form::target_id, true}},
            .about = {"PolicyId", "TargetId"},
            .change = answer_detach_policy};
}

}  // namespace sekisho::organizations
