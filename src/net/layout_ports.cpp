// What hangs on a VPC's bridges and on its way out: internet gateway, NAT gateways, interfaces, and the security groups of
// ports.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "net/ranges.h"
#include "net/ruleset.h"
#include "net/vpc_layout.h"

namespace sekisho::net::kernel {

namespace {

constexpr std::uint32_t main_table = 254;
constexpr const char* instance_link = "eth0";
constexpr std::uint32_t instance_index = 2;

// A security group's rule as a range of protocol and port; nullopt: it does not parse.
std::optional<Range> range_of(const SecurityGroupRule& rule) {
    std::string name = rule.protocol;
    if (name == "-1") return Range{0, 255 << 16 | 0xffff};
    if (name == "tcp") name = "6";
    if (name == "udp") name = "17";
    if (name == "icmp") name = "1";
    auto protocol = parse_u64(name);
    if (!protocol || *protocol > 255) return std::nullopt;
    const auto number = static_cast<std::uint32_t>(*protocol) << 16;
    const Range every_port{number, number | 0xffff};
    int from = rule.from_port, to = rule.to_port;
    if (*protocol == 1) {  // from = type, to = code; -1 is every one
        if (from < -1 || from > 255 || to < -1 || to > 255) return std::nullopt;
        if (from == -1) return every_port;
        auto type = number | static_cast<std::uint32_t>(from) << 8;
        if (to == -1) return Range{type, type | 255};
        auto code = static_cast<std::uint32_t>(to);
        return Range{type | code, type | code};
    }
    if ((*protocol != 6 && *protocol != 17) || (from == -1 && to == -1)) return every_port;
    if (from < 0 || to < from || to > 65535) return std::nullopt;
    return Range{number | static_cast<std::uint32_t>(from), number | static_cast<std::uint32_t>(to)};
}

// Protocol and port as two registers of a key.
std::string fields(std::uint32_t value) {
    return std::string{static_cast<char>(value >> 16), 0, 0, 0} + network_order(value << 16);
}

}  // namespace

void VpcLayout::internet_gateway() {
    if (vpc_.internet_gateway.empty()) return;
    std::uint32_t inside = number("igw"), outside = number("igw/outside");
    Veth link{.space = vpc_.id, .index = inside, .name = internet_link, .peer_space = internet_space, .peer_index = outside};
    link.peer_name = fmt::format("v{}", outside);
    link.peer_mac = own_mac(outside);
    link.unnumbered = true;
    add(link, vpc_.internet_gateway);
    add(Up{internet_space, outside}, vpc_.internet_gateway);
}

void VpcLayout::public_address(const std::string& owner, std::uint32_t private_address, const std::string& public_ip) {
    if (public_ip.empty() || vpc_.internet_gateway.empty()) return;
    auto address = parse_address(public_ip);
    if (!address) {
        error(owner, "not an IPv4 address: " + public_ip);
        return;
    }
    element(Set::igw_in, network_order(*address), network_order(private_address), owner);
    element(Set::igw_out, network_order(private_address), network_order(*address), owner);
    add(Route{internet_space, main_table, {*address, 32}, 0, Route::Kind::unicast, number("igw/outside")}, owner);
}

// A namespace with one end of a link in it, the other end being an isolated port of the subnet's bridge.
void VpcLayout::port(const Port& port, Space::Kind kind) {
    const std::uint32_t outside = number(port.id);
    add(Space{port.id, kind}, port.id);
    Veth link{.space = vpc_.id, .index = outside, .name = fmt::format("p{}", outside), .bridge = port.subnet->bridge};
    link.peer_space = port.id;
    link.peer_index = instance_index;
    link.peer_name = instance_link;
    link.peer_mac = port.mac;
    add(link, port.id);
    add(Up{port.id, instance_index}, port.id);
    add(Address{port.id, instance_index, false, {port.address, port.subnet->block.length}}, port.id);
    add(Route{port.id, main_table, {0, 0}, 0, Route::Kind::unicast, instance_index, port.subnet->router()}, port.id);
    add(Neighbour{vpc_.id, port.subnet->bridge, port.address, port.mac}, port.id);
    add(Neighbour{port.id, instance_index, port.subnet->router(), own_mac(port.subnet->bridge)}, port.id);
    element(Set::port_macs, host_order(outside) + port.mac + std::string(2, '\0'), {}, port.id);
    element(Set::port_profiles, host_order(outside), host_order(port.profile), port.id);
    element(Set::port_sources, host_order(outside) + network_order(port.address), {}, port.id);
    element(Set::profiles, network_order(port.address), host_order(port.profile), port.id);
}

// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html: the first four addresses and the last one are reserved.
bool VpcLayout::take(const SubnetFacts& subnet, std::uint32_t address) {
    if (address < subnet.block.address + 4 || address >= last_of(subnet.block)) return false;
    return taken_.insert(address).second;
}

void VpcLayout::nat_gateways() {
    for (const auto& nat : vpc_.nat_gateways) {
        const auto* subnet = find_subnet(nat.subnet);
        auto address = parse_address(nat.private_ip);
        if (!valid_id(nat.id) || !subnet || !address || !take(*subnet, *address)) {
            error(nat.id, fmt::format("no free address {} in subnet {}", nat.private_ip, nat.subnet));
            continue;
        }
        port({nat.id, subnet, *address, own_mac(number(nat.id)), unfiltered}, Space::Kind::nat_gateway);
        element(Set::port_free, host_order(number(nat.id)), {}, nat.id);
        public_address(nat.id, *address, nat.public_ip);
    }
}

void VpcLayout::interfaces() {
    for (const auto& interface : vpc_.interfaces) {
        const auto* subnet = find_subnet(interface.subnet);
        auto mac = parse_mac(interface.mac);
        std::vector<std::uint32_t> addresses;
        for (const auto& text : interface.private_ips)
            if (auto address = parse_address(text); address && subnet && take(*subnet, *address)) addresses.push_back(*address);
        if (!valid_id(interface.id) || !subnet || !mac || addresses.empty() ||
            addresses.size() != interface.private_ips.size()) {
            error(interface.id, fmt::format("no free addresses, or no MAC address, in subnet {}", interface.subnet));
            continue;
        }
        std::uint32_t profile = profile_of(interface), outside = number(interface.id);
        port({interface.id, subnet, addresses[0], *mac, profile}, Space::Kind::interface);
        for (std::size_t i = 1; i < addresses.size(); ++i) {
            // As a block of its own: the primary address stays the source of what the instance sends.
            add(Address{interface.id, instance_index, true, {addresses[i], 32}}, interface.id);
            add(Neighbour{vpc_.id, subnet->bridge, addresses[i], *mac}, interface.id);
            element(Set::port_sources, host_order(outside) + network_order(addresses[i]), {}, interface.id);
            element(Set::profiles, network_order(addresses[i]), host_order(profile), interface.id);
        }
        if (!interface.source_dest_check) element(Set::port_free, host_order(outside), {}, interface.id);
        public_address(interface.id, addresses[0], interface.public_ip);
    }
}

// Interfaces with the same groups share a profile: the firewall grows with the combinations of groups in use, not with
// instances.
std::uint32_t VpcLayout::profile_of(const NetworkInterface& interface) {
    std::set<std::string> groups(interface.security_groups.begin(), interface.security_groups.end());
    std::string name = fmt::format("{}", fmt::join(groups, ","));
    profiles_[name].assign(groups.begin(), groups.end());
    return number("profile/" + name);
}

// One element per rule and remote, whatever the rules are: what several rules say about the same block or group is one union of
// ranges, and blocks of different lengths do not meet, since the length is part of the key (ruleset.cpp asks length by length).
void VpcLayout::security_groups() {
    std::map<std::string, const SecurityGroup*> known;
    for (const auto& group : vpc_.security_groups) known.emplace(group.id, &group);
    for (const auto& [name, groups] : profiles_) {
        const std::uint32_t profile = number("profile/" + name);
        const std::string owner = groups.empty() ? vpc_.id : groups[0];
        for (std::uint32_t slot = 0; slot < groups.size(); ++slot) {
            if (slot >= groups_per_profile_max) {
                error(groups[slot], fmt::format("more than {} security groups on one interface", groups_per_profile_max));
                break;
            }
            element(Set::profile_groups, host_order(profile) + host_order(slot), host_order(number(groups[slot])), owner);
        }
        for (bool egress : {true, false}) {
            std::map<Ipv4Block, std::vector<Range>> by_block;
            std::map<std::string, std::vector<Range>> by_group;
            for (const auto& id : groups) {
                auto group = known.find(id);
                if (group == known.end()) continue;
                for (const auto& rule : group->second->rules) {
                    if (rule.egress != egress) continue;
                    auto range = range_of(rule);
                    if (!range) {
                        error(id, fmt::format("not a rule: {} {}-{}", rule.protocol, rule.from_port, rule.to_port));
                        continue;
                    }
                    for (const auto& cidr : rule.cidrs)  // IPv6: nothing here speaks it
                        if (auto block = parse_block(cidr)) by_block[*block].push_back(*range);
                    for (const auto& other : rule.groups) by_group[other].push_back(*range);
                }
            }
            for (auto& [block, ranges] : by_block)
                allow(egress ? Set::egress : Set::ingress,
                      host_order(profile) + host_order(block.length) + network_order(block.address), std::move(ranges), owner);
            for (auto& [remote, ranges] : by_group)
                if (known.contains(remote))
                    allow(egress ? Set::egress_group : Set::ingress_group, host_order(profile) + host_order(number(remote)),
                          std::move(ranges), owner);
        }
    }
}

void VpcLayout::allow(Set set, const std::string& whom, std::vector<Range> ranges, const std::string& owner) {
    for (const auto& [first, last] : united(std::move(ranges)))
        // The end is the first key that is not in the range any more; the padding behind the port makes room for it.
        add(Element{vpc_.id, set, whom + fields(first), whom + fields(last).substr(0, 7) + '\x01'}, owner);
}

}  // namespace sekisho::net::kernel
