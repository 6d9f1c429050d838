#include "policy/statement.h"

#include <algorithm>

#include "base/bytes.h"
#include "policy/condition.h"

namespace sekisho::policy {

Prepared::Prepared(const Query& q) : query(q), action(to_lower(q.action)), boundary(!q.policies.boundary.empty()) {}

bool action_applies(const Statement& statement, const Prepared& prepared) {
    bool listed = std::ranges::any_of(statement.actions, [&](const PatternText& action) {
        return action.pattern.matches(prepared.action, prepared.query.context);
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
