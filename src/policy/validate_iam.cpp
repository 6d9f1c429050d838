// What IAM and STS check in identity-based, session and trust policies, and EC2 in endpoint policies.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "policy/validate.h"

namespace sekisho::policy {
namespace {

bool is_alphanumeric(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

std::string check_sids(const Document& document) {
    for (const Statement& statement : document.statements)
        if (!is_alphanumeric(statement.sid.text))
            return "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
                   "[0-9A-Za-z]*";
    if (!unique_sids(document)) return "Statement IDs (SID) in a single policy must be unique.";
    return {};
}

std::string check_action(std::string_view action) {
    if (action == "*") return {};
    std::size_t colon = action.find(':');
    if (colon == std::string_view::npos) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    if (action.find(':', colon + 1) != std::string_view::npos) return "Actions/Condition can contain only one colon.";
    std::string_view vendor = action.substr(0, colon);
    bool valid = !vendor.empty() && std::ranges::all_of(vendor, [](char c) {
        return is_alphanumeric({&c, 1}) || c == '-' || c == '.';
    });
    if (!valid) return fmt::format("Vendor {} is not valid", vendor);
    return {};
}

std::string check_actions(const Document& document) {
    for (const Statement& statement : document.statements)
        for (const PatternText& action : statement.actions)
            if (std::string wrong = check_action(action.written.text); !wrong.empty()) return wrong;
    return {};
}

std::string check_resource(std::string_view resource) {
    if (resource == "*") return {};
    if (!resource.starts_with("arn:")) return fmt::format("Resource {} must be in ARN format or \"*\".", resource);
    auto parts = split(resource, ':');
    if (parts.size() < 3 || parts[2].empty() || parts[2].find_first_of("*?") != std::string_view::npos) {
        // "arn:*" and "arn:aws:*" end in a wildcard that reaches over the colons.
        bool open = parts.back() == "*" && parts.size() <= 3;
        if (!open) return "Resource vendor must be fully qualified and cannot contain regexes.";
    }
    if (parts[1] != "aws" && parts[1] != "*") {
        auto part = [&](std::size_t i) { return i < parts.size() && !parts[i].empty() ? parts[i] : std::string_view("*"); };
        return fmt::format("Partition \"{}\" is not valid for resource \"arn:{}:{}:{}:{}:{}\".", parts[1], parts[1], part(2),
                           part(3), part(4), part(5));
    }
    return {};
}

std::string check_resources(const Document& document) {
    for (const Statement& statement : document.statements)
        for (const PatternText& resource : statement.resources)
            if (std::string wrong = check_resource(resource.written.text); !wrong.empty()) return wrong;
    return {};
}

}  // namespace

std::string check_identity(const Document& document) {
    if (document.kind != Kind::session && !document.has_variables())
        return "Policy document must be version 2012-10-17 or greater.";
    if (!document.id.text.empty()) return "Syntax errors in policy.";  // "must not be included in identity-based policies"
    for (const Statement& statement : document.statements)
        if (statement.has_principal) return "Policy document should not specify a principal.";
    if (invalid_condition(document)) return "The policy failed legacy parsing";
    if (std::string wrong = check_sids(document); !wrong.empty()) return wrong;
    if (std::string wrong = check_actions(document); !wrong.empty()) return wrong;
    return check_resources(document);
}

std::string check_trust(const Document& document) {
    for (const Statement& statement : document.statements) {
        if (statement.has_resource)
            return statement.not_resource ? "Has prohibited field NotResource" : "Has prohibited field Resource";
        if (!statement.has_principal) return "Missing required field Principal";
        if (statement.not_principal) return "Has prohibited field NotPrincipal";
        if (statement.principals.empty()) return "Missing required field Principal cannot be empty!";
        for (const PrincipalEntry& entry : statement.principals)
            if (entry.type == PrincipalEntry::Type::invalid || entry.type == PrincipalEntry::Type::canonical_user)
                return fmt::format("Invalid principal in policy: \"AWS\":\"{}\"", entry.text);
        for (const PatternText& action : statement.actions)
            if (!to_lower(action.written.text).starts_with("sts:"))
                return "AssumeRole policy may only specify STS AssumeRole actions.";
    }
    if (invalid_condition(document)) return "The policy failed legacy parsing";
    return check_sids(document);
}

std::string check_endpoint(const Document& document) {
    for (const Statement& statement : document.statements) {
        std::string place = fmt::format(" in statement {}", statement.index + 1);
        if (!statement.has_principal) return "The policy document is not valid: Principal is missing" + place;
        if (statement.not_principal && statement.effect == Effect::allow)
            return "The policy document is not valid: NotPrincipal with Allow" + place;
        for (const PrincipalEntry& entry : statement.principals)
            if (entry.type == PrincipalEntry::Type::invalid)
                return "The policy document is not valid: invalid principal" + place;
    }
    if (const Condition* condition = invalid_condition(document))
        return fmt::format("The policy document is not valid: invalid value of {}", condition->key.text);
    if (std::string wrong = check_actions(document); !wrong.empty()) return "The policy document is not valid: " + wrong;
    return {};
}

}  // namespace sekisho::policy
