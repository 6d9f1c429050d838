#include <algorithm>

#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

constexpr std::ptrdiff_t attached_max = 5;  // of each type, to each target

Result<json> answer_attach_policy(State& state, const Here& here) {
    const Policy* policy = find_policy(state, here.id(), here.text("PolicyId"));
    if (!policy) return fail(error::PolicyNotFoundException);
    const Target* target = find_target(state, here.id(), here.text("TargetId"));
    if (!target) return fail(error::TargetNotFoundException);
    const Root& root = root_of(state, here.id());
    if (std::ranges::find(root.types, policy->type) == root.types.end()) return fail(error::PolicyTypeNotEnabledException);
    if (std::ranges::find(target->policies, policy->id) != target->policies.end())
        return fail(error::DuplicatePolicyAttachmentException);
    auto same_type = [&](const std::string& id) { return find_policy(state, here.id(), id)->type == policy->type; };
    if (std::ranges::count_if(target->policies, same_type) >= attached_max)
        return constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                          "You have exceeded the number of policies of this type that can be attached to a target.");
    const std::string id = policy->id;
    change_target(state, *target, [&](Target& row) { row.policies.push_back(id); });
    return json();
}

}  // namespace

Spec attach_policy() {
    return {.name = "AttachPolicy",
            .fields = {{"PolicyId", Form::policy_id, true}, {"TargetId", Form::target_id, true}},
            .about = {"PolicyId", "TargetId"},
            .change = answer_attach_policy};
}

}  // namespace sekisho::organizations
