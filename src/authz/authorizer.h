// Authorizer: caller + origin + asks → approval or denial. Gathers the policies, fills the context keys, records the decision.
// The only maker of authz::Approval.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "authn/caller.h"
#include "authz/ask.h"
#include "authz/authorized.h"
#include "authz/organization.h"
#include "base/clock.h"
#include "base/ids.h"
#include "origin/origin.h"
#include "policy/document.h"
#include "policy/evaluate.h"

namespace sekisho::authz {

using policy::NamedPolicy;  // a compiled document with the name under which `why` shows it

class AuditLog;  // audit.h

// Where authz finds the policies that are not the resource's own. Implemented over the IAM and EC2 states; reads snapshots,
// never waits, any thread.
class PolicySource {
   public:
    virtual ~PolicySource() = default;
    virtual std::vector<NamedPolicy> identity_policies(const authn::Caller& caller) const = 0;
    virtual std::vector<NamedPolicy> boundary_policies(const authn::Caller& caller) const = 0;
    // The endpoint's policy; a document that allows nothing when the endpoint is not known (any more).
    virtual NamedPolicy endpoint_policy(const origin::EndpointRoad& road) const = 0;
    // Where the account stands in its organisation, with the organisation's policies; null: it is in none.
    virtual SharedPlace organization(const AccountId&) const { return nullptr; }
    // The endpoint of that id, or one of the VPC of that id; nullopt: there is none. For `why`, which asks what another road
    // would have meant.
    virtual std::optional<origin::EndpointRoad> endpoint_of(std::string_view) const { return std::nullopt; }
};

// Facts of the request that context keys need and that neither caller nor origin hold.
struct RequestFacts {
    RequestId id;
    Time time;
    std::string operation;  // "ListObjectsV2": eventName of the audit line
    std::string service;    // "s3": eventSource
    Region region;          // aws:RequestedRegion
    std::string user_agent;
    std::string referer;
    bool read_only = false;
};

struct Denial {
    std::string action;
    std::string resource;
    std::string message;  // the full access-denied text, or "Access Denied" for callers who may not see it
    // ec2: the decision as JSON, for sts:DecodeAuthorizationMessage; the caller gets it sealed.
    std::string details;
};

struct AuthorizerOptions {
    std::size_t decisions_max = 100'000;  // requests that `why` can explain
};

// What became of a request, told by the gate at its end (also of one that failed before it was authorized).
struct Outcome {
    std::string error_code;  // empty: success
    std::string error_message;
    // The audit line's requestParameters: what the request named (bucketName, key, vpcId, …); never secrets or bodies.
    std::vector<std::pair<std::string, std::string>> parameters;
    AccountId recipient;  // the account whose resource it was; empty: the caller's
};

// Who may see an explanation, and the explanation as JSON text (form: explain_text.h).
struct Explanation {
    std::string json;        // in full: with every policy that took part and is the viewer's account's
    std::string short_json;  // what a caller may know of its own request: no statements of policies
    std::string caller_arn;  // "" for anonymous
    AccountId caller_account;
    AccountId resource_account;
    // Those that have a part in it: the caller's, the resources', the endpoint's. None: an anonymous request that asked
    // nothing.
    std::set<AccountId> accounts;
};

// Owns the decision ring. Thread-safe; authorize() never waits.
class Authorizer {
   public:
    // `audit` may be null (tests). Both references outlive the Authorizer.
    Authorizer(const PolicySource& source, AuditLog* audit, AuthorizerOptions options = {});
    ~Authorizer();
    Authorizer(const Authorizer&) = delete;
    Authorizer& operator=(const Authorizer&) = delete;

    // Every ask must be allowed (`each` false), else the first denial is the answer; with `each` the approval says which are.
    // No ask: approved (operations that need no permission). Records the decision under facts.id.
    std::variant<Approval, Denial> authorize(authn::Caller caller, origin::Origin origin, const std::vector<Ask>& asks,
                                             bool each, const RequestFacts& facts);

    // Exactly once per request, at its end: writes the audit line where one is due.
    void record(const RequestFacts& facts, const authn::Caller& caller, const origin::Origin& origin, const Outcome& outcome);

    // nullopt: no such request among the last decisions_max. Policies of other accounts than `viewer` are told by their type
    // only, and not what in them decided; no viewer: everything is shown.
    std::optional<Explanation> explain(const RequestId& id, const std::optional<AccountId>& viewer = std::nullopt) const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sekisho::authz
