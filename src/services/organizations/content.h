// What several operations on policies and tags share.
#pragma once

#include <functional>

#include "services/organizations/operation.h"

namespace sekisho::organizations {

// Checks the content as its type asks and compiles it. MalformedPolicyDocumentException, POLICY_CONTENT_LIMIT_EXCEEDED.
Result<void> compile_content(Policy& policy);
bool name_taken(const State& state, std::string_view organization, const Policy& policy);  // by another of its type

// Changes the tags of the target or policy that ResourceId names.
Result<json> change_tags(State& state, const Here& here, const std::function<Result<void>(Tags&)>& change);

}  // namespace sekisho::organizations
