#include "policy/evaluate.h"

#include <bit>
#include <optional>

#include "policy/statement.h"

namespace sekisho::policy {
namespace {

struct Hit {
    const NamedPolicy* policy = nullptr;
    const Statement* statement = nullptr;
    Naming naming = Naming::none;
    explicit operator bool() const { return statement; }
};

struct AclHit {
    const Grant* grant = nullptr;
    Naming naming = Naming::none;
    explicit operator bool() const { return grant; }
};

class Evaluation {
   public:
    explicit Evaluation(const Query& query) : query_(query), prepared_(query) {}

    Decision run() {
        const PrincipalFacts& caller = query_.principal;
        const bool same_account = caller.kind != PrincipalFacts::Kind::anonymous && caller.account == query_.resource_account;
        const bool owner_root = query_.owner_root_always && same_account && caller.kind == PrincipalFacts::Kind::root;

        if (auto denied = explicit_deny(owner_root)) return *denied;
        if (auto denied = ceilings()) return *denied;
        if (owner_root || (caller.kind == PrincipalFacts::Kind::root && same_account && !query_.resource_policy_required))
            return {true, false, PolicyType::none, nullptr, nullptr};  // root's own right

        Hit resource = first_allow_by_resource(same_account);
        AclHit acl;
        if (query_.acl && query_.acl_permission) acl = closest_grant();
        switch (caller.kind) {
            case PrincipalFacts::Kind::anonymous:
            case PrincipalFacts::Kind::service:
                if (resource.naming != Naming::direct && acl) return by(acl);
                return by(PolicyType::resource, resource.naming == Naming::direct ? resource : Hit());
            case PrincipalFacts::Kind::root:
                if (!resource && acl) return by(acl);
                return by(PolicyType::resource, resource);
            default:
                break;
        }
        if (!same_account || query_.resource_policy_required) {
            if (!resource && !acl) return by(PolicyType::resource, {});
        }
        if (same_account && resource.naming == Naming::direct) return by(PolicyType::resource, resource);
        if (same_account && acl.naming == Naming::direct) return by(acl);

        // A role named by a resource policy of its own account needs no identity policy, but its bounds hold.
        bool granted_to_role = same_account && resource.naming == Naming::role;
        Hit identity;
        if (!granted_to_role) {
            identity = first(query_.policies.identity, Effect::allow);
            if (!identity) return by(PolicyType::identity, {});
        }
        if (!query_.policies.boundary.empty() && !first(query_.policies.boundary, Effect::allow))
            return by(PolicyType::boundary, {});
        if (!query_.policies.session.empty() && !first(query_.policies.session, Effect::allow))
            return by(PolicyType::session, {});
        if (!same_account && !resource) return by(acl);
        return granted_to_role ? by(PolicyType::resource, resource) : by(PolicyType::identity, identity);
    }

   private:
    static Decision by(PolicyType type, const Hit& allow) {
        return {static_cast<bool>(allow), false, type, allow.policy, allow.statement};
    }
    static Decision by(const AclHit& allow) { return {true, false, PolicyType::acl, nullptr, nullptr, allow.grant}; }

    // The first statement of these policies that applies.
    Hit first(std::span<const NamedPolicy> policies, Effect effect) const {
        for (const NamedPolicy& policy : policies)
            for (const StatementGroup& group : policy.document->groups)
                for (std::uint64_t left = selected(group, effect, prepared_); left; left &= left - 1) {
                    const Statement& statement = statement_at(policy, group, left);
                    if (Naming naming = applies(statement, policy.document->kind); naming != Naming::none)
                        return {&policy, &statement, naming};
                }
        return {};
    }

    static const Statement& statement_at(const NamedPolicy& policy, const StatementGroup& group, std::uint64_t bits) {
        return policy.document->statements[group.first + static_cast<std::size_t>(std::countr_zero(bits))];
    }

    // Of a statement whose action and resource apply.
    Naming applies(const Statement& statement, Kind kind) const {
        Naming naming = principal_applies(statement, kind, prepared_);
        return naming != Naming::none && conditions_apply(statement, prepared_) ? naming : Naming::none;
    }

