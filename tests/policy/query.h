// A query with everything it points to, for tests: who, from where, which policies.
#pragma once

#include <string>
#include <vector>

#include "policy/document_data.h"
#include "policy/evaluate.h"

namespace sekisho::policy::test {

struct Caller {
    PrincipalFacts::Kind kind = PrincipalFacts::Kind::anonymous;
    std::string account, arn, role_arn, id;

    static Caller root(std::string account) {
        return {PrincipalFacts::Kind::root, account, "arn:aws:iam::" + account + ":root", "", account};
    }
    static Caller user(std::string account, std::string name) {
        return {PrincipalFacts::Kind::user, account, "arn:aws:iam::" + account + ":user/" + name, "",
                "AIDA" + name + "0000000000000"};
    }
    static Caller session(std::string account, std::string role, std::string name) {
        return {PrincipalFacts::Kind::role_session, account, "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + name,
                "arn:aws:iam::" + account + ":role/" + role, "AROA" + role + "0000000000000:" + name};
    }
};

struct Policies {
    std::vector<std::string> identity, resource, endpoint, boundary, session;
    std::vector<std::vector<std::string>> scp, rcp;
};

struct Asked {
    Caller caller;
    std::string action, resource;
    std::string owner = "123456789012";
    Context context;
    Policies policies;
    bool resource_policy_required = false;
    bool restrict_public = false;
    bool owner_root_always = false;
    bool resource_policy_denies_only = false;
    std::vector<Grant> acl = {};
    std::optional<Grant::Permission> acl_permission = {};
    Kind resource_kind = Kind::resource;
};

// "allowed by identity-based policy", "denied by an explicit deny in resource-based policy #0 [Sid]", "denied: no VPC endpoint
// policy".
inline std::string decide(const Asked& asked) {
    auto compiled = [](const std::vector<std::string>& texts, Kind kind) {
        std::vector<NamedPolicy> out;
        for (const std::string& text : texts) out.push_back({"policy " + std::to_string(out.size()), compile(text, kind)});
        return out;
    };
    auto levels = [&](const std::vector<std::vector<std::string>>& texts) {
        std::vector<std::vector<NamedPolicy>> out;
        for (const auto& level : texts) out.push_back(compiled(level, Kind::identity));
        return out;
    };
    auto identity = compiled(asked.policies.identity, Kind::identity),
         resource = compiled(asked.policies.resource, asked.resource_kind),
         endpoint = compiled(asked.policies.endpoint, Kind::endpoint),
         boundary = compiled(asked.policies.boundary, Kind::boundary),
         session = compiled(asked.policies.session, Kind::session);
    auto scp = levels(asked.policies.scp), rcp = levels(asked.policies.rcp);
    const Caller& c = asked.caller;
    const Acl acl{"ACL of bucket b", asked.acl};
    Query query{{c.kind, c.account, c.arn, c.role_arn, c.id, ""},
                asked.action,
                asked.resource,
                asked.owner,
                asked.context,
                {identity, resource, endpoint, boundary, session, scp, rcp},
                asked.resource_policy_required,
                asked.restrict_public,
                asked.owner_root_always,
                asked.resource_policy_denies_only,
                asked.acl.empty() ? nullptr : &acl,
                asked.acl_permission};
    Decision decision = evaluate(query);
    std::string type(name_of(decision.decided_by));
    std::string where;
    if (decision.statement) {
        where = " #" + std::to_string(decision.statement->index);
        if (!decision.statement->sid.text.empty()) where += " " + decision.statement->sid.text;
    }
    if (decision.grant) where = ": " + text_of(*decision.grant);
    if (decision.allowed) return "allowed by " + type + where;
    return decision.explicit_deny ? "denied by " + type + where : "denied, no " + type;
}

inline Context keys(std::initializer_list<std::pair<const char*, const char*>> values) {
    Context context;
    for (auto& [key, value] : values) context.set(key, std::string(value));
    return context;
}

}  // namespace sekisho::policy::test
