// View and Change: what an operation works on. A View is a snapshot with the place it belongs to; a Change is a copy of the
// state that an operation may alter, with the ways to get ids, the time and public addresses. Both need no server, so the tests
// of operations are tests of functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/ids.h"
#include "services/ec2/address_plan.h"
#include "services/ec2/address_pool.h"
#include "services/ec2/kinds.h"
#include "services/ec2/regions.h"
#include "services/ec2/state.h"

namespace sekisho::ec2 {

struct Place {
    AccountId account;
    Region region;
    const RegionInfo* info = nullptr;  // of region; never null
    const AddressPlan* plan = nullptr;

    std::string arn(const Kind& kind, std::string_view id) const { return ec2::arn(region, account, kind, id); }
    std::string zone_id(std::string_view zone) const {
        auto found = find_zone(*info, zone);
        return found ? found->id : std::string();
    }
};

struct View {
    const State& state;
    const Place& place;
    Time now;
};

struct Change {
    State& state;
    const Place& place;
    Time now;
    Entropy& entropy;
    AddressLease& addresses;
    std::string operation;  // "CreateVpc"
    std::string request;    // digest of its parameters

    View view() const { return {state, place, now}; }
    Millis millis() const { return epoch_millis(now); }
    std::string id(const Kind& kind) { return entropy.resource_id(kind.prefix); }

    // Client tokens: the id that the same request made before; IdempotentParameterMismatch when the token was used for another.
    Result<std::optional<std::string>> made_before(const std::string& token) const;
    void remember(const std::string& token, const std::string& made);
};

// Forgets what has been over for an hour (ended instances, deleted NAT gateways) and old client tokens; at most so many rows,
// so that they fit in one commit. The next change goes on.
void forget_old(State& state, Millis now, std::size_t rows_max = static_cast<std::size_t>(-1));
bool holds_old(const State& state, Millis now);  // whether a reader must not be shown the state as it is

}  // namespace sekisho::ec2
