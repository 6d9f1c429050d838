// Differences of policies: statements that would have to be gone, or there.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "authz/differences.h"
#include "policy/document_data.h"
#include "policy/statement.h"

namespace sekisho::authz {
namespace {

using policy::NamedPolicy;
using policy::PolicyType;

constexpr int steps_max = 6;

// The policies of a query, to be changed.
struct Sets {
    std::vector<NamedPolicy> identity, resource, endpoint, boundary, session;
    OrganizationPlace::Levels scp, rcp;

    explicit Sets(const policy::PolicySets& sets)
        : identity(sets.identity.begin(), sets.identity.end()),
          resource(sets.resource.begin(), sets.resource.end()),
          endpoint(sets.endpoint.begin(), sets.endpoint.end()),
          boundary(sets.boundary.begin(), sets.boundary.end()),
          session(sets.session.begin(), sets.session.end()),
          scp(sets.scp.begin(), sets.scp.end()),
          rcp(sets.rcp.begin(), sets.rcp.end()) {}

    policy::PolicySets view() const { return {identity, resource, endpoint, boundary, session, scp, rcp}; }

    template <class F>
    void each(F&& f) {
        for (auto* list : {&identity, &resource, &endpoint, &boundary, &session})
            for (NamedPolicy& policy : *list) f(policy);
        for (auto* levels : {&scp, &rcp})
            for (auto& level : *levels)
                for (NamedPolicy& policy : level) f(policy);
    }
};

std::string place(const NamedPolicy& policy, const policy::Statement& statement) {
    std::string sid = statement.sid.text.empty() ? "" : " (" + statement.sid.text + ")";
    return fmt::format("statement {}{} of {}", statement.index + 1, sid, policy.name);
}

// The document without the statement of that index.
std::shared_ptr<const policy::Document> without(const policy::Document& document, std::uint32_t index) {
    auto copy = std::make_shared<policy::Document>(document);
    std::erase_if(copy->statements, [&](const policy::Statement& s) { return s.index == index; });
    copy->groups = policy::group(copy->statements);
    return copy;
}

// The document with the caller among those that the statement's NotPrincipal exempts.
std::shared_ptr<const policy::Document> exempting(const policy::Document& document, std::uint32_t index,
                                                  const policy::PrincipalFacts& caller) {
    auto copy = std::make_shared<policy::Document>(document);
    for (policy::Statement& statement : copy->statements) {
        if (statement.index != index) continue;
        const std::string root = fmt::format("arn:aws:iam::{}:root", caller.account);
        for (std::string_view arn : {std::string_view(root), caller.role_arn, caller.arn})
            if (!arn.empty()) statement.principals.push_back(policy::read_principal("AWS", arn, {}));
    }
    return copy;
}

void replace(Sets& sets, const policy::Document* old, const std::shared_ptr<const policy::Document>& now) {
    sets.each([&](NamedPolicy& policy) {
        if (policy.document.get() == old) policy.document = now;
    });
}

// A policy that allows just this.
NamedPolicy allowing(const policy::Query& query, bool principal) {
    nlohmann::json statement{{"Effect", "Allow"}, {"Action", query.action}, {"Resource", "*"}};
    if (principal) {
        if (query.principal.kind == policy::PrincipalFacts::Kind::anonymous)
            statement["Principal"] = "*";
        else
            statement["Principal"] = {
                {query.principal.kind == policy::PrincipalFacts::Kind::service ? "Service" : "AWS", query.principal.arn}};
    }
    nlohmann::json document{{"Version", "2012-10-17"}, {"Statement", nlohmann::json::array({statement})}};
    return {"", policy::compile(document.dump(), principal ? policy::Kind::resource : policy::Kind::identity)};
}

std::string_view article(PolicyType type) { return type == PolicyType::identity ? "an" : "a"; }

// Adds what would allow it, where it is missing; what that would be, in words.
std::string allow(Sets& sets, const policy::Query& query, PolicyType type) {
    auto named = [&](std::string_view more) {
        return fmt::format("{} {} allowed {} on {}{}", article(type), policy::name_of(type), query.action, query.resource,
                           more);
    };
    switch (type) {
        case PolicyType::identity:
            sets.identity.push_back(allowing(query, false));
            return named("");
        case PolicyType::resource:
            sets.resource.push_back(allowing(query, true));
            return named(query.principal.kind == policy::PrincipalFacts::Kind::anonymous
                             ? " for everyone"
                             : fmt::format(" for {}", query.principal.arn));
        case PolicyType::endpoint:
            sets.endpoint.push_back(allowing(query, false));
            return fmt::format("the {} allowed {} on {}", sets.endpoint[0].name, query.action, query.resource);
        case PolicyType::boundary:
            sets.boundary.push_back(allowing(query, false));
            return fmt::format("the permissions boundary {} allowed {} on {}", sets.boundary[0].name, query.action,
                               query.resource);
        case PolicyType::session:
            sets.session.push_back(allowing(query, false));
            return named("");
        case PolicyType::scp:
            for (auto& level : sets.scp) level.push_back(allowing(query, false));
            return named(" at every level of the organization");
        case PolicyType::rcp:
            for (auto& level : sets.rcp) level.push_back(allowing(query, false));
            return named(" at every level of the organization");
        case PolicyType::acl:
        case PolicyType::none:
            break;
    }
    return {};
}

policy::Decision ask(const policy::Query& query, const Sets& sets, const policy::Acl& acl) {
    policy::Query other = query;
    other.policies = sets.view();
    other.acl = &acl;
    return policy::evaluate(other);
}

}  // namespace

std::string different_policies(const policy::Query& query) {
    Sets sets(query.policies);
    policy::Acl acl = query.acl ? *query.acl : policy::Acl();
    policy::Decision decision = policy::evaluate(query);
    const bool allowed = decision.allowed;
    std::vector<std::string> texts;
    for (int step = 0; step < steps_max && decision.allowed == allowed; ++step) {
        if (decision.statement) {
            // The pointers of a decision are into `sets` (or the query's own policies, of which they are copies).
            const policy::Statement statement = *decision.statement;
            const NamedPolicy policy = *decision.policy;
            auto gone = without(*policy.document, statement.index);
            if (!allowed && statement.not_principal) {
                auto exempt = exempting(*policy.document, statement.index, query.principal);
                Sets tried = sets;
                replace(tried, policy.document.get(), exempt);
                policy::Decision then = ask(query, tried, acl);
                const bool still =
                    then.statement && then.statement->index == statement.index && then.policy->name == policy.name;
                if (!still) {
                    texts.push_back(fmt::format("NotPrincipal of {} listed the caller ({})", place(policy, statement),
                                                query.principal.arn));
                    sets = std::move(tried);
                    decision = ask(query, sets, acl);
                    continue;
                }
            }
            texts.push_back(fmt::format("{} were not there", place(policy, statement)));
            replace(sets, policy.document.get(), gone);
        } else if (decision.grant) {
            const policy::Grant grant = *decision.grant;
            texts.push_back(fmt::format("the grant of {} were not in the {}", policy::text_of(grant), acl.name));
            std::erase(acl.grants, grant);
        } else if (!allowed && decision.decided_by == PolicyType::resource && query.resource_policy_denies_only &&
                   query.acl_permission) {
            // The bucket's policy can not allow what is another account's; the ACL of that account can.
            const bool anonymous = query.principal.kind == policy::PrincipalFacts::Kind::anonymous;
            policy::Grant grant{anonymous ? policy::Grant::To::everyone : policy::Grant::To::account,
                                anonymous ? "" : std::string(query.principal.account), *query.acl_permission};
            texts.push_back(fmt::format("the object's ACL granted {}", policy::text_of(grant)));
            acl.grants.push_back(std::move(grant));
        } else {
            std::string text = allowed ? "" : allow(sets, query, decision.decided_by);
            if (text.empty()) return {};
            texts.push_back(std::move(text));
        }
        decision = ask(query, sets, acl);
    }
    return decision.allowed == allowed ? std::string() : fmt::format("{}", fmt::join(texts, " and "));
}

}  // namespace sekisho::authz
