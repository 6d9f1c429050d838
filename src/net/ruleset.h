// The constant firewall rules of each kind of namespace. What grows with the networks lives in sets and maps only: as an
// ordinary user one transaction of a few hundred rules fails with "Message too long", and lookups stay fast.
#pragma once

#include <vector>

#include "net/nftables.h"
#include "net/objects.h"

namespace sekisho::net::kernel {

extern const nft::Table ip_table;      // IPv4: routing decisions, security groups, address translation
extern const nft::Table bridge_table;  // what may enter and leave by each port

struct SetPlace {
    const nft::Table& table;
    nft::SetSpec spec;
};
const SetPlace& place_of(Set set);

// Profile: the number of one combination of security groups. This one passes both ways unasked (NAT gateways have none).
constexpr std::uint32_t unfiltered = 0xffffffff;

// As many as EC2 lets an interface have by default.
constexpr std::uint32_t groups_per_profile_max = 5;

inline constexpr const char* internet_link = "igw0";  // in a router: the way to the lab's internet
inline constexpr const char* nat_out = "out";         // counters of a NAT gateway: to the destination
inline constexpr const char* nat_in = "in";           // and from it

// To be sent in order; empty where a kind has no rules.
std::vector<Message> ruleset(Space::Kind kind);

}  // namespace sekisho::net::kernel
