#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_update_organizational_unit(State& state, const Here& here) {
    const Unit* unit = find_unit(state, here.id(), here.text("OrganizationalUnitId"));
    if (!unit) return fail(error::OrganizationalUnitNotFoundException);
    Unit renamed = *unit;
    renamed.name = here.in.value("Name", unit->name);
    for (const auto& [id, other] : state.units)
        if (other->parent == renamed.parent && other->name == renamed.name && id != renamed.id)
            return fail(error::DuplicateOrganizationalUnitException);
    state.units.put(renamed.id, renamed);
    return json{{"OrganizationalUnit", unit_json(state, here.organization, renamed)}};
}

}  // namespace

Spec update_organizational_unit() {
    return {.name = "UpdateOrganizationalUnit",
            .fields = {{"OrganizationalUnitId", Form::unit_id, true}, {"Name", Form::text, false, 1, 128}},
            .about = {"OrganizationalUnitId"},
            .change = answer_update_organizational_unit};
}

}  // namespace sekisho::organizations
