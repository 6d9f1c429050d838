// The access-denied texts. Source: IAM guide, "Troubleshoot access denied error messages"; S3 guide, "Troubleshoot access
// denied (403 Forbidden) errors".
#pragma once

#include <string>
#include <string_view>

#include "authn/caller.h"
#include "authz/ask.h"
#include "policy/evaluate.h"

namespace sekisho::authz {

// "User: … is not authorized to perform: … on resource: … with an explicit deny in a resource-based policy" for callers of the
// resource's account or organisation; "Access Denied" for everybody else.
std::string denied_message(const authn::Caller& caller, const Ask& ask, std::string_view service,
                           const policy::Decision& decision, bool same_organization = false);

}  // namespace sekisho::authz
