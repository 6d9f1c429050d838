#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_children(const State& state, const Here& here) {
    const std::string parent = here.text("ParentId"), type = here.text("ChildType");
    if (!find_parent(state, here.id(), parent)) return fail(error::ParentNotFoundException);
    std::vector<Row> rows;
    auto add = [&](const auto& children) {
        for (const auto& [id, child] : children)
            if (child->organization == here.id() && child->parent == parent) rows.push_back({id, {{"Id", id}, {"Type", type}}});
    };
    if (type == "ACCOUNT")
        add(state.accounts);
    else
        add(state.units);
    return page("Children", std::move(rows), here);
}

}  // namespace

Spec list_children() {
    return {.name = "ListChildren",
            .fields = {{"ParentId", Form::parent_id, true}, {"ChildType", Form::child_type, true}, next_token, max_results},
            .about = {"ParentId"},
            .read = answer_list_children};
}

}  // namespace sekisho::organizations
