// Which address blocks VPCs and subnets may have (VPC guide, "VPC CIDR blocks" and "Subnet sizing").
#pragma once

#include "base/ip.h"
#include "base/result.h"
#include "services/ec2/state.h"

namespace sekisho::ec2 {

// /16 to /28, none of the blocks that no network can have.
Result<void> check_vpc_range(const Cidr& cidr);
// /16 to /28, inside one of the VPC's blocks, beside its other subnets.
Result<void> check_subnet_range(const State& state, const Vpc& vpc, const Cidr& cidr);

}  // namespace sekisho::ec2
