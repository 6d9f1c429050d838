// Counterfactual: what would have to differ for the answer to change. Nothing is guessed: every sentence was tried, by
// evaluating the same question with that difference, and stands there because the answer was another one.
//
// First differences of the request are tried (another road, another value of a key that a condition asked for), alone and up to
// three together; when none helps, differences of the policies.
#pragma once

#include <string>

#include "authn/caller.h"
#include "authz/ask.h"
#include "authz/authorizer.h"
#include "authz/decisions.h"

namespace sekisho::authz {

// A question as it was asked.
struct Asked {
    const authn::Caller& caller;
    const origin::Origin& origin;
    const RequestFacts& facts;
    const Ask& ask;
    const Participants& participants;
    const OrganizationPlace* place;  // of the resource; may be null
};

// "It would be allowed if the request came by endpoint vpce-….". `source` knows other roads; null: none.
std::string what_would_change(const Asked& asked, const PolicySource* source);

}  // namespace sekisho::authz
