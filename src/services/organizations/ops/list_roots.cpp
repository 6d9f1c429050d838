#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_roots(const State& state, const Here& here) {
    const Root& root = root_of(state, here.id());
    return page("Roots", {{root.id, root_json(state, here.organization, root)}}, here);
}

}  // namespace

Spec list_roots() { return {.name = "ListRoots", .fields = {next_token, max_results}, .read = answer_list_roots}; }

}  // namespace sekisho::organizations
