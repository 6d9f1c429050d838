// Differences: the ways in which a request, or the policies, could have been other than they were. Candidates only: what they
// change is found out by evaluating (counterfactual.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authz/authorizer.h"
#include "origin/origin.h"
#include "policy/explain.h"

namespace sekisho::authz {

struct Road {
    std::optional<origin::EndpointRoad> endpoint;
    std::optional<IpAddress> peer;
    bool known = false;  // the endpoint is there: its policy is asked, too
};

// One difference of a request: of a key's value, or of the road, of which several keys tell.
struct Difference {
    std::string key;
    std::optional<std::string> value;  // nullopt: absent
    std::optional<Road> road;
    std::string text;  // "the request came by endpoint vpce-…", "aws:SecureTransport were true (it is false)"
};

// What would make the condition met, or not met.
std::vector<Difference> differences_for(const policy::ConditionTrace& condition, const policy::KeySource& keys, bool met,
                                        const origin::Origin& origin, const PolicySource* source);

// The least that the policies would have to say otherwise, tried by evaluating; "" when nothing was found.
std::string different_policies(const policy::Query& query);

}  // namespace sekisho::authz
