#include "services/organizations/organizations.h"

#include "services/organizations/tree.h"

namespace sekisho::organizations {

Organizations::Organizations(store::Tables& tables, iam::Directory& directory)
    : state_(tables, "organizations"), directory_(directory) {}

Task<void> Organizations::load(Time now) {
    co_await state_.load();
    std::shared_ptr<const State> state = state_.read();
    for (const auto& [id, account] : state->accounts) {
        AccountId known(id);
        co_await directory_.add_account(known, now);
        if (account->suspended) directory_.close_account(known);
    }
    renew_places();
}

authz::SharedPlace Organizations::place(const AccountId& account) const {
    std::shared_ptr<const Places> places = places_.load();
    auto it = places->find(account.value);
    return it == places->end() ? nullptr : it->second;
}

Task<Result<std::string>> Organizations::change(std::function<Result<std::string>(State&)> change) {
    Result<std::string> answer = co_await state_.change<std::string>(std::move(change));
    if (answer) renew_places();
    co_return answer;
}

void Organizations::renew_places() {
    std::lock_guard lock(renewing_);
    std::shared_ptr<const State> state = state_.read();
    auto places = std::make_shared<Places>();
    for (const auto& [id, account] : state->accounts)
        if (auto place = place_of(*state, id)) places->emplace(id, std::move(place));
    places_.store(std::move(places));
}

}  // namespace sekisho::organizations
