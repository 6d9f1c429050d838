// The address plan of the lab's internet: which of its addresses is what. One place for EC2 (prefix lists, elastic IPs), DNS
// (what names resolve to) and the gate (is this peer an elastic IP?).
//
// Ranges that are never routed in the real internet: 198.18.0.0/15 for benchmarks (RFC 2544), the three documentation blocks
// (RFC 5737). Region r of regions(): S3 has the /22 at s3_base + 4r·256, the other services the /24 at services_base + r·256.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace sekisho::ec2 {

struct AddressPlan {
    std::string s3_base = "198.18.0.0";
    std::string services_base = "198.19.0.0";
    std::vector<std::string> elastic = {"203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"};
};

// The CIDRs of the region's S3 prefix list. Unknown region: empty.
std::vector<Cidr> s3_prefixes(const AddressPlan& plan, std::string_view region);
// The address that S3's names of the region resolve to: inside the prefix list.
std::optional<IpAddress> s3_address(const AddressPlan& plan, std::string_view region);
// The /24 of a region's other services, and the address of one of them ("ec2", "sts", "iam", "ssm", "ssmmessages",
// "ec2messages", "monitoring", "logs", "sekisho"; anything else shares one address).
std::optional<Cidr> services_block(const AddressPlan& plan, std::string_view region);
std::optional<IpAddress> service_address(const AddressPlan& plan, std::string_view service, std::string_view region);

bool is_elastic_ip(const AddressPlan& plan, const IpAddress& ip);
// Every address that can be given out, in order: of each block .10 to .254 (the first few are the lab's own).
std::vector<IpAddress> elastic_addresses(const AddressPlan& plan);

// AWS's own id of the region's S3 prefix list where it is published, else one derived from the region's name.
std::string s3_prefix_list_id(std::string_view region);
std::string s3_service_name(std::string_view region);  // com.amazonaws.us-east-1.s3

}  // namespace sekisho::ec2
