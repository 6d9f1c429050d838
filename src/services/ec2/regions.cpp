#include "services/ec2/regions.h"

#include <algorithm>
#include <array>

namespace sekisho::ec2 {

namespace {

// Zone ids: EC2 guide, "Availability Zone IDs". S3 prefix lists: as DescribePrefixLists of the region shows them.
constexpr std::array table{
    RegionInfo{"us-east-1", "use1", "abcdef", false, "pl-63a5400a"},
    RegionInfo{"us-east-2", "use2", "abc", false, "pl-7ba54012"},
    RegionInfo{"us-west-1", "usw1", "ab", false, "pl-6ba54002"},
    RegionInfo{"us-west-2", "usw2", "abcd", false, "pl-68a54001"},
    RegionInfo{"af-south-1", "afs1", "abc", true, ""},
    RegionInfo{"ap-east-1", "ape1", "abc", true, ""},
    RegionInfo{"ap-south-1", "aps1", "abc", false, ""},
    RegionInfo{"ap-south-2", "aps2", "abc", true, ""},
    RegionInfo{"ap-southeast-1", "apse1", "abc", false, "pl-6fa54006"},
    RegionInfo{"ap-southeast-2", "apse2", "abc", false, "pl-6ca54005"},
    RegionInfo{"ap-southeast-3", "apse3", "abc", true, ""},
    RegionInfo{"ap-southeast-4", "apse4", "abc", true, ""},
    RegionInfo{"ap-northeast-1", "apne1", "acd", false, "pl-61a54008"},
    RegionInfo{"ap-northeast-2", "apne2", "abcd", false, ""},
    RegionInfo{"ap-northeast-3", "apne3", "abc", false, ""},
    RegionInfo{"ca-central-1", "cac1", "abd", false, ""},
    RegionInfo{"ca-west-1", "caw1", "abc", true, ""},
    RegionInfo{"eu-central-1", "euc1", "abc", false, "pl-6ea54007"},
    RegionInfo{"eu-central-2", "euc2", "abc", true, ""},
    RegionInfo{"eu-north-1", "eun1", "abc", false, ""},
    RegionInfo{"eu-south-1", "eus1", "abc", true, ""},
    RegionInfo{"eu-south-2", "eus2", "abc", true, ""},
    RegionInfo{"eu-west-1", "euw1", "abc", false, "pl-6da54004"},
    RegionInfo{"eu-west-2", "euw2", "abc", false, ""},
    RegionInfo{"eu-west-3", "euw3", "abc", false, ""},
    RegionInfo{"il-central-1", "ilc1", "abc", true, ""},
    RegionInfo{"me-central-1", "mec1", "abc", true, ""},
    RegionInfo{"me-south-1", "mes1", "abc", true, ""},
    RegionInfo{"sa-east-1", "sae1", "abc", false, "pl-6aa54003"},
    RegionInfo{"ap-southeast-5", "apse5", "abc", true, ""},
    RegionInfo{"ap-southeast-7", "apse7", "abc", true, ""},
    RegionInfo{"mx-central-1", "mxc1", "abc", true, ""},
    RegionInfo{"ap-east-2", "ape2", "abc", true, ""},
    RegionInfo{"ap-southeast-6", "apse6", "abc", true, ""},
};

std::string dashed(std::string_view ip) {
    std::string text(ip);
    std::replace(text.begin(), text.end(), '.', '-');
    return text;
}

}  // namespace

std::span<const RegionInfo> regions() { return table; }

const RegionInfo* find_region(std::string_view name) {
    int index = region_index(name);
    return index < 0 ? nullptr : &table[index];
}

int region_index(std::string_view name) {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].name == name) return static_cast<int>(i);
    return -1;
}

std::vector<Zone> zones_of(const RegionInfo& region) {
    std::vector<Zone> zones;
    for (std::size_t i = 0; i < region.zones.size(); ++i)
        zones.push_back(
            {std::string(region.name) + region.zones[i], std::string(region.zone_prefix) + "-az" + std::to_string(i + 1)});
    return zones;
}

std::optional<Zone> find_zone(const RegionInfo& region, std::string_view name_or_id) {
    for (Zone& zone : zones_of(region))
        if (zone.name == name_or_id || zone.id == name_or_id) return std::move(zone);
    return std::nullopt;
}

std::string private_dns_suffix(std::string_view region) {
    return region == "us-east-1" ? "ec2.internal" : std::string(region) + ".compute.internal";
}

std::string private_dns_name(std::string_view region, std::string_view private_ip) {
    return "ip-" + dashed(private_ip) + "." + private_dns_suffix(region);
}

std::string public_dns_name(std::string_view region, std::string_view public_ip) {
    return "ec2-" + dashed(public_ip) + "." + (region == "us-east-1" ? "compute-1" : std::string(region) + ".compute") +
           ".amazonaws.com";
}

}  // namespace sekisho::ec2
