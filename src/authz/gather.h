// Gather: from a caller, a road and an ask to the query that policy::evaluate answers.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "authn/caller.h"
#include "authz/ask.h"
#include "authz/authorizer.h"
#include "authz/decisions.h"
#include "authz/keys.h"
#include "policy/evaluate.h"

namespace sekisho::authz {

// Session policies travel in the token as JSON; the compiled ones are remembered. Thread-safe.
class SessionPolicies {
   public:
    std::shared_ptr<const policy::Document> compiled(const std::string& json);

   private:
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const policy::Document>> known_;
};

// Everything but the packed caller.
Participants gather(const PolicySource& source, SessionPolicies& sessions, const authn::Caller& caller,
                    const origin::Origin& origin);

policy::PrincipalFacts principal_of(const authn::Caller& caller);

// The query of one ask. Keeps the resource's policy alive; `participants`, `place` and the key source must outlive it.
class AskedQuery {
   public:
    // `place`: of the resource's account, may be null.
    AskedQuery(const authn::Caller& caller, const Ask& ask, const Participants& participants, const OrganizationPlace* place,
               const policy::KeySource& keys);
    AskedQuery(const AskedQuery&) = delete;
    AskedQuery& operator=(const AskedQuery&) = delete;

    // Decisions need no name of the resource's policy, explanations do. (ACLs have theirs.)
    void name_resource_policy(const Ask& ask);
    const policy::Query& query() const { return query_; }

   private:
    NamedPolicy resource_;
    policy::Query query_;
};

}  // namespace sekisho::authz
