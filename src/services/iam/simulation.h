// Simulation: what SimulateCustomPolicy and SimulatePrincipalPolicy answer, from policies, a caller and keys that the request
// itself names. Decides nothing by itself: policy::evaluate() does, as for real requests.
// Source: IAM API reference, SimulatePrincipalPolicy, EvaluationResult; IAM guide, "Testing IAM policies with the IAM policy
// simulator".
#pragma once

#include <string>
#include <vector>

#include "authz/organization.h"
#include "policy/context.h"
#include "policy/evaluate.h"
#include "wire/xml.h"

namespace sekisho::iam {

// What is simulated. Names of policies are their SourcePolicyId.
struct Simulation {
    std::vector<policy::NamedPolicy> identity, boundary, resource;
    policy::PrincipalFacts::Kind kind = policy::PrincipalFacts::Kind::user;
    std::string account, arn, role_arn, id;  // of the caller
    std::string resource_owner;              // account; empty: the caller's
    authz::SharedPlace place;                // the caller's, where organisation policies take part; null: none
    policy::Context context;
    bool principal_policy = false;  // SimulatePrincipalPolicy
};

// One <member> of EvaluationResults, without its tags.
void write_result(wire::XmlWriter& out, const Simulation& simulation, const std::string& action, const std::string& resource);

// The context keys that a policy reads: in its conditions and its variables, as written, each once.
std::vector<std::string> context_keys(const policy::Document& document);

}  // namespace sekisho::iam
