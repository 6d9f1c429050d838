#include "services/ec2/states.h"

#include "services/ec2/model_json.h"
#include "services/ec2/network.h"

namespace sekisho::ec2 {

namespace {

const std::string index_partition = "ec2";  // row "<account>/<region>" for each state

Place place_of(AccountId account, Region region, const AddressPlan& plan) {
    const RegionInfo* info = find_region(region.value);
    if (!info) throw Fault("no such region: " + region.value);
    return {std::move(account), std::move(region), info, &plan};
}

}  // namespace

// The rows' JSON is known here alone (model_json.h).
Task<void> RegionState::load() { return store_.load(); }

Task<Result<std::string>> RegionState::change(std::function<Result<std::string>(State&)> change) {
    return store_.change<std::string>(std::move(change));
}

Task<void> States::load() {
    std::string from;
    for (;;) {
        store::Range range;
        range.from = from;
        std::vector<store::Row> rows = co_await tables_.scan(index_partition, range);
        for (const store::Row& row : rows) {
            std::size_t slash = row.key.find('/');
            if (slash == std::string::npos) throw Fault("unreadable index row of ec2: " + row.key);
            AccountId account(row.key.substr(0, slash));
            Region region(row.key.substr(slash + 1));
            co_await get(account, region);
        }
        if (rows.size() < store::rows_per_read_max) co_return;
        from = rows.back().key + '\0';
    }
}

Task<std::shared_ptr<RegionState>> States::get(AccountId account, Region region) {
    if (auto found = find(account, region)) co_return found;
    co_await opening_.take();
    std::shared_ptr<RegionState> state = find(account, region);
    std::exception_ptr error;
    try {
        if (!state) state = co_await open(account, region);
    } catch (...) {
        error = std::current_exception();
    }
    opening_.give();
    if (error) std::rethrow_exception(error);
    co_return state;
}

Task<std::shared_ptr<RegionState>> States::open(AccountId account, Region region) {
    auto state = std::make_shared<RegionState>(tables_, place_of(account, region, plan_));
    std::string key = account.value + "/" + region.value;
    if (!co_await tables_.get(index_partition, key)) {
        store::Commit commit;
        commit.partition = index_partition;
        commit.put(key, "\x01");
        co_await tables_.commit(std::move(commit));
    }
    co_await state->load();
    std::function<Result<std::string>(State&)> set_up = [&](State& rows) -> Result<std::string> {
        if (rows.setup.contains("default")) return std::string();
        rows.setup.put("default", {epoch_millis(clock_.now())});
        make_default_vpc(rows, state->place, entropy_);
        return std::string();
    };
    co_await state->change(std::move(set_up));
    std::lock_guard lock(mutex_);
    states_[{account, region}] = state;
    co_return state;
}

std::shared_ptr<RegionState> States::find(const AccountId& account, const Region& region) const {
    std::lock_guard lock(mutex_);
    auto it = states_.find({account, region});
    return it == states_.end() ? nullptr : it->second;
}

std::vector<std::shared_ptr<RegionState>> States::all() const {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<RegionState>> all;
    for (const auto& [key, state] : states_) all.push_back(state);
    return all;
}

}  // namespace sekisho::ec2
