// Evaluate: policies + principal + action + resource + context → decision. Pure, any thread, no clock, no store.
//
// The order is the IAM guide's ("Policy evaluation logic"): an explicit deny anywhere; then every ceiling must allow (resource
// and service control policies, the endpoint's policy); then resource policy, access control list and identity policies grant,
// and permissions boundary and session policies bound. Nothing here knows a service, a bucket or a request.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/acl.h"
#include "policy/context.h"
#include "policy/document.h"

namespace sekisho::policy {

struct Statement;  // document_data.h

// A policy with the name under which `why` shows it.
struct NamedPolicy {
    std::string name;  // "arn:aws:iam::aws:policy/AmazonS3FullAccess", "inline policy p of role r", "policy of vpce-…", "bucket
                       // policy of b"
    std::shared_ptr<const Document> document;
};

enum class PolicyType : std::uint8_t { none, identity, resource, endpoint, boundary, session, scp, rcp, acl };
std::string_view name_of(PolicyType type);  // "identity-based policy", "VPC endpoint policy": AWS's words

// Who asks, as far as Principal and NotPrincipal can tell callers apart. Views into the caller's strings.
struct PrincipalFacts {
    enum class Kind : std::uint8_t { anonymous, root, user, role_session, service };
    Kind kind = Kind::anonymous;
    std::string_view account;
    std::string_view
        arn;  // arn:aws:iam::…:root | …:user/path/name | arn:aws:sts::…:assumed-role/role/session; services: ec2.amazonaws.com
    std::string_view role_arn;      // role sessions: arn:aws:iam::…:role/path/name
    std::string_view id;            // account id | AIDA… | AROA…:session
    std::string_view canonical_id;  // of the account, where it is known (S3's CanonicalUser)
};

// The policies that take part. A ceiling that is an empty span is not there; one that is there must allow.
struct PolicySets {
    std::span<const NamedPolicy> identity;
    std::span<const NamedPolicy> resource;  // none or one: the resource's own policy
    std::span<const NamedPolicy> endpoint;  // none or one: the policy of the endpoint that the request came by
    std::span<const NamedPolicy> boundary;
    std::span<const NamedPolicy> session;
    // Organisation policies: one list per level (root, each unit, account); each level must allow.
    std::span<const std::vector<NamedPolicy>> scp;
    std::span<const std::vector<NamedPolicy>> rcp;
};

struct Query {
    PrincipalFacts principal;
    std::string_view action;            // "s3:ListBucket"
    std::string_view resource;          // ARN or "*"
    std::string_view resource_account;  // owner of the resource
    const KeySource& context;
    PolicySets policies;
    bool resource_policy_required = false;  // role trust: the identity policies alone are not enough
    bool restrict_public = false;           // S3 RestrictPublicBuckets: a public policy grants only within the owner's account
    bool owner_root_always = false;         // the resource account's root passes identity and resource policies
    // The resource is another account's than the one that wrote the resource's policy (an object that somebody else put into a
    // bucket): that policy can deny, but allows nothing.
    bool resource_policy_denies_only = false;
    const Acl* acl = nullptr;                         // null: none takes part
    std::optional<Grant::Permission> acl_permission;  // what of it the action needs; nullopt: no grant allows the action
};

// The answer. Policy and statement point into the query's policies.
struct Decision {
    bool allowed = false;
    bool explicit_deny = false;
    // What decided: the type whose statement denied, the type that does not allow, or the type that granted.
    PolicyType decided_by = PolicyType::none;
    const NamedPolicy* policy = nullptr;  // nullptr: an implicit deny, a grant of the ACL, or root's own right
    const Statement* statement = nullptr;
    const Grant* grant = nullptr;  // of the query's ACL, where that is what let in
};

Decision evaluate(const Query& query);

}  // namespace sekisho::policy
