// The two policies that AWS itself keeps in every organisation.
// Source: Organizations guide, "FullAWSAccess" in "SCP evaluation", "RCPFullAWSAccess" in "RCP evaluation".
#pragma once

#include <span>
#include <string_view>

#include "services/organizations/model.h"

namespace sekisho::organizations {

std::span<const Policy> aws_policies();
const Policy* find_aws_policy(std::string_view id);
// The one of a type that is attached to everything while the type is enabled.
const Policy& full_access(std::string_view type);

}  // namespace sekisho::organizations
