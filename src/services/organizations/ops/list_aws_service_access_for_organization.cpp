#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_list_aws_service_access(const State&, const Here& here) {
    std::vector<Row> rows;
    for (const auto& [service, enabled_ms] : here.organization.services)
        rows.push_back({service, json{{"ServicePrincipal", service}, {"DateEnabled", timestamp(enabled_ms)}}});
    return page("EnabledServicePrincipals", std::move(rows), here);
}

}  // namespace

Spec list_aws_service_access_for_organization() {
    return {.name = "ListAWSServiceAccessForOrganization",
            .fields = {next_token, max_results},
            .read = answer_list_aws_service_access};
}

}  // namespace sekisho::organizations
