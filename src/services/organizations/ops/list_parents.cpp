#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_parents(const State& state, const Here& here) {
    const std::string child = here.text("ChildId");
    std::string parent;
    if (const Unit* unit = find_unit(state, here.id(), child)) parent = unit->parent;
    if (const Account* account = find_account(state, here.id(), child)) parent = account->parent;
    if (parent.empty()) return fail(error::ChildNotFoundException);
    json one{{"Id", parent}, {"Type", parent.starts_with("r-") ? "ROOT" : "ORGANIZATIONAL_UNIT"}};
    return page("Parents", {{parent, std::move(one)}}, here);
}

}  // namespace

Spec list_parents() {
    return {.name = "ListParents",
            .fields = {{"ChildId", Form::child_id, true}, next_token, max_results},
            .about = {"ChildId"},
            .read = answer_list_parents};
}

}  // namespace sekisho::organizations
