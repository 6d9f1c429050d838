// Source: Organizations guide, "Service control policies (SCPs)" (tasks and entities not restricted by SCPs) and "Resource
// control policies (RCPs)" (services that support RCPs; resources and entities not restricted by RCPs).
#include "authz/organization.h"

namespace sekisho::authz {

bool is_service_linked_role(const authn::Caller& caller) {
    // A path may hold almost any character, so only its beginning says something.
    constexpr std::string_view partition = "arn:aws:iam::", path = ":role/aws-service-role/";
    constexpr std::size_t account_digits = 12;
    if (caller.role_arn.size() < partition.size() + account_digits) return false;
    return std::string_view(caller.role_arn).substr(partition.size() + account_digits).starts_with(path);
}

// Of the services that know them, this server has two.
bool restricted_by_rcp(std::string_view action) { return action.starts_with("s3:") || action.starts_with("sts:"); }

}  // namespace sekisho::authz
