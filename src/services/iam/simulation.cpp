#include "services/iam/simulation.h"

#include <algorithm>

#include "base/bytes.h"
#include "policy/explain.h"

namespace sekisho::iam {

namespace {

using policy::Effect;

struct Place {
    std::uint32_t line = 1, column = 1;
};

// Where the statement that begins there ends: behind its closing brace.
Place end_of(const std::string& source, const policy::Position& start) {
    Place at{start.line, start.column};
    int depth = 0;
    bool text = false;
    for (std::size_t i = start.offset; i < source.size(); ++i) {
        const char c = source[i];
        if (c == '\n')
            ++at.line, at.column = 1;
        else
            ++at.column;
        if (text && c == '\\') {
            ++i, ++at.column;
        } else if (c == '"') {
            text = !text;
        } else if (!text && c == '{') {
            ++depth;
        } else if (!text && c == '}' && --depth == 0) {
            break;
        }
    }
    return at;
}

std::string_view source_type(policy::PolicyType type) {
    switch (type) {
        case policy::PolicyType::resource:
            return "Resource Policy";
        case policy::PolicyType::boundary:
            return "Permissions Boundary Policy";
        default:
            return "IAM Policy";
    }
}

std::string_view text_of(bool allowed, bool explicit_deny) {
    return allowed ? "allowed" : explicit_deny ? "explicitDeny" : "implicitDeny";
}

// The statements that determine the result: when one denies, the denials and nothing else.
void write_matched(wire::XmlWriter& out, const policy::Trace& trace) {
    const Effect wanted = trace.decision.explicit_deny ? Effect::deny : Effect::allow;
    out.open("MatchedStatements");
    for (const policy::PolicyTrace& policy : trace.policies) {
        if (policy.type == policy::PolicyType::scp || policy.type == policy::PolicyType::rcp) continue;
        for (const policy::StatementTrace& statement : policy.statements) {
            if (!statement.applies || statement.statement->effect != wanted) continue;
            const policy::Position& start = statement.statement->position;
            const Place end = end_of(policy.policy->document->source, start);
            out.open("member").text("SourcePolicyId", policy.policy->name).text("SourcePolicyType", source_type(policy.type));
            out.open("StartPosition").number("Line", start.line).number("Column", start.column).close();
            out.open("EndPosition").number("Line", end.line).number("Column", end.column).close().close();
        }
    }
    out.close();
}

// Keys that statements about this action and resource ask for, and that the request does not give.
void write_missing(wire::XmlWriter& out, const policy::Trace& trace, const policy::KeySource& given) {
    std::vector<std::string> missing;
    for (const policy::PolicyTrace& policy : trace.policies)
        for (const policy::StatementTrace& statement : policy.statements) {
            if (!statement.action || !statement.resource) continue;
            for (const policy::Condition& condition : statement.statement->conditions) {
                const std::string& key = condition.key.text;
                auto same = [&](const std::string& other) { return equal_ignoring_case(other, key); };
                if (!given.find(key) && std::ranges::none_of(missing, same)) missing.push_back(key);
            }
        }
    out.open("MissingContextValues");
    for (const std::string& key : missing) out.text("member", key);
    out.close();
}

// What one set of policies says alone.
std::string_view says(std::span<const policy::NamedPolicy> policies, policy::PolicyType type, const policy::Trace& trace) {
    bool allows = false, denies = false;
    for (const policy::PolicyTrace& policy : trace.policies)
        if (policy.type == type)
            for (const policy::StatementTrace& statement : policy.statements)
                if (statement.applies) (statement.statement->effect == Effect::deny ? denies : allows) = true;
    return text_of(allows && !denies && !policies.empty(), denies);
}

// "populated for only cross-account simulations"; in one account it is there and empty when a resource is named.
void write_details(wire::XmlWriter& out, const Simulation& simulation, const policy::Trace& trace,
                   const std::string& resource) {
    const bool elsewhere = !simulation.resource_owner.empty() && simulation.resource_owner != simulation.account;
    if (!elsewhere && resource == "*") return;
    out.open("EvalDecisionDetails");
    auto entry = [&](std::string_view key, std::string_view value) {
        out.open("entry").text("key", key).text("value", value).close();
    };
    if (elsewhere) {
        entry("IAM Policy", says(simulation.identity, policy::PolicyType::identity, trace));
        if (!simulation.resource.empty())
            entry("Resource Policy", says(simulation.resource, policy::PolicyType::resource, trace));
        if (!simulation.boundary.empty())
            entry("Permissions Boundary Policy", says(simulation.boundary, policy::PolicyType::boundary, trace));
    }
    out.close();
}

void write_boundary(wire::XmlWriter& out, const Simulation& simulation, const policy::Trace& trace) {
    if (simulation.boundary.empty()) return;
    bool allowed = says(simulation.boundary, policy::PolicyType::boundary, trace) == "allowed";
    out.open("PermissionsBoundaryDecisionDetail").boolean("AllowedByPermissionsBoundary", allowed).close();
}

// A service control policy denied, or did not allow: asked by evaluating without everything else.
bool allowed_by_organizations(const policy::Query& query) {
    policy::Query alone = query;
    policy::NamedPolicy everything{
        "", policy::compile(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})",
                            policy::Kind::identity)};
    alone.policies = {};
    alone.policies.identity = {&everything, 1};
    alone.policies.scp = query.policies.scp;
    alone.resource_account = query.principal.account;
    return policy::evaluate(alone).allowed;
}

