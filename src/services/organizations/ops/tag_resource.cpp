#include "services/organizations/content.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_tag_resource(State& state, const Here& here) {
    return change_tags(state, here, [&](Tags& tags) { return add_tags(tags, here.in); });
}

}  // namespace

Spec tag_resource() {
    return {.name = "TagResource",
            .fields = {{"ResourceId", Form::resource_id, true}, {"Tags", Form::tags, true}},
            .about = {"ResourceId"},
            .change = answer_tag_resource};
}

}  // namespace sekisho::organizations
