#include "policy/statement.h"

#include <algorithm>

#include "base/bytes.h"
#include "policy/condition.h"

namespace sekisho::policy {

LowerCase::LowerCase(std::string_view text) {
    if (text.size() > short_.size()) {
        long_ = to_lower(text);
        text_ = long_;
        return;
    }
    std::ranges::transform(text, short_.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    text_ = {short_.data(), text.size()};
}

Prepared::Prepared(const Query& q)
    : query(q),
      lower_action(q.action),
      action(lower_action.text()),
      resource(q.resource),
      boundary(!q.policies.boundary.empty()) {}

std::vector<StatementGroup> group(const std::vector<Statement>& statements) {
    std::vector<StatementGroup> out;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        if (i % 64 == 0) out.emplace_back().first = i;
        StatementGroup& group = out.back();
        const Statement& statement = statements[i];
        const std::uint64_t bit = std::uint64_t(1) << i % 64;
        (statement.effect == Effect::allow ? group.allow : group.deny) |= bit;
        if (statement.not_action) group.not_action |= bit;
        if (statement.not_resource) group.not_resource |= bit;
        for (const PatternText& action : statement.actions) group.actions.add(action.pattern, bit);
        for (const PatternText& resource : statement.resources) group.resources.add(resource.pattern, bit);
        if (!statement.has_resource) group.resources.add_everything(bit);  // trust policies: the role itself
    }
    for (StatementGroup& group : out) {
        group.actions.build();
        group.resources.build();
    }
    return out;
}

std::uint64_t selected(const StatementGroup& group, Effect effect, const Prepared& prepared) {
    std::uint64_t left = effect == Effect::allow ? group.allow : group.deny;
    if (!left) return 0;
    left &= group.actions.find(prepared.action, left, prepared.query.context) ^ group.not_action;
    if (!left) return 0;
    return left & (group.resources.find(prepared.resource, left, prepared.query.context) ^ group.not_resource);
}

bool action_applies(const Statement& statement, const Prepared& prepared) {
    bool listed = std::ranges::any_of(statement.actions, [&](const PatternText& action) {
        return action.pattern.matches(prepared.action.text, prepared.query.context);
    });
    return listed != statement.not_action;
}

bool resource_applies(const Statement& statement, const Prepared& prepared) {
    if (!statement.has_resource) return true;  // trust policies: the role itself
    bool listed = std::ranges::any_of(statement.resources, [&](const PatternText& resource) {
        return resource.pattern.matches(prepared.query.resource, prepared.query.context);
    });
    return listed != statement.not_resource;
}

bool conditions_apply(const Statement& statement, const Prepared& prepared) {
    return std::ranges::all_of(statement.conditions, [&](const Condition& c) { return met(c, prepared.query.context); });
}

Naming principal_applies(const Statement& statement, Kind kind, const Prepared& prepared) {
    if (!statement.has_principal) return Naming::direct;
    const PrincipalFacts& caller = prepared.query.principal;
    if (statement.not_principal) {
        if (statement.effect == Effect::deny) {
            // "NotPrincipal with a Deny effect will always deny any IAM principal that has a permissions boundary policy
            // attached, regardless of the values specified" (IAM guide, permissions boundaries).
            return prepared.boundary || !exempts(statement.principals, caller) ? Naming::direct : Naming::none;
        }
        return names(statement.principals, caller) == Naming::none ? Naming::direct : Naming::none;
    }
    Naming naming = names(statement.principals, caller);
    // In a gateway endpoint's policy an account stands for its root user only (VPC guide, gateway endpoints); a Deny of the
    // account still reaches everybody in it.
    if (kind == Kind::endpoint && statement.effect == Effect::allow && naming == Naming::account) return Naming::none;
    return naming;
}

}  // namespace sekisho::policy
