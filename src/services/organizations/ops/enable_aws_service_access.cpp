#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

// The record alone: the services that it lets in are other programs. Which of them exist is not known here; what cannot be a
// service's principal is refused.
Result<json> answer_enable_aws_service_access(State& state, const Here& here) {
    if (here.organization.feature_set != "ALL")
        return constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE", "The organization does not have all features enabled.");
    const std::string service = here.text("ServicePrincipal");
    if (!service.ends_with(".amazonaws.com"))
        return invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.");
    Organization organization = here.organization;
    // Enabling it again keeps the date.
    if (organization.services.try_emplace(service, epoch_millis(here.now)).second)
        state.organizations.put(organization.id, organization);
    return json();
}

}  // namespace

Spec enable_aws_service_access() {
    return {.name = "EnableAWSServiceAccess",
            .fields = {{"ServicePrincipal", Form::service_principal, true}},
            .change = answer_enable_aws_service_access};
}

}  // namespace sekisho::organizations
