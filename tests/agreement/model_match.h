// The model's comparisons: text with wildcards and policy variables, and the condition operators.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace agreement {

std::string lower(std::string text);

// An Action of a policy against an action: without case ("Action names are case-insensitive").
bool action_matches(const std::string& pattern, const std::string& action);

// A Resource of a policy against a resource. `variables`: the policy's Version is 2012-10-17.
bool resource_matches(const std::string& pattern, const std::string& resource, bool variables, const nlohmann::json& keys);

// The whole Condition element of a statement.
bool conditions_met(const nlohmann::json& condition, bool variables, const nlohmann::json& keys);

// Whether `address` lies in `block` (an address or a CIDR block).
bool address_in_block(const std::string& address, const std::string& block);

// The items of a string or of an array of strings (numbers and booleans as their text).
std::vector<std::string> texts(const nlohmann::json& value);

}  // namespace agreement
