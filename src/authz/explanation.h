// From a record of the decision ring to the JSON of `why`.
#pragma once

#include "authz/authorizer.h"
#include "authz/decisions.h"

namespace sekisho::authz {

Explanation explain_record(const Record& record);

}  // namespace sekisho::authz
