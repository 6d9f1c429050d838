// The operations, each in a file of its name.
#pragma once

#include "services/organizations/operation.h"

namespace sekisho::organizations {

Spec create_organization();
Spec describe_organization();
Spec delete_organization();
Spec list_roots();
Spec enable_policy_type();
Spec disable_policy_type();
Spec enable_aws_service_access();
Spec disable_aws_service_access();
Spec list_aws_service_access_for_organization();
Spec create_organizational_unit();
Spec describe_organizational_unit();
Spec update_organizational_unit();
Spec delete_organizational_unit();
Spec list_organizational_units_for_parent();
Spec list_parents();
Spec list_children();
Spec create_account();
Spec describe_create_account_status();
Spec list_create_account_status();
Spec describe_account();
Spec list_accounts();
Spec list_accounts_for_parent();
Spec move_account();
Spec close_account();
Spec remove_account_from_organization();
Spec create_policy();
Spec update_policy();
Spec describe_policy();
Spec delete_policy();
Spec list_policies();
Spec attach_policy();
Spec detach_policy();
Spec list_policies_for_target();
Spec list_targets_for_policy();
Spec tag_resource();
Spec untag_resource();
Spec list_tags_for_resource();

}  // namespace sekisho::organizations
