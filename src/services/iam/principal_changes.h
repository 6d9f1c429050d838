// Changes of principals: policies that named one follow.
#pragma once

#include "base/result.h"
#include "services/iam/model.h"

namespace sekisho::iam {

// Trust policies of this state that named the principal name what it is now.
void rewrite_trust(State& state, const PrincipalChange& change);

// Notes that policies elsewhere have to follow (nullopt: nothing to follow). ConcurrentModification when the operation that
// made `after` met an earlier change that they have not followed: a principal would get the rights of another that had its ARN.
Result<void> note_change(State& after, const AccountId& account, const std::optional<PrincipalChange>& change);

}  // namespace sekisho::iam
