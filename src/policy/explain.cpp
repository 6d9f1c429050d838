#include "policy/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "policy/condition.h"
#include "policy/statement.h"

namespace sekisho::policy {
namespace {

std::string resolved(const Condition::Wanted& wanted, const KeySource& keys) {
    if (const Pattern* pattern = std::get_if<Pattern>(&wanted.value); pattern && pattern->has_variables())
        return pattern->resolved_text(keys).value_or(wanted.written.text);
    if (const match::ArnPattern* arn = std::get_if<match::ArnPattern>(&wanted.value)) {
        std::string out;
        for (int part = 0; part < 6; ++part) {
            auto text = arn->parts[part].resolved_text(keys);
            if (!text) return wanted.written.text;
            out += (part ? ":" : "") + *text;
        }
        return out;
    }
    return wanted.written.text;
}

ConditionTrace trace(const Condition& condition, const KeySource& keys) {
    ConditionTrace out;
    out.condition = &condition;
    out.met = met(condition, keys);
    const ContextEntry* entry = keys.find(condition.key.text);
    out.present = entry && !entry->values.empty();
    if (out.present) out.actual = entry->values;
    for (const Condition::Wanted& wanted : condition.wanted) out.wanted.push_back(resolved(wanted, keys));
    return out;
}

StatementTrace trace(const Statement& statement, Kind kind, const Prepared& prepared) {
    StatementTrace out;
    out.statement = &statement;
    out.action = action_applies(statement, prepared);
    out.resource = resource_applies(statement, prepared);
    out.principal = principal_applies(statement, kind, prepared);
    for (const Condition& condition : statement.conditions) out.conditions.push_back(trace(condition, prepared.query.context));
    out.conditions_met = std::ranges::all_of(out.conditions, &ConditionTrace::met);
    out.applies = out.action && out.resource && out.principal != Naming::none && out.conditions_met;
    return out;
}

std::string place(const NamedPolicy& policy, const Statement& statement) {
    std::string sid = statement.sid.text.empty() ? "" : " (" + statement.sid.text + ")";
    return fmt::format("statement {}{} of {}", statement.index + 1, sid, policy.name);
}

std::string actual_text(const ConditionTrace& trace) {
    if (!trace.present) return "it is absent";
    return trace.actual.size() == 1 ? fmt::format("it is {}", trace.actual[0])
                                    : fmt::format("it is {}", fmt::join(trace.actual, ", "));
}

// What the key would have to be for the condition to become `wanted_met`.
std::string change(const ConditionTrace& trace, bool wanted_met) {
    const Condition& condition = *trace.condition;
    std::string values = fmt::format("{}", fmt::join(trace.wanted, " or "));
    if (condition.op->family == match::Family::null)
        return fmt::format("{} would have to be {} ({})", condition.key.text, trace.present ? "absent" : "present",
                           actual_text(trace));
    std::string_view relation = "";
    switch (condition.op->comparison) {
        case match::Comparison::equals:
            break;
        case match::Comparison::less:
            relation = "less than ";
            break;
        case match::Comparison::less_or_equal:
            relation = "at most ";
            break;
        case match::Comparison::greater:
            relation = "greater than ";
            break;
        case match::Comparison::greater_or_equal:
            relation = "at least ";
            break;
    }
    bool equal = condition.op->negated != wanted_met;
    return fmt::format("{} would have to be {}{}{} ({})", condition.key.text, equal ? "" : "other than ", relation, values,
                       actual_text(trace));
}

const StatementTrace* find(const Trace& trace, const Statement* statement) {
    for (const PolicyTrace& policy : trace.policies)
        for (const StatementTrace& candidate : policy.statements)
            if (candidate.statement == statement) return &candidate;
    return nullptr;
}

std::string differ_from_deny(const Trace& trace) {
    const Decision& decision = trace.decision;
    const StatementTrace* deciding = find(trace, decision.statement);
    std::vector<std::string> ways;
    if (deciding)
        for (const ConditionTrace& condition : deciding->conditions) ways.push_back(change(condition, false));
    if (decision.statement->not_principal)
        ways.push_back("the caller (with its account) would have to be listed in NotPrincipal");
    std::string where = place(*decision.policy, *decision.statement);
    if (ways.empty())
        return fmt::format("{} denies this whatever the request looks like: the statement itself would have to change.", where);
    return fmt::format("For {} not to deny this, {}.", where, fmt::join(ways, ", or "));
}

std::string differ_from_silence(const Query& query, const Trace& trace) {
    PolicyType type = trace.decision.decided_by;
    std::vector<std::string> ways;
    for (const PolicyTrace& policy : trace.policies) {
        if (policy.type != type) continue;
        for (const StatementTrace& statement : policy.statements) {
            bool near = statement.statement->effect == Effect::allow && statement.action && statement.resource &&
                        statement.principal != Naming::none && !statement.conditions_met;
            if (!near) continue;
            std::vector<std::string> needs;
            for (const ConditionTrace& condition : statement.conditions)
                if (!condition.met) needs.push_back(change(condition, true));
            ways.push_back(
                fmt::format("for {} to allow it, {}", place(*policy.policy, *statement.statement), fmt::join(needs, " and ")));
        }
    }
    std::string general = fmt::format("A {} would have to allow {} on {}", name_of(type), query.action, query.resource);
    if (type == PolicyType::identity) general = "An" + general.substr(1);
    if (ways.empty()) return general + ".";
    return fmt::format("{}; {}.", general, fmt::join(ways, ", or "));
}

}  // namespace

Trace explain(const Query& query) {
    Trace out;
    out.decision = evaluate(query);
    Prepared prepared(query);
    auto add = [&](PolicyType type, std::span<const NamedPolicy> policies) {
        for (const NamedPolicy& policy : policies) {
            PolicyTrace& traced = out.policies.emplace_back();
            traced.type = type;
            traced.policy = &policy;
            for (const Statement& statement : policy.document->statements)
                traced.statements.push_back(trace(statement, policy.document->kind, prepared));
        }
    };
    for (const auto& level : query.policies.scp) add(PolicyType::scp, level);
    for (const auto& level : query.policies.rcp) add(PolicyType::rcp, level);
    add(PolicyType::endpoint, query.policies.endpoint);
    add(PolicyType::resource, query.policies.resource);
    add(PolicyType::identity, query.policies.identity);
    add(PolicyType::boundary, query.policies.boundary);
    add(PolicyType::session, query.policies.session);
    if (query.acl)
        for (const Grant& grant : query.acl->grants) {
            const bool enough = query.acl_permission && grant.gives(*query.acl_permission);
            GrantTrace one{&grant, enough, names(grant, query.principal), false};
            one.applies = one.permission && one.grantee != Naming::none;
            out.grants.push_back(one);
        }
    return out;
}

std::string what_would_differ(const Query& query, const Trace& trace) {
    const Decision& decision = trace.decision;
    if (decision.allowed) {
        if (decision.grant)
            return fmt::format(
                "It is allowed by the grant of {} in {}; without that grant, or with an explicit deny anywhere, "
                "it would not be.",
                text_of(*decision.grant), query.acl->name);
        if (!decision.statement) return "The account's root user needs no policy; only an explicit deny would stop it.";
        return fmt::format("It is allowed by {}; without that statement, or with an explicit deny anywhere, it would not be.",
                           place(*decision.policy, *decision.statement));
    }
    return decision.explicit_deny ? differ_from_deny(trace) : differ_from_silence(query, trace);
}

}  // namespace sekisho::policy
