// Directory: who there is, in every account of this server. Answers authentication (which secret, which caller), authorization
// (which policies), and every service that names a principal. Changes of IAM's state are visible here at once.
//
// Owns the state of all accounts and the key of session tokens. Accounts and their root keys come from configuration, and
// further accounts from Organizations. Reads snapshots, never waits; any thread, but for load().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "authn/authenticate.h"
#include "authz/organization.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/task.h"
#include "policy/evaluate.h"
#include "services/iam/model.h"
#include "services/iam/session_tokens.h"

namespace sekisho::iam {

// An account of this server, with the access key of its root user.
struct RootKey {
    AccountId account;
    std::string access_key_id;
    std::string secret;
};

// What EC2 and instance metadata ask about an instance profile.
struct ProfileFacts {
    std::string arn;
    std::string name;
    std::string id;        // AIPA…
    std::string role_arn;  // "" while the profile holds no role
    std::string role_name;
};

class Directory final : public authn::CredentialSource {
   public:
    Directory(store::Tables& tables, Entropy& entropy, std::vector<RootKey> roots);
    // At start, before any request. `now` is the birth of accounts that are new.
    Task<void> load(Time now);
    // An account without a root key, born now; nothing when it is there already. Returns when its rows are read.
    Task<void> add_account(AccountId id, Time now);
    // Nobody of a closed account is known any more (Organizations, CloseAccount).
    void close_account(const AccountId& id);

    // authn::CredentialSource
    authn::Credential find(std::string_view access_key_id, std::string_view session_token, Time now) const override;

    // For authz::PolicySource. Root has none: it needs none in its own account.
    std::vector<policy::NamedPolicy> identity_policies(const authn::Caller& caller) const;
    // Empty: no boundary. A boundary whose policy is gone allows nothing.
    std::vector<policy::NamedPolicy> boundary_policies(const authn::Caller& caller) const;

    // Whether what a resource's policy names exists: an account id, an ARN of an account's root, a user, a role or a role
    // session, or a unique id. Principals of accounts that this server does not have count as non-existent.
    bool principal_exists(std::string_view principal) const;
    // arn:aws:iam::…:user/… or role/… → AIDA… or AROA…; nullopt: none there.
    std::optional<std::string> unique_id_of(std::string_view arn) const;
    // AIDA… or AROA… → its present ARN; nullopt: deleted.
    std::optional<std::string> arn_of_unique_id(std::string_view id) const;

    // By name or ARN.
    std::optional<ProfileFacts> instance_profile(const AccountId& account, std::string_view arn_or_name) const;

    // Null: the server has no such account.
    StateStore* account(const AccountId& id) const;
    std::shared_ptr<const State> read(const AccountId& id) const;  // null likewise
    std::vector<AccountId> accounts() const;
    std::string configured_root_key(const AccountId& account) const;                // its id; "": none
    std::optional<AccountId> account_of_key(std::string_view access_key_id) const;  // also of root's and of temporary keys

    const SessionTokens& tokens() const { return *tokens_; }
    Entropy& entropy() const { return entropy_; }

    // Where accounts stand in their organisations, told once before any request; for the simulators.
    void set_places(std::function<authz::SharedPlace(const AccountId&)> places) { places_ = std::move(places); }
    authz::SharedPlace place(const AccountId& id) const { return places_ ? places_(id) : nullptr; }

    // When an access key was last used, as far as this process has seen (GetAccessKeyLastUsed).
    struct LastUse {
        Time time;
        std::string service, region;
    };
    void used(const authn::Caller& caller, Time time) const;
    std::optional<LastUse> last_use(std::string_view access_key_id) const;

   private:
    authn::Credential find_open(std::string_view access_key_id, std::string_view session_token, Time now) const;
    authn::Credential find_session(std::string_view access_key_id, std::string_view token, Time now) const;

    store::Tables& tables_;
    Entropy& entropy_;
    std::vector<RootKey> roots_;
    mutable std::shared_mutex accounts_mutex_;
    std::map<std::string, std::unique_ptr<StateStore>, std::less<>> accounts_;  // never erased; guarded by the mutex
    std::set<std::string, std::less<>> closed_;                                 // likewise
    std::unique_ptr<SessionTokens> tokens_;
    std::function<authz::SharedPlace(const AccountId&)> places_;
    mutable std::mutex uses_mutex_;
    mutable std::map<std::string, LastUse, std::less<>> uses_;
};

// The document of a managed policy, AWS's or the account's; null: there is none.
std::shared_ptr<const policy::Document> managed_document(const State& state, const AccountId& account, std::string_view arn);
const ManagedPolicy* find_managed(const State& state, const AccountId& account, std::string_view arn);

}  // namespace sekisho::iam
