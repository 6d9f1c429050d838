#include "services/iam/directory.h"

#include "base/bytes.h"
#include "base/result.h"
#include "services/iam/managed.h"
#include "services/iam/unique_ids.h"

namespace sekisho::iam {

namespace {

using Standing = authn::Credential::Standing;

constexpr std::string_view server_partition = "iam";
constexpr std::string_view session_key_row = "session-key";
constexpr char session_key_format = 1;
constexpr std::size_t uses_max = 100'000;

std::string partition_of(const AccountId& account) { return account.value + "/iam"; }

std::map<std::string, std::string> tag_map(const std::vector<Tag>& tags) {
    std::map<std::string, std::string> map;
    for (const Tag& tag : tags) map[tag.key] = tag.value;
    return map;
}

void add_policies(std::vector<policy::NamedPolicy>& out, const State& state, const AccountId& account, const Identity& identity,
                  std::string_view kind) {
    for (const std::string& arn : identity.attached)
        if (auto document = managed_document(state, account, arn)) out.push_back({arn, std::move(document)});
    for (const auto& [name, text] : identity.inline_policies)
        out.push_back({"inline policy " + name + " of " + std::string(kind) + " " + identity.name, text.compiled});
}

authn::Caller root_caller(const AccountId& account) {
    authn::Caller caller;
    caller.kind = authn::Caller::Kind::root;
    caller.account = account;
    caller.arn = "arn:aws:iam::" + account.value + ":root";
    caller.principal_id = account.value;
    return caller;
}

authn::Caller user_caller(const AccountId& account, const User& user) {
    authn::Caller caller;
    caller.kind = authn::Caller::Kind::user;
    caller.account = account;
    caller.arn = arn_of(account, "user", user);
    caller.principal_id = user.id;
    caller.user_name = user.name;
    caller.principal_tags = tag_map(user.tags);
    return caller;
}

authn::Caller role_caller(const State& state, const Session& session, const Role& role) {
    authn::Caller caller;
    caller.kind = authn::Caller::Kind::assumed_role;
    caller.account = session.account;
    caller.arn = "arn:aws:sts::" + session.account.value + ":assumed-role/" + role.name + "/" + session.session_name;
    caller.principal_id = role.id + ":" + session.session_name;
    caller.role_name = role.name;
    caller.role_arn = arn_of(session.account, "role", role);
    caller.session_name = session.session_name;
    // Session tags win over the role's own of the same key (IAM guide, "Pass session tags in AWS STS").
    caller.principal_tags = tag_map(role.tags);
    for (const auto& [key, value] : session.tags) caller.principal_tags[key] = value;
    caller.transitive_tag_keys = session.transitive_tag_keys;
    caller.source_identity = session.source_identity;
    caller.session_policies = session.policies;
    for (const std::string& arn : session.policy_arns) {
        // A managed session policy that was deleted since allows nothing.
        auto document = managed_document(state, session.account, arn);
        caller.session_policies.push_back(document ? policy::source(*document) : R"({"Version":"2012-10-17","Statement":[]})");
    }
    caller.instance_arn = session.instance_arn;
    caller.instance_vpc = session.instance_vpc;
    caller.instance_private_ip = session.instance_private_ip;
    caller.role_delivery = session.role_delivery;
    return caller;
}

const Identity* identity_of(const State& state, const authn::Caller& caller) {
    if (caller.kind == authn::Caller::Kind::user) return state.users.find(to_lower(caller.user_name));
    if (caller.kind == authn::Caller::Kind::assumed_role) return state.roles.find(to_lower(caller.role_name));
    return nullptr;
}

Task<void> load_account(StateStore& account, Time now) {
    co_await account.load();
    if (account.read()->account.find(account_facts_key)) co_return;
    std::function<Result<int>(State&)> born = [now](State& fresh) -> Result<int> {
        fresh.account.put(std::string(account_facts_key), AccountFacts{epoch_millis(now)});
        return 0;
    };
    co_await account.change(std::move(born));
}

template <class Rows>
auto find_exact(const Rows& rows, const IamArn& arn) {
    auto* row = rows.find(to_lower(arn.name));
    return row && row->name == arn.name && row->path == arn.path ? row : nullptr;
}

}  // namespace

const ManagedPolicy* find_managed(const State& state, const AccountId& account, std::string_view arn) {
    std::optional<IamArn> parsed = parse_arn(arn);
    if (!parsed || parsed->kind != "policy" || parsed->account != account) return nullptr;
    return find_exact(state.policies, *parsed);
}

std::shared_ptr<const policy::Document> managed_document(const State& state, const AccountId& account, std::string_view arn) {
    if (const AwsPolicy* aws = find_aws_policy(arn)) return aws->document;
    const ManagedPolicy* policy = find_managed(state, account, arn);
    return policy ? policy->document().compiled : nullptr;
}

Directory::Directory(store::Tables& tables, Entropy& entropy, std::vector<RootKey> roots)
    : tables_(tables), entropy_(entropy), roots_(std::move(roots)) {
    for (const RootKey& root : roots_)
        accounts_.try_emplace(root.account.value, std::make_unique<StateStore>(tables_, partition_of(root.account)));
}

Task<void> Directory::load(Time now) {
    for (auto& [id, state] : accounts_) {
        co_await load_account(*state, now);
    }
    const std::string partition(server_partition), row(session_key_row);
    std::optional<std::string> key = co_await tables_.get(partition, row);
    if (!key) {
        std::string fresh(1 + SessionTokens::key_bytes, session_key_format);
        entropy_.fill(std::as_writable_bytes(std::span(fresh).subspan(1)));
        store::Commit commit;
        commit.partition = partition;
        commit.require_absent(row);
        commit.put(row, fresh);
        co_await tables_.commit(std::move(commit));
        key = co_await tables_.get(partition, row);  // another process may have been first
    }
    if (!key || key->size() != 1 + SessionTokens::key_bytes || (*key)[0] != session_key_format)
        throw Fault("the key of session tokens cannot be read");
    tokens_ = std::make_unique<SessionTokens>(key->substr(1), entropy_);
}

Task<void> Directory::add_account(AccountId id, Time now) {
    if (account(id)) co_return;
    auto state = std::make_unique<StateStore>(tables_, partition_of(id));
    co_await load_account(*state, now);
    std::unique_lock lock(accounts_mutex_);
    accounts_.try_emplace(id.value, std::move(state));
}

void Directory::close_account(const AccountId& id) {
    std::unique_lock lock(accounts_mutex_);
    closed_.insert(id.value);
}

StateStore* Directory::account(const AccountId& id) const {
    std::shared_lock lock(accounts_mutex_);
    auto it = accounts_.find(id.value);
    return it == accounts_.end() ? nullptr : it->second.get();
}

std::shared_ptr<const State> Directory::read(const AccountId& id) const {
    StateStore* store = account(id);
    return store ? store->read() : nullptr;
}

std::vector<AccountId> Directory::accounts() const {
    std::vector<AccountId> ids;
    std::shared_lock lock(accounts_mutex_);
    for (const auto& [id, state] : accounts_) ids.emplace_back(id);
    return ids;
}

std::string Directory::configured_root_key(const AccountId& account) const {
    for (const RootKey& root : roots_)
        if (root.account == account) return root.access_key_id;
    return "";
}

std::optional<AccountId> Directory::account_of_key(std::string_view access_key_id) const {
    for (const RootKey& root : roots_)
        if (root.access_key_id == access_key_id) return root.account;
    std::optional<AccountId> account = account_of_access_key(access_key_id);
    if (account && this->account(*account)) return account;
    return std::nullopt;
}

authn::Credential Directory::find(std::string_view access_key_id, std::string_view session_token, Time now) const {
    authn::Credential credential = find_open(access_key_id, session_token, now);
    if (credential.standing != Standing::valid) return credential;
    std::shared_lock lock(accounts_mutex_);
    return closed_.contains(credential.caller.account.value) ? authn::Credential() : credential;
}

authn::Credential Directory::find_open(std::string_view access_key_id, std::string_view session_token, Time now) const {
    authn::Credential credential;
    if (access_key_id.empty()) return credential;
    for (const RootKey& root : roots_) {
        if (root.access_key_id != access_key_id) continue;
        credential.standing = session_token.empty() ? Standing::valid : Standing::bad_token;
        credential.secret = root.secret;
        credential.caller = root_caller(root.account);
        return credential;
    }
    if (access_key_id.starts_with("ASIA")) return find_session(access_key_id, session_token, now);
    std::optional<AccountId> account = account_of_key(access_key_id);
    std::shared_ptr<const State> state = account ? read(*account) : nullptr;
    const AccessKey* key = state ? state->access_keys.find(access_key_id) : nullptr;
    if (!key || !key->active) return credential;
    const bool root = key->user.empty();
    const User* user = root ? nullptr : state->users.find(key->user);
    if (!user && !root) return credential;
    credential.standing = session_token.empty() ? Standing::valid : Standing::bad_token;
    credential.secret = key->secret;
    credential.caller = root ? root_caller(*account) : user_caller(*account, *user);
    return credential;
}

authn::Credential Directory::find_session(std::string_view access_key_id, std::string_view token, Time now) const {
    authn::Credential credential;
    if (token.empty()) return credential;
    credential.standing = Standing::bad_token;
    std::shared_ptr<const Session> session = tokens_->open(token);
    if (!session || session->access_key_id != access_key_id) return credential;
    if (now >= session->expires) {
        credential.standing = Standing::expired_token;
        return credential;
    }
    std::shared_ptr<const State> state = read(session->account);
    if (!state) return credential;
    const std::string key = to_lower(session->name);
    switch (session->kind) {
        case Session::Kind::role: {
            const Role* role = state->roles.find(key);
            if (!role || role->id != session->id) return credential;
            credential.caller = role_caller(*state, *session, *role);
            break;
        }
        case Session::Kind::user: {
            const User* user = state->users.find(key);
            if (!user || user->id != session->id) return credential;
            credential.caller = user_caller(session->account, *user);
            break;
        }
        case Session::Kind::root:
            credential.caller = root_caller(session->account);
            break;
    }
    credential.caller.token_issued = session->issued;
    credential.secret = session->secret;
    credential.standing = Standing::valid;
    return credential;
}

std::vector<policy::NamedPolicy> Directory::identity_policies(const authn::Caller& caller) const {
    std::vector<policy::NamedPolicy> policies;
    std::shared_ptr<const State> state = read(caller.account);
    const Identity* identity = state ? identity_of(*state, caller) : nullptr;
    if (!identity) return policies;
    const bool is_user = caller.kind == authn::Caller::Kind::user;
    add_policies(policies, *state, caller.account, *identity, is_user ? "user" : "role");
    if (is_user)
        for (const std::string& key : static_cast<const User*>(identity)->groups)
            if (const Group* group = state->groups.find(key)) add_policies(policies, *state, caller.account, *group, "group");
    return policies;
}

std::vector<policy::NamedPolicy> Directory::boundary_policies(const authn::Caller& caller) const {
    std::shared_ptr<const State> state = read(caller.account);
    const Identity* identity = state ? identity_of(*state, caller) : nullptr;
    if (!identity || identity->boundary.empty()) return {};
    auto document = managed_document(*state, caller.account, identity->boundary);
    if (!document) document = policy::compile(R"({"Version":"2012-10-17","Statement":[]})", policy::Kind::boundary);
    return {{identity->boundary, std::move(document)}};
}

bool Directory::principal_exists(std::string_view principal) const {
    if (account(AccountId(principal))) return true;
    if (arn_of_unique_id(principal)) return true;
    if (std::optional<IamArn> arn = parse_arn(principal)) {
        if (arn->kind == "root") return account(arn->account) != nullptr;
        return unique_id_of(principal).has_value();
    }
    // A role session is taken when its role exists: sessions are not listed anywhere.
    constexpr std::string_view sts = "arn:aws:sts::";
    if (!principal.starts_with(sts)) return false;
    std::vector<std::string_view> parts = split(principal.substr(sts.size()), ':');
    if (parts.size() != 2) return false;
    std::vector<std::string_view> names = split(parts[1], '/');
    std::shared_ptr<const State> state = read(AccountId(parts[0]));
    if (!state || names.size() != 3 || names[0] != "assumed-role") return false;
    const Role* role = state->roles.find(to_lower(names[1]));
    return role && role->name == names[1];
}

std::optional<std::string> Directory::unique_id_of(std::string_view arn) const {
    std::optional<IamArn> parsed = parse_arn(arn);
    std::shared_ptr<const State> state = parsed ? read(parsed->account) : nullptr;
    if (!state) return std::nullopt;
    const Identity* found = nullptr;
    if (parsed->kind == "user") found = find_exact(state->users, *parsed);
    if (parsed->kind == "role") found = find_exact(state->roles, *parsed);
    if (!found) return std::nullopt;
    return found->id;
}

std::optional<std::string> Directory::arn_of_unique_id(std::string_view id) const {
    if (!id.starts_with("AIDA") && !id.starts_with("AROA")) return std::nullopt;
    for (const AccountId& account : accounts()) {
        std::shared_ptr<const State> state = read(account);
        if (id.starts_with("AIDA")) {
            for (const auto& [key, user] : state->users)
                if (user->id == id) return arn_of(account, "user", *user);
        } else {
            for (const auto& [key, role] : state->roles)
                if (role->id == id) return arn_of(account, "role", *role);
        }
    }
    return std::nullopt;
}

std::optional<ProfileFacts> Directory::instance_profile(const AccountId& account, std::string_view arn_or_name) const {
    std::shared_ptr<const State> state = read(account);
    if (!state) return std::nullopt;
    const InstanceProfile* profile = nullptr;
    if (arn_or_name.starts_with("arn:")) {
        std::optional<IamArn> arn = parse_arn(arn_or_name);
        if (arn && arn->account == account && arn->kind == "instance-profile") profile = find_exact(state->profiles, *arn);
    } else {
        profile = state->profiles.find(to_lower(arn_or_name));
    }
    if (!profile) return std::nullopt;
    ProfileFacts facts{arn_of(account, "instance-profile", *profile), profile->name, profile->id, {}, {}};
    if (const Role* role = profile->role.empty() ? nullptr : state->roles.find(profile->role)) {
        facts.role_arn = arn_of(account, "role", *role);
        facts.role_name = role->name;
    }
    return facts;
}

void Directory::used(const authn::Caller& caller, Time time) const {
    const bool long_lived = caller.kind == authn::Caller::Kind::user || caller.kind == authn::Caller::Kind::root;
    if (!long_lived || caller.token_issued) return;
    std::lock_guard lock(uses_mutex_);
    if (uses_.size() >= uses_max) uses_.clear();
    uses_[caller.access_key_id] = {time, caller.scope_service, caller.scope_region};
}

std::optional<Directory::LastUse> Directory::last_use(std::string_view access_key_id) const {
    std::lock_guard lock(uses_mutex_);
    auto it = uses_.find(access_key_id);
    if (it == uses_.end()) return std::nullopt;
    return it->second;
}

}  // namespace sekisho::iam
