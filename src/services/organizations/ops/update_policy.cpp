#include "services/organizations/content.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_update_policy(State& state, const Here& here) {
    const Policy* found = find_policy(state, here.id(), here.text("PolicyId"));
    if (!found) return fail(error::PolicyNotFoundException);
    if (found->organization.empty())
        return invalid("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.");
    Policy changed = *found;
    changed.name = here.in.value("Name", found->name);
    changed.description = here.in.value("Description", found->description);
    changed.content = here.in.value("Content", found->content);
    if (Result<void> set = compile_content(changed); !set) return fail(std::move(set.error()));
    if (name_taken(state, here.id(), changed)) return fail(error::DuplicatePolicyException);
    state.policies.put(changed.id, changed);
    return policy_json(state, here.organization, changed);
}

}  // namespace

Spec update_policy() {
    return {.name = "UpdatePolicy",
            .fields = {{"PolicyId", Form::policy_id, true},
                       {"Name", Form::text, false, 1, 128},
                       {"Description", Form::text, false, 0, 512},
                       {"Content", Form::text, false, 1}},
            .about = {"PolicyId"},
            .change = answer_update_policy};
}

}  // namespace sekisho::organizations