    // The allow of the resource's policy that names the caller most closely.
    Hit first_allow_by_resource(bool same_account) const {
        Hit best;
        // "Allow statements in a bucket policy apply only to objects that are owned by the same bucket-owning account" (S3
        // guide, "Troubleshoot access denied (403 Forbidden) errors").
        if (query_.resource_policy_denies_only) return best;
        for (const NamedPolicy& policy : query_.policies.resource) {
            // RestrictPublicBuckets: "only AWS service principals and authorized users within the bucket owner's account".
            if (query_.restrict_public && !same_account && query_.principal.kind != PrincipalFacts::Kind::service &&
                policy.document->allows_public)
                continue;
            for (const StatementGroup& group : policy.document->groups)
                for (std::uint64_t left = selected(group, Effect::allow, prepared_); left; left &= left - 1) {
                    const Statement& statement = statement_at(policy, group, left);
                    Naming naming = applies(statement, policy.document->kind);
                    if (naming > best.naming) best = {&policy, &statement, naming};
                }
        }
        return best;
    }

    AclHit closest_grant() const {
        AclHit best;
        for (const Grant& grant : query_.acl->grants)
            if (grant.gives(*query_.acl_permission))
                if (Naming naming = names(grant, query_.principal); naming > best.naming) best = {&grant, naming};
        return best;
    }

    // Only one type is named when several deny. The guide gives no order; this is the one in which it lists the types of "Deny
    // evaluation", with the endpoint's policy among the ceilings.
    std::optional<Decision> explicit_deny(bool owner_root) const {
        auto denied = [](PolicyType type, const Hit& hit) { return Decision{false, true, type, hit.policy, hit.statement}; };
        for (const auto& level : query_.policies.scp)
            if (Hit hit = first(level, Effect::deny)) return denied(PolicyType::scp, hit);
        for (const auto& level : query_.policies.rcp)
            if (Hit hit = first(level, Effect::deny)) return denied(PolicyType::rcp, hit);
        if (Hit hit = first(query_.policies.endpoint, Effect::deny)) return denied(PolicyType::endpoint, hit);
        if (owner_root) return std::nullopt;
        if (Hit hit = first(query_.policies.resource, Effect::deny)) return denied(PolicyType::resource, hit);
        if (Hit hit = first(query_.policies.identity, Effect::deny)) return denied(PolicyType::identity, hit);
        if (Hit hit = first(query_.policies.boundary, Effect::deny)) return denied(PolicyType::boundary, hit);
        if (Hit hit = first(query_.policies.session, Effect::deny)) return denied(PolicyType::session, hit);
        return std::nullopt;
    }

    std::optional<Decision> ceilings() const {
        for (const auto& level : query_.policies.rcp)
            if (!first(level, Effect::allow)) return by(PolicyType::rcp, {});
        for (const auto& level : query_.policies.scp)
            if (!first(level, Effect::allow)) return by(PolicyType::scp, {});
        if (!query_.policies.endpoint.empty() && !first(query_.policies.endpoint, Effect::allow))
            return by(PolicyType::endpoint, {});
        return std::nullopt;
    }

    const Query& query_;
    const Prepared prepared_;
};

}  // namespace

std::string_view name_of(PolicyType type) {
    switch (type) {
        case PolicyType::none:
            return "no policy";
        case PolicyType::identity:
            return "identity-based policy";
        case PolicyType::resource:
            return "resource-based policy";
        case PolicyType::endpoint:
            return "VPC endpoint policy";
        case PolicyType::boundary:
            return "permissions boundary";
        case PolicyType::session:
            return "session policy";
        case PolicyType::scp:
            return "service control policy";
        case PolicyType::rcp:
            return "resource control policy";
        case PolicyType::acl:
            return "access control list";
    }
    return "no policy";
}

Decision evaluate(const Query& query) { return Evaluation(query).run(); }

}  // namespace sekisho::policy
