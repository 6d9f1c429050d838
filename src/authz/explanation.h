// From a record of the decision ring to the JSON of `why`.
#pragma once

#include "authz/authorizer.h"
#include "authz/decisions.h"

namespace sekisho::authz {

// `viewer` as in Authorizer::explain.
Explanation explain_record(const Record& record, const std::optional<AccountId>& viewer);

}  // namespace sekisho::authz
