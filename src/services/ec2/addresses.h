// Elastic IP addresses, found as requests name them.
#pragma once

#include <string>

#include "base/result.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

// By allocation id, or by public address.
Result<Address> find_address(const State& state, const std::string& allocation, const std::string& public_ip);
// By association id, or by public address; it must be associated.
Result<Address> find_associated_address(const State& state, const std::string& association, const std::string& public_ip);

}  // namespace sekisho::ec2
