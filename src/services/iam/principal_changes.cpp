#include "services/iam/principal_changes.h"

#include <algorithm>
#include <functional>

#include "base/bytes.h"
#include "base/log.h"
#include "services/iam/iam.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

bool is_there(const State& state, const AccountId& account, const std::string& arn) {
    std::optional<IamArn> parsed = parse_arn(arn);
    if (!parsed || parsed->account != account) return false;
    const Identity* found = nullptr;
    if (parsed->kind == "user") found = state.users.find(to_lower(parsed->name));
    if (parsed->kind == "role") found = state.roles.find(to_lower(parsed->name));
    return found && found->name == parsed->name && found->path == parsed->path;
}

Task<void> follow(Iam& iam, AccountId account, PrincipalChange change) {
    std::function<bool()> still = [&directory = iam.directory, account, change] {
        std::shared_ptr<const State> state = directory.read(account);
        const PrincipalChange* there = state->principal_changes.find(change.arn);
        return there && *there == change;
    };
    for (const AccountId& other : iam.directory.accounts()) {
        if (other == account) continue;  // its own followed in the same commit
        std::function<Result<int>(State&)> rewrite = [change, still](State& state) -> Result<int> {
            if (still()) rewrite_trust(state, change);
            return 0;
        };
        Result<int> rewritten = co_await iam.directory.account(other)->change(std::move(rewrite));
        if (!rewritten) throw Fault("trust policies do not follow: " + rewritten.error().code);
    }
    if (iam.on_principal_change) co_await iam.on_principal_change(change, still);
    std::function<Result<int>(State&)> forget = [change](State& state) -> Result<int> {
        const PrincipalChange* there = state.principal_changes.find(change.arn);
        if (there && *there == change) state.principal_changes.erase(change.arn);
        return 0;
    };
    Result<int> forgotten = co_await iam.directory.account(account)->change(std::move(forget));
    if (!forgotten) throw Fault("a principal's change is not forgotten: " + forgotten.error().code);
}

}  // namespace

void rewrite_trust(State& state, const PrincipalChange& change) {
    std::vector<std::string> keys;
    for (const auto& [key, role] : state.roles) {
        if (policy::names_principal(*role->trust.compiled, change.arn)) keys.push_back(key);
    }
    for (const std::string& key : keys) {
        Role role = *state.roles.find(key);
        role.trust =
            PolicyText::of(policy::replace_principal(*role.trust.compiled, change.arn, change.now), policy::Kind::trust);
        state.roles.put(key, std::move(role));
    }
}

Result<void> note_change(State& after, const AccountId& account, const std::optional<PrincipalChange>& change) {
    for (const auto& [arn, earlier] : after.principal_changes) {
        // The ARN is taken again, or what it was changed to changes once more.
        if (is_there(after, account, arn) || (change && change->arn == earlier->now))
            return fail(error::ConcurrentModification);
    }
    if (!change) return {};
    rewrite_trust(after, *change);
    after.principal_changes.put(change->arn, *change);
    return {};
}

Task<void> Iam::follow_principal_changes(AccountId account) {
    std::shared_ptr<const State> state = directory.read(account);
    for (const auto& [arn, change] : state->principal_changes) co_await follow(*this, account, *change);
}

Task<void> Iam::follow_principal_changes() {
    for (const AccountId& account : directory.accounts()) {
        try {
            co_await follow_principal_changes(account);
        } catch (const std::exception& fault) {
            // Nobody gets anything by it: the change that stays noted keeps its ARN from being taken again.
            log::error("policies do not follow the deleted principals of {}: {}", account.value, fault.what());
        }
    }
}

}  // namespace sekisho::iam
