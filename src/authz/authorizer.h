// Authorizer: caller + origin + asks → approval or denial. Gathers the policies, fills the context keys, records the decision.
// The only maker of authz::Approval.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "authn/caller.h"
#include "authz/ask.h"
#include "authz/authorized.h"
#include "base/clock.h"
#include "base/ids.h"
#include "origin/origin.h"
#include "policy/document.h"

namespace sekisho::authz {

// A policy with the name under which `why` shows it.
struct NamedPolicy {
    std::string name;  // "arn:aws:iam::aws:policy/AmazonS3FullAccess", "inline policy p of role r", "policy of vpce-…", "bucket policy of b"
    std::shared_ptr<const policy::Document> document;
};

// Where authz finds the policies that are not the resource's own. Implemented over the IAM and EC2 states; reads snapshots,
// never waits, any thread.
class PolicySource {
   public:
    virtual ~PolicySource() = default;
    virtual std::vector<NamedPolicy> identity_policies(const authn::Caller& caller) const = 0;
    virtual std::vector<NamedPolicy> boundary_policies(const authn::Caller& caller) const = 0;
    // The endpoint's policy; a document that allows nothing when the endpoint is not known (any more).
    virtual NamedPolicy endpoint_policy(const origin::EndpointRoad& road) const = 0;
};

// Facts of the request that context keys need and that neither caller nor origin hold.
struct RequestFacts {
    RequestId id;
    Time time;
    std::string operation;   // "ListObjectsV2": eventName of the audit line
    std::string service;     // "s3": eventSource
    Region region;           // aws:RequestedRegion
    std::string user_agent;
    std::string referer;
    bool read_only = false;
};

struct Denial {
    std::string action;
    std::string resource;
    std::string message;  // the full access-denied text, or "Access Denied" for callers who may not see it
};

}  // namespace sekisho::authz
