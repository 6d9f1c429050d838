#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_delete_organizational_unit(State& state, const Here& here) {
    const Unit* unit = find_unit(state, here.id(), here.text("OrganizationalUnitId"));
    if (!unit) return fail(error::OrganizationalUnitNotFoundException);
    const std::string id = unit->id;
    if (has_children(state, here.id(), id)) return fail(error::OrganizationalUnitNotEmptyException);
    state.units.erase(id);
    return json();
}

}  // namespace

Spec delete_organizational_unit() {
    return {.name = "DeleteOrganizationalUnit",
            .fields = {{"OrganizationalUnitId", Form::unit_id, true}},
            .about = {"OrganizationalUnitId"},
            .change = answer_delete_organizational_unit};
}

}  // namespace sekisho::organizations
