// The members of a request: what each may hold, and Organizations' answers for what it may not.
// Source: the shapes of the service model.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "base/result.h"
#include "services/organizations/model.h"

namespace sekisho::organizations {

enum class Form {
    text,           // any, `min` to `max` characters
    root_id,        // r-…
    unit_id,        // ou-…-…
    parent_id,      // either
    account_id,     // twelve digits
    child_id,       // account or unit
    target_id,      // root, unit or account
    resource_id,    // or policy
    policy_id,      // p-…
    request_id,     // car-…
    policy_type,    // SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY
    child_type,     // ACCOUNT, ORGANIZATIONAL_UNIT
    feature_set,    // ALL, CONSOLIDATED_BILLING
    request_state,  // a list of IN_PROGRESS, SUCCEEDED, FAILED
    email,
    account_name,       // U+0020–U+007E
    role_name,          // [\w+=,.@-]{1,64}
    service_principal,  // [\w+=,.@-]{1,128}
    billing,            // ALLOW, DENY
    tags,               // [{"Key", "Value"}]
    tag_keys,           // ["…"]
    integer,            // `min` to `max`
};

struct Field {
    std::string_view name;
    Form form = Form::text;
    bool required = false;
    std::int64_t min = 0;
    std::int64_t max = 1'000'000;
};

Result<void> check_fields(std::span<const Field> fields, const nlohmann::json& in);

// InvalidInputException and ConstraintViolationException tell their reason in a member of its own.
std::unexpected<ApiError> invalid(std::string reason, std::string message);
std::unexpected<ApiError> constraint(std::string reason, std::string message);

// "Tags" after adding: at most 50.
Result<void> add_tags(Tags& tags, const nlohmann::json& in);

}  // namespace sekisho::organizations
