#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_describe_organizational_unit(const State& state, const Here& here) {
    const Unit* unit = find_unit(state, here.id(), here.text("OrganizationalUnitId"));
    if (!unit) return fail(error::OrganizationalUnitNotFoundException);
    return json{{"OrganizationalUnit", unit_json(state, here.organization, *unit)}};
}

}  // namespace

Spec describe_organizational_unit() {
    return {.name = "DescribeOrganizationalUnit",
            .fields = {{"OrganizationalUnitId", Form::unit_id, true}},
            .about = {"OrganizationalUnitId"},
            .read = answer_describe_organizational_unit};
}

}  // namespace sekisho::organizations
