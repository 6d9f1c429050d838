#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_disable_aws_service_access(State& state, const Here& here) {
    Organization organization = here.organization;
    if (organization.services.erase(here.text("ServicePrincipal")) != 0) state.organizations.put(organization.id, organization);
    return json();
}

}  // namespace

Spec disable_aws_service_access() {
    return {.name = "DisableAWSServiceAccess",
            .fields = {{"ServicePrincipal", Form::service_principal, true}},
            .change = answer_disable_aws_service_access};
}

}  // namespace sekisho::organizations
