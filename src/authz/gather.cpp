#include "authz/gather.h"

namespace sekisho::authz {
namespace {

constexpr std::size_t session_policies_max = 4096;

// "arn:aws:s3:::bucket/key" → "bucket policy of bucket"
std::string name_of_resource_policy(const Ask& ask) {
    constexpr std::string_view s3 = "arn:aws:s3:::";
    if (ask.resource.starts_with(s3)) {
        std::string_view rest = std::string_view(ask.resource).substr(s3.size());
        return "bucket policy of " + std::string(rest.substr(0, rest.find('/')));
    }
    return (ask.resource_policy_required ? "trust policy of " : "policy of ") + ask.resource;
}

}  // namespace

std::shared_ptr<const policy::Document> SessionPolicies::compiled(const std::string& json) {
    {
        std::lock_guard lock(mutex_);
        if (auto it = known_.find(json); it != known_.end()) return it->second;
    }
    std::shared_ptr<const policy::Document> document = policy::compile(json, policy::Kind::session);
    std::lock_guard lock(mutex_);
    if (known_.size() >= session_policies_max) known_.clear();
    return known_.try_emplace(json, std::move(document)).first->second;
}

Participants gather(const PolicySource& source, SessionPolicies& sessions, const authn::Caller& caller,
                    const origin::Origin& origin) {
    using Kind = authn::Caller::Kind;
    Participants out;
    if (caller.kind == Kind::user || caller.kind == Kind::assumed_role) {
        out.identity = source.identity_policies(caller);
        out.boundary = source.boundary_policies(caller);
    }
    for (std::size_t i = 0; i < caller.session_policies.size(); ++i)
        out.session.push_back({"session policy " + std::to_string(i + 1), sessions.compiled(caller.session_policies[i])});
    if (caller.kind != Kind::anonymous) out.caller_place = source.organization(caller.account);
    if (origin.endpoint) {
        out.endpoint.push_back(source.endpoint_policy(*origin.endpoint));
        out.endpoint_place = source.organization(origin.endpoint->account);
    }
    return out;
}

policy::PrincipalFacts principal_of(const authn::Caller& caller) {
    policy::PrincipalFacts facts;
    switch (caller.kind) {
        case authn::Caller::Kind::anonymous:
            facts.kind = policy::PrincipalFacts::Kind::anonymous;
            break;
        case authn::Caller::Kind::root:
            facts.kind = policy::PrincipalFacts::Kind::root;
            break;
        case authn::Caller::Kind::user:
            facts.kind = policy::PrincipalFacts::Kind::user;
            break;
        case authn::Caller::Kind::assumed_role:
            facts.kind = policy::PrincipalFacts::Kind::role_session;
            break;
    }
    facts.account = caller.account.value;
    facts.arn = caller.arn;
    facts.role_arn = caller.role_arn;
    facts.id = caller.principal_id;
    return facts;
}

AskedQuery::AskedQuery(const authn::Caller& caller, const Ask& ask, const Participants& participants,
                       const OrganizationPlace* place, const policy::KeySource& keys)
    : query_{.principal = principal_of(caller),
             .action = ask.action,
             .resource = ask.resource,
             .resource_account = ask.object_owner.empty() ? ask.resource_account.value : ask.object_owner.value,
             .context = keys,
             .policies = {},
             .resource_policy_required = ask.resource_policy_required,
             .restrict_public = ask.restrict_public_buckets,
             .owner_root_always = ask.owner_root_always,
             .resource_policy_denies_only = !ask.object_owner.empty(),
             .acl = ask.acl.get(),
             .acl_permission = ask.acl_permission} {
    resource_.document = ask.resource_policy;
    query_.policies.identity = participants.identity;
    if (resource_.document) query_.policies.resource = {&resource_, 1};
    query_.policies.endpoint = participants.endpoint;
    query_.policies.boundary = participants.boundary;
    query_.policies.session = participants.session;
    if (is_service_linked_role(caller)) return;
    if (participants.caller_place) query_.policies.scp = participants.caller_place->scp;
    if (place && restricted_by_rcp(ask.action)) query_.policies.rcp = place->rcp;
}

void AskedQuery::name_resource_policy(const Ask& ask) { resource_.name = name_of_resource_policy(ask); }

}  // namespace sekisho::authz
