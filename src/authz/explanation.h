// From a record of the decision ring to the JSON of `why`.
#pragma once

#include "authz/authorizer.h"
#include "authz/decisions.h"

namespace sekisho::authz {

// `viewer` as in Authorizer::explain. `source`: knows the other roads that are tried for what would change the answer; null:
// none.
Explanation explain_record(const Record& record, const std::optional<AccountId>& viewer, const PolicySource* source = nullptr);

}  // namespace sekisho::authz
