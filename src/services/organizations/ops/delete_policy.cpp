#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_delete_policy(State& state, const Here& here) {
    const Policy* policy = find_policy(state, here.id(), here.text("PolicyId"));
    if (!policy) return fail(error::PolicyNotFoundException);
    if (policy->organization.empty())
        return invalid("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.");
    const std::string id = policy->id;
    if (!attached_to(state, here.id(), id).empty()) return fail(error::PolicyInUseException);
    state.policies.erase(id);
    return json();
}

}  // namespace

Spec delete_policy() {
    return {.name = "DeletePolicy",
            .fields = {{"PolicyId", Form::policy_id, true}},
            .about = {"PolicyId"},
            .change = answer_delete_policy};
}

}  // namespace sekisho::organizations
