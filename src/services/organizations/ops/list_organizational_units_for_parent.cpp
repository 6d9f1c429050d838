#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_organizational_units_for_parent(const State& state, const Here& here) {
    const std::string parent = here.text("ParentId");
    if (!find_parent(state, here.id(), parent)) return fail(error::ParentNotFoundException);
    std::vector<Row> rows;
    for (const auto& [id, unit] : state.units)
        if (unit->organization == here.id() && unit->parent == parent)
            rows.push_back({id, unit_json(state, here.organization, *unit)});
    return page("OrganizationalUnits", std::move(rows), here);
}

}  // namespace

Spec list_organizational_units_for_parent() {
    return {.name = "ListOrganizationalUnitsForParent",
            .fields = {{"ParentId", Form::parent_id, true}, next_token, max_results},
            .about = {"ParentId"},
            .read = answer_list_organizational_units_for_parent};
}

}  // namespace sekisho::organizations