void add_variables(std::vector<std::string>& keys, std::string_view text) {
    for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
        std::size_t end = text.find('}', at);
        if (end == std::string_view::npos) return;
        std::string_view name = text.substr(at + 2, end - at - 2);
        name = trim(name.substr(0, name.find(',')));  // "key, 'default'"
        if (name != "*" && name != "?" && name != "$" && !name.empty()) keys.emplace_back(name);
    }
}

}  // namespace

void write_result(wire::XmlWriter& out, const Simulation& simulation, const std::string& action, const std::string& resource) {
    policy::Query query{.principal = {.kind = simulation.kind,
                                      .account = simulation.account,
                                      .arn = simulation.arn,
                                      .role_arn = simulation.role_arn,
                                      .id = simulation.id,
                                      .canonical_id = {}},
                        .action = action,
                        .resource = resource,
                        .resource_account = simulation.resource_owner.empty() ? simulation.account : simulation.resource_owner,
                        .context = simulation.context,
                        .policies = {}};
    query.policies.identity = simulation.identity;
    query.policies.boundary = simulation.boundary;
    query.policies.resource = simulation.resource;
    if (simulation.place) query.policies.scp = simulation.place->scp;
    const policy::Trace trace = policy::explain(query);
    const std::string_view decision = text_of(trace.decision.allowed, trace.decision.explicit_deny);

    out.text("EvalActionName", action).text("EvalResourceName", resource).text("EvalDecision", decision);
    write_matched(out, trace);
    write_missing(out, trace, simulation.context);
    if (simulation.place && !simulation.place->scp.empty())
        out.open("OrganizationsDecisionDetail").boolean("AllowedByOrganizations", allowed_by_organizations(query)).close();
    write_boundary(out, simulation, trace);
    write_details(out, simulation, trace, resource);
    out.open("ResourceSpecificResults");
    if (resource != "*") {
        out.open("member").text("EvalResourceName", resource).text("EvalResourceDecision", decision);
        write_matched(out, trace);
        write_missing(out, trace, simulation.context);
        write_boundary(out, simulation, trace);
        write_details(out, simulation, trace, resource);
        out.close();
    }
    out.close();
}

std::vector<std::string> context_keys(const policy::Document& document) {
    std::vector<std::string> all, keys;
    for (const policy::Statement& statement : document.statements) {
        for (const policy::Condition& condition : statement.conditions) {
            all.push_back(condition.key.text);
            if (document.has_variables())
                for (const policy::Condition::Wanted& wanted : condition.wanted) add_variables(all, wanted.written.text);
        }
        if (document.has_variables())
            for (const policy::PatternText& resource : statement.resources) add_variables(all, resource.written.text);
    }
    for (std::string& key : all)
        if (std::ranges::none_of(keys, [&](const std::string& other) { return equal_ignoring_case(other, key); }))
            keys.push_back(std::move(key));
    return keys;
}

}  // namespace sekisho::iam
