#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_describe_organization(const State& state, const Here& here) {
    return json{{"Organization", organization_json(state, here.organization)}};
}

}  // namespace

Spec describe_organization() {
    return {.name = "DescribeOrganization", .by = By::member, .read = answer_describe_organization};
}

}  // namespace sekisho::organizations
