#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_describe_policy(const State& state, const Here& here) {
    const Policy* policy = find_policy(state, here.id(), here.text("PolicyId"));
    if (!policy) return fail(error::PolicyNotFoundException);
    return policy_json(state, here.organization, *policy);
}

}  // namespace

Spec describe_policy() {
    return {.name = "DescribePolicy",
            .fields = {{"PolicyId", Form::policy_id, true}},
            .about = {"PolicyId"},
            .read = answer_describe_policy};
}

}  // namespace sekisho::organizations
