// States: the EC2 states of all accounts and regions that were ever asked about. The first question about a region makes its
// default VPC. An index partition remembers which there are, so that a start finds them all.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "services/ec2/state.h"
#include "services/ec2/turn.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

class RegionState {
   public:
    RegionState(store::Tables& tables, Place where)
        : place(std::move(where)), store_(tables, place.account.value + "/" + place.region.value + "/ec2") {}
    const Place place;

    std::shared_ptr<const State> read() const { return store_.read(); }
    Task<void> load();
    // As StateStore::change; the answer is whatever text the change makes.
    Task<Result<std::string>> change(std::function<Result<std::string>(State&)> change);

   private:
    store::StateStore<State> store_;
};

class States {
   public:
    States(store::Tables& tables, Clock& clock, Entropy& entropy, const AddressPlan& plan)
        : tables_(tables), clock_(clock), entropy_(entropy), plan_(plan) {}

    Task<void> load();
    // Made when it is not there yet. The region must be one of regions().
    Task<std::shared_ptr<RegionState>> get(AccountId account, Region region);
    std::shared_ptr<RegionState> find(const AccountId& account, const Region& region) const;  // null: not there yet
    std::vector<std::shared_ptr<RegionState>> all() const;

   private:
    Task<std::shared_ptr<RegionState>> open(AccountId account, Region region);

    store::Tables& tables_;
    Clock& clock_;
    Entropy& entropy_;
    const AddressPlan& plan_;
    Turn opening_;
    mutable std::mutex mutex_;
    std::map<std::pair<AccountId, Region>, std::shared_ptr<RegionState>> states_;
};

}  // namespace sekisho::ec2
