#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_tags_for_resource(const State& state, const Here& here) {
    const std::string id = here.text("ResourceId");
    const Target* target = find_target(state, here.id(), id);
    const Policy* policy = find_policy(state, here.id(), id);
    if (!target && !policy) return fail(error::TargetNotFoundException);
    json out = json::array();
    for (const auto& [key, value] : target ? target->tags : policy->tags) out.push_back({{"Key", key}, {"Value", value}});
    return json{{"Tags", std::move(out)}};  // at most 50: one page
}

}  // namespace

Spec list_tags_for_resource() {
    return {.name = "ListTagsForResource",
            .fields = {{"ResourceId", Form::resource_id, true}, next_token},
            .about = {"ResourceId"},
            .read = answer_list_tags_for_resource};
}

}  // namespace sekisho::organizations
