// The query protocol's front end, shared by IAM and STS: parameters from the body (POST) or the query (GET), Action and
// Version.
#pragma once

#include <string_view>

#include "services/operation.h"

namespace sekisho::services {

// Fills call.params and call.dialect. Errors: MissingAction, InvalidAction (an unknown version), NotImplemented (501: an action
// that this server does not have), MalformedQueryString.
Result<const AnyOperation*> find_by_action(const OperationList& list, Call& call, std::string_view version);

}  // namespace sekisho::services
