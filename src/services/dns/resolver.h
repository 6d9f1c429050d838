// Resolver: what the DNS server of a VPC answers. AWS's names lead to the lab's internet (or to wherever the address plan puts
// them), the VPC's private names to its instances, everything else does not exist: there is no way out to real DNS.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"
#include "services/dns/message.h"

namespace sekisho::dns {

// Where names lead. Given by the gate over the address plan and the EC2 state.
struct Names {
    std::function<std::optional<IpAddress>(std::string_view region)> s3;                                 // S3 of a region
    std::function<std::optional<IpAddress>(std::string_view service, std::string_view region)> control;  // other services
    // Whether the VPC holds this private address (an instance's interface).
    std::function<bool(std::string_view vpc, const IpAddress& ip)> in_vpc;
    std::string default_region;  // of global names (iam.amazonaws.com, s3.amazonaws.com)
};

// `private_zone`: of the VPC's private names: "ec2.internal", "eu-west-1.compute.internal".
Answer resolve(const Question& question, std::string_view vpc, std::string_view private_zone, const Names& names);

}  // namespace sekisho::dns
