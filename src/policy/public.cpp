// What S3 calls a public policy. Source: S3 guide, "The meaning of public": a policy is public unless every grant is tied to
// fixed values (no wildcard, no policy variable) of a principal or of one of the keys below.
#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "policy/document_data.h"

namespace sekisho::policy {
namespace {

constexpr std::array limiting_keys = {
    std::string_view("aws:sourcearn"),
    std::string_view("aws:sourcevpc"),
    std::string_view("aws:sourcevpce"),
    std::string_view("aws:sourceowner"),
    std::string_view("aws:sourceaccount"),
    std::string_view("aws:userid"),
    std::string_view("aws:principalorgid"),
    std::string_view("aws:principalaccount"),
    std::string_view("aws:principalarn"),
    std::string_view("s3:dataaccesspointarn"),
    std::string_view("s3:dataaccesspointaccount"),
    std::string_view("s3:x-amz-server-side-encryption-aws-kms-key-id"),
};

bool is_private_range(const Cidr& block) {
    for (std::string_view range : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"})
        if (Cidr::parse(range)->contains(block)) return true;
    return false;
}

// "values broader than /8 for IPv4 and /32 for IPv6 (excluding RFC1918 private ranges)" are public.
bool is_narrow(const match::Value& value) {
    const match::Block* found = std::get_if<match::Block>(&value);
    if (!found) return false;
    const Cidr* block = &found->cidr;
    return block->address.v6 ? block->prefix_length >= 32 : block->prefix_length >= 8 || is_private_range(*block);
}

// arn:aws:s3:us-west-2:123456789012:accesspoint/* may keep its wildcard, as long as the account is fixed.
bool is_fixed_access_point(std::string_view arn) {
    auto parts = split(arn, ':');
    return parts.size() >= 6 && parts[4].size() == 12 && parts[4].find_first_of("*?$") == std::string_view::npos;
}

bool is_fixed(std::string_view key, const Condition::Wanted& wanted) {
    const std::string& text = wanted.written.text;
    if (key == "s3:dataaccesspointarn") return is_fixed_access_point(text);
    return !text.empty() && text.find_first_of("*?") == std::string::npos && text.find("${") == std::string::npos;
}

bool is_of_access_points(std::string_view key) { return key == "s3:dataaccesspointarn" || key == "s3:dataaccesspointaccount"; }

// Whether the condition ties a statement to fixed values.
bool limits(const Condition& condition, Holder holder) {
    if (condition.op->negated || condition.if_exists || condition.quantifier == Quantifier::for_all_values) return false;
    std::string key = to_lower(condition.key.text);
    using F = match::Family;
    F family = condition.op->family;
    if (key == "aws:sourceip")
        return family == F::ip && std::ranges::all_of(condition.wanted, [](const auto& w) { return is_narrow(w.value); });
    if (std::ranges::find(limiting_keys, key) == limiting_keys.end()) return false;
    if (holder == Holder::access_point && is_of_access_points(key)) return false;
    if (family != F::string_equals && family != F::string_equals_ignore_case && family != F::string_like && family != F::arn)
        return false;
    return std::ranges::all_of(condition.wanted, [&](const auto& wanted) { return is_fixed(key, wanted); });
}

bool names_fixed_principals(const Statement& statement) {
    if (statement.not_principal || !statement.has_principal || statement.principals.empty()) return false;
    return std::ranges::all_of(statement.principals, [](const PrincipalEntry& entry) {
        return entry.type != PrincipalEntry::Type::everyone && entry.type != PrincipalEntry::Type::federated;
    });
}

}  // namespace

bool find_public(const Document& document, Holder holder) {
    return std::ranges::any_of(document.statements, [holder](const Statement& statement) {
        return statement.effect == Effect::allow && !names_fixed_principals(statement) &&
               std::ranges::none_of(statement.conditions, [holder](const Condition& one) { return limits(one, holder); });
    });
}

}  // namespace sekisho::policy
