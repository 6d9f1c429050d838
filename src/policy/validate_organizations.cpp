// What Organizations checks in service control and resource control policies.
// Source: Organizations guide, "SCP syntax" and "RCP syntax".
#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "policy/validate.h"

namespace sekisho::policy {
namespace {

// "List of AWS services that support RCPs".
constexpr std::array rcp_services = {
    std::string_view("aoss:"),     std::string_view("cognito-idp:"), std::string_view("cognito-identity:"),
    std::string_view("dynamodb:"), std::string_view("ecr:"),         std::string_view("kms:"),
    std::string_view("logs:"),     std::string_view("s3:"),          std::string_view("secretsmanager:"),
    std::string_view("sqs:"),      std::string_view("sts:"),
};

bool is_action(std::string_view action) {
    if (action == "*") return true;
    std::size_t colon = action.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < action.size() &&
           action.find(':', colon + 1) == std::string_view::npos;
}

bool fit(const Document& document) {
    if (!document.has_variables() || !document.id.text.empty() || !unique_sids(document) || invalid_condition(document))
        return false;
    return std::ranges::all_of(document.statements, [](const Statement& statement) {
        auto actions = std::ranges::all_of(statement.actions, [](const PatternText& a) { return is_action(a.written.text); });
        auto resources = std::ranges::all_of(statement.resources, [](const PatternText& r) {
            return r.written.text == "*" || r.written.text.starts_with("arn:");
        });
        return actions && resources && statement.has_resource;
    });
}

}  // namespace

bool fit_for_scp(const Document& document) {
    return fit(document) && std::ranges::none_of(document.statements, &Statement::has_principal);
}

// Only denials: what is allowed is RCPFullAWSAccess, which AWS attaches itself.
bool fit_for_rcp(const Document& document) {
    return fit(document) && std::ranges::all_of(document.statements, [](const Statement& statement) {
               bool everyone = statement.has_principal && !statement.not_principal && statement.principals.size() == 1 &&
                               statement.principals[0].type == PrincipalEntry::Type::everyone;
               bool supported = std::ranges::all_of(statement.actions, [](const PatternText& action) {
                   std::string lower = to_lower(action.written.text);
                   return std::ranges::any_of(rcp_services, [&](std::string_view s) { return lower.starts_with(s); });
               });
               return everyone && supported && !statement.not_action && statement.effect == Effect::deny;
           });
}

}  // namespace sekisho::policy
