// What several operations do with endpoint records.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

// Endpoints whose routes stand in this route table.
std::vector<const Endpoint*> endpoints_of_table(const State& state, std::string_view route_table);

// What a new endpoint without a policy has: everything allowed.
std::string default_endpoint_policy();

// Sets the policy; empty: the default one. Errors as AWS's for a document that is none.
Result<void> set_policy(Endpoint& endpoint, const std::string& policy);

// Every table must be of the endpoint's VPC and have no endpoint of the same service yet.
Result<void> add_route_tables(const State& state, Endpoint& endpoint, const std::vector<std::string>& tables);

}  // namespace sekisho::ec2
