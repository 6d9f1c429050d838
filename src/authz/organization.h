// Organization: where an account stands in its organisation, as far as decisions see it. A value, made anew when the
// organisation changes (services/organizations) and shared by all requests until then.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "authn/caller.h"
#include "policy/evaluate.h"

namespace sekisho::authz {

struct OrganizationPlace {
    using Levels = std::vector<std::vector<policy::NamedPolicy>>;  // the root's, each unit's, the account's

    std::string organization;  // o-…
    std::string path;          // o-…/r-…/ou-…/: down to what the account stands in
    Levels scp, rcp;           // empty: none apply (the management account, or a policy type that is not enabled)
};

using SharedPlace = std::shared_ptr<const OrganizationPlace>;  // null: the account is in no organisation

inline bool same_organization(const SharedPlace& a, const SharedPlace& b) {
    return a && b && a->organization == b->organization;
}

// "SCPs don't affect service-linked roles", and neither do resource control policies.
bool is_service_linked_role(const authn::Caller& caller);

// Whether a resource control policy can restrict the action: its service is one that knows them.
bool restricted_by_rcp(std::string_view action);

}  // namespace sekisho::authz
