// The networks of an account in a region as `sekisho status` shows them: JSON without the kernel's counters.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "base/ids.h"
#include "services/ec2/desired.h"

namespace sekisho::gate {

nlohmann::json network_report(const std::vector<ec2::PlacedState>& states, const AccountId& account, const Region& region);

}  // namespace sekisho::gate
