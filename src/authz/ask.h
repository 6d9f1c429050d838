// Ask: one question of an operation: may the caller do this action on this resource?
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "policy/acl.h"
#include "policy/context.h"
#include "policy/document.h"

namespace sekisho::authz {

struct Ask {
    std::string action;          // "s3:ListBucket"
    std::string resource;        // ARN, or "*"
    AccountId resource_account;  // owner of the resource; the caller's own account where the service has no other
    policy::Context context;     // keys that only the operation knows (s3:prefix, aws:RequestTag/…, ec2:Vpc, …)
    // The resource's own policy (bucket policy, role trust policy), compiled; null: it has none.
    std::shared_ptr<const policy::Document> resource_policy;
    // Role trust: the resource policy alone must allow (within one account, too).
    bool resource_policy_required = false;
    // s3: public access block, so that a public policy grants nothing to others while RestrictPublicBuckets is set.
    bool restrict_public_buckets = false;
    // Get/Put/DeleteBucketPolicy: the bucket owner's root passes although identity and resource policies deny it.
    bool owner_root_always = false;
    // s3, where ACLs are on: the ACL of what is asked about (null: it grants nothing to others), and what of it the action
    // needs (nullopt: no grant allows the action).
    std::shared_ptr<const policy::Acl> acl = {};
    std::optional<policy::Grant::Permission> acl_permission = {};
    // s3, where ACLs are on: the account that owns the object, where it is another than the bucket's (resource_account). The
    // bucket's policy can deny then, and allows nothing.
    AccountId object_owner = {};
    // A denial of this one does not deny the request: run() looks at approval().allowed(i), and tells less.
    bool optional = false;
};

}  // namespace sekisho::authz
