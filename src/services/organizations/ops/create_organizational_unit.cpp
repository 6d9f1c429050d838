#include "services/organizations/aws_policies.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

// Organizations guide, "Quotas and service limits".
constexpr std::size_t units_max = 2000;
constexpr int depth_max = 5;

Result<json> answer_create_organizational_unit(State& state, const Here& here) {
    const std::string parent = here.text("ParentId"), name = here.text("Name");
    if (!find_parent(state, here.id(), parent)) return fail(error::ParentNotFoundException);
    std::size_t units = 0;
    for (const auto& [id, unit] : state.units) {
        if (unit->organization != here.id()) continue;
        ++units;
        if (unit->parent == parent && unit->name == name) return fail(error::DuplicateOrganizationalUnitException);
    }
    if (units >= units_max)
        return constraint("OU_NUMBER_LIMIT_EXCEEDED", "You have exceeded the allowed number of organizational units.");
    if (depth_of(state, here.id(), parent) >= depth_max)
        return constraint("OU_DEPTH_LIMIT_EXCEEDED", "You have exceeded the allowed depth of nested organizational units.");
    const Root& root = root_of(state, here.id());
    Unit unit;
    unit.id = here.token("ou-" + root.id.substr(2) + "-", 8);
    unit.organization = here.id();
    unit.parent = parent;
    unit.name = name;
    for (const std::string& type : root.types) unit.policies.push_back(full_access(type).id);
    if (Result<void> tagged = add_tags(unit.tags, here.in); !tagged) return fail(std::move(tagged.error()));
    state.units.put(unit.id, unit);
    return json{{"OrganizationalUnit", unit_json(state, here.organization, unit)}};
}

}  // namespace

Spec create_organizational_unit() {
    return {.name = "CreateOrganizationalUnit",
            .fields = {{"ParentId", Form::parent_id, true}, {"Name", Form::text, true, 1, 128}, tags},
            .about = {"ParentId"},
            .change = answer_create_organizational_unit};
}

}  // namespace sekisho::organizations
