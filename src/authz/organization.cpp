// Source: Organizations guide, "Service control policies (SCPs)" (tasks and entities not restricted by SCPs) and "Resource
// control policies (RCPs)" (services that support RCPs; resources and entities not restricted by RCPs).
#include "authz/organization.h"

namespace sekisho::authz {

bool is_service_linked_role(const authn::Caller& caller) {
    return caller.role_arn.find(":role/aws-service-role/") != std::string::npos;
}

// Of the services that know them, this server has two.
bool restricted_by_rcp(std::string_view action) { return action.starts_with("s3:") || action.starts_with("sts:"); }

}  // namespace sekisho::authz
