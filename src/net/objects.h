// Kernel objects as values: what `layout` wants, `plan` compares and `kernel` makes. Addresses are host-order integers, links
// are named by (network namespace, ifindex), and ifindexes are chosen here, not by the kernel, so that nothing has to be looked
// up.
//
// INVARIANT: the order of the variant's alternatives is the order of making; removal goes the other way. So a rule and the
// routes behind it go before a listening socket closes, and a socket listens before a route leads to it.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <variant>

#include "net/sockets.h"

namespace sekisho::net::kernel {

struct Ipv4Block {
    std::uint32_t address = 0;
    std::uint8_t length = 32;
    auto operator<=>(const Ipv4Block&) const = default;
};

// A network namespace with its constant settings and firewall rules. Its name is the id of what it stands for: a VPC's router
// (vpc-…), a NAT gateway (nat-…), an interface (eni-…), or "internet".
struct Space {
    enum class Kind { internet, router, nat_gateway, interface };
    std::string name;
    Kind kind = Kind::interface;
    auto operator<=>(const Space&) const = default;
};

// A subnet in its VPC's router.
struct Bridge {
    std::string space;
    std::uint32_t index = 0;
    std::string name;
    std::string mac;
    auto operator<=>(const Bridge&) const = default;
};

struct Veth {
    std::string space;
    std::uint32_t index = 0;
    std::string name;
    std::uint32_t bridge = 0;  // ifindex of the bridge that this end is an isolated port of; 0: none
    std::string peer_space;
    std::uint32_t peer_index = 0;
    std::string peer_name;
    std::string peer_mac;  // 6 bytes
    // No addresses and no ARP on this link: both ends have the same MAC address, so that a frame to one's own is a frame to the
    // other.
    bool unnumbered = false;
    auto operator<=>(const Veth&) const = default;
};

// The other end of a link, ready for packets: it can be so only after both ends are there, and is told so in its own namespace.
struct Up {
    std::string space;
    std::uint32_t index = 0;
    auto operator<=>(const Up&) const = default;
};

struct Address {
    std::string space;
    std::uint32_t index = 0;  // 1: lo
    bool secondary = false;   // the primary is added, and listed, first
    Ipv4Block block;
    auto operator<=>(const Address&) const = default;
};

// Who has this address on this link. The router does not ask its ports and they do not ask for the router: what ARP says is not
// believed, and a first packet does not wait.
struct Neighbour {
    std::string space;
    std::uint32_t index = 0;
    std::uint32_t address = 0;
    std::string mac;
    auto operator<=>(const Neighbour&) const = default;
};

struct Counter {
    std::string space;
    std::string name;
    auto operator<=>(const Counter&) const = default;
};

// The sets and maps of the constant rules (ruleset.cpp says what each is for).
enum class Set {
    port_macs,       // bridge: port . MAC
    port_sources,    // bridge: port . IPv4 address
    port_free,       // bridge: port whose packets may carry any address
    port_profiles,   // bridge: port → profile
    igw_in,          // public → private address
    igw_out,         // private → public address
    profiles,        // private address → profile
    resolvers,       // addresses of the VPC's resolver
    profile_groups,  // profile . slot → security group
    egress,
    ingress,  // profile . length of the remote block . remote block . protocol . ports
    egress_group,
    ingress_group,  // profile . remote group . protocol . ports
    endpoint_in,
    endpoint_out,  // subnet's bridge . service addresses → counter
};

struct Element {
    std::string space;
    Set set = Set::port_macs;
    std::string key;      // register layout: every field padded to four bytes
    std::string key_end;  // sets of ranges only; of flat ones: the first key behind the range
    std::string data;     // maps: the value, or the counter's name
    auto operator<=>(const Element&) const = default;
};

struct Socket {
    std::string space;
    std::uint32_t address = 0;  // 0: any
    std::uint16_t port = 0;
    std::uint32_t device = 0;  // only what arrives on this link; 0: any
    bool transparent = false;
    int ttl = 0;           // 0: the default
    OpenedSocket meaning;  // without id
    auto operator<=>(const Socket&) const = default;
};

struct Route {
    enum class Kind { unicast, local, blackhole };
    std::string space;
    std::uint32_t table = 254;
    Ipv4Block destination;
    std::uint32_t metric = 0;
    Kind kind = Kind::unicast;
    std::uint32_t index = 0;
    std::uint32_t gateway = 0;  // 0: on link
    auto operator<=>(const Route&) const = default;
};

// What arrives on this link is looked up in this table.
struct Rule {
    std::string space;
    std::uint32_t priority = 0;
    std::uint32_t index = 0;
    std::string name;
    std::uint32_t table = 0;
    auto operator<=>(const Rule&) const = default;
};

using Thing = std::variant<Space, Bridge, Veth, Up, Address, Neighbour, Counter, Element, Socket, Route, Rule>;

// An object and the resource that it is part of, under whose id its failure is reported.
struct Object {
    Thing thing;
    std::string owner;
    auto operator<=>(const Object&) const = default;
};
using Objects = std::set<Object>;

inline const std::string& space_of(const Space& space) { return space.name; }
template <class T>
const std::string& space_of(const T& thing) {
    return thing.space;
}
inline const std::string& space_of(const Object& object) {
    return std::visit([](const auto& thing) -> const std::string& { return space_of(thing); }, object.thing);
}
std::string describe(const Object& object);  // for error texts: "route 52.216.0.0/15 in table 1003"

}  // namespace sekisho::net::kernel
