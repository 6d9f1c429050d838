#include "services/organizations/content.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_untag_resource(State& state, const Here& here) {
    return change_tags(state, here, [&](Tags& tags) -> Result<void> {
        for (const json& key : here.in["TagKeys"]) tags.erase(key.get<std::string>());
        return {};
    });
}

}  // namespace

Spec untag_resource() {
    return {.name = "UntagResource",
            .fields = {{"ResourceId", Form::resource_id, true}, {"TagKeys", Form::tag_keys, true}},
            .about = {"ResourceId"},
            .change = answer_untag_resource};
}

}  // namespace sekisho::organizations
