#include "services/ec2/cidrs.h"

#include <fmt/format.h>

#include <algorithm>

#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

Result<void> check_vpc_range(const Cidr& cidr) {
    bool usable = cidr.prefix_length >= 16 && cidr.prefix_length <= 28;
    for (const char* reserved : {"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"})
        usable = usable && !Cidr::parse(reserved)->overlaps(cidr);
    if (!usable) return fail(error::ec2::InvalidVpcRange, fmt::format("The CIDR '{}' is invalid.", cidr.text()));
    return {};
}

Result<void> check_subnet_range(const State& state, const Vpc& vpc, const Cidr& cidr) {
    bool inside = std::any_of(vpc.blocks.begin(), vpc.blocks.end(),
                              [&](const CidrAssociation& block) { return Cidr::parse(block.cidr)->contains(cidr); });
    if (!inside || cidr.prefix_length < 16 || cidr.prefix_length > 28)
        return fail(error::ec2::InvalidSubnetRange, fmt::format("The CIDR '{}' is invalid.", cidr.text()));
    for (const auto& [id, subnet] : state.subnets)
        if (subnet->vpc == vpc.id && Cidr::parse(subnet->cidr)->overlaps(cidr))
            return fail(error::ec2::InvalidSubnetConflict,
                        fmt::format("The CIDR '{}' conflicts with another subnet", cidr.text()));
    return {};
}

}  // namespace sekisho::ec2
