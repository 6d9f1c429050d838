// The commercial regions and their zones. The order gives each region its place in the address plan: append only.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::ec2 {

struct RegionInfo {
    std::string_view name;            // us-east-1
    std::string_view zone_prefix;     // use1, of the zone ids use1-az1, …
    std::string_view zones;           // the letters of its zones
    bool opt_in = false;              // AWS enables it on request only; here it is enabled
    std::string_view s3_prefix_list;  // AWS's own id where it is published; empty: derived
};

std::span<const RegionInfo> regions();
const RegionInfo* find_region(std::string_view name);
int region_index(std::string_view name);  // place in regions(); -1: unknown

struct Zone {
    std::string name;  // us-east-1a
    std::string id;    // use1-az1
};
std::vector<Zone> zones_of(const RegionInfo& region);
std::optional<Zone> find_zone(const RegionInfo& region, std::string_view name_or_id);

// "ec2.internal" in us-east-1, "eu-west-1.compute.internal" elsewhere (VPC guide, DNS hostnames).
std::string private_dns_suffix(std::string_view region);
std::string private_dns_name(std::string_view region, std::string_view private_ip);
std::string public_dns_name(std::string_view region, std::string_view public_ip);

}  // namespace sekisho::ec2
