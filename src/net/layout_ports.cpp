// What hangs on a VPC's bridges and on its way out: internet gateway, NAT gateways, interfaces, and the security groups of
// ports.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "net/boxes.h"
#include "net/ruleset.h"
#include "net/vpc_layout.h"

namespace sekisho::net::kernel {

namespace {

constexpr std::uint32_t main_table = 254;
constexpr const char* instance_link = "eth0";
constexpr std::uint32_t instance_index = 2;

// A security group's rule as ranges of protocol and port; nullopt: it does not parse.
std::optional<Box> box_of(const SecurityGroupRule& rule) {
    constexpr Range every_port{0, 65535}, every_address{0, 0xffffffff};
    std::string name = rule.protocol;
    if (name == "-1") return Box{Range{0, 255}, every_port, every_address};
    if (name == "tcp") name = "6";
    if (name == "udp") name = "17";
    if (name == "icmp") name = "1";
    auto protocol = parse_u64(name);
    if (!protocol || *protocol > 255) return std::nullopt;
    Range number{static_cast<std::uint32_t>(*protocol), static_cast<std::uint32_t>(*protocol)};
    int from = rule.from_port, to = rule.to_port;
    if (*protocol == 1) {  // from = type, to = code; -1 is every one
        if (from < -1 || from > 255 || to < -1 || to > 255) return std::nullopt;
        if (from == -1) return Box{number, every_port, every_address};
        auto type = static_cast<std::uint32_t>(from) << 8;
        if (to == -1) return Box{number, Range{type, type | 255}, every_address};
        auto code = static_cast<std::uint32_t>(to);
        return Box{number, Range{type | code, type | code}, every_address};
    }
    if ((*protocol != 6 && *protocol != 17) || (from == -1 && to == -1)) return Box{number, every_port, every_address};
    if (from < 0 || to < from || to > 65535) return std::nullopt;
    return Box{number, Range{static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)}, every_address};
}

std::string field8(std::uint32_t value) { return std::string{static_cast<char>(value), 0, 0, 0}; }
std::string field16(std::uint32_t value) { return network_order(value << 16); }

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

void VpcLayout::security_groups() {
    std::map<std::string, std::vector<std::uint32_t>> members;  // group → profiles with it
    for (const auto& [name, groups] : profiles_)
        for (const auto& group : groups) members[group].push_back(number("profile/" + name));

    for (const auto& [name, groups] : profiles_)
        for (bool egress : {true, false}) {
            const std::uint32_t profile = number("profile/" + name);
            std::vector<Box> by_address;
            std::map<std::uint32_t, std::vector<Box>> by_profile;
            for (const auto& group : vpc_.security_groups) {
                if (std::ranges::find(groups, group.id) == groups.end()) continue;
                for (const auto& rule : group.rules) {
                    if (rule.egress != egress) continue;
                    auto box = box_of(rule);
                    if (!box) {
                        error(group.id, fmt::format("not a rule: {} {}-{}", rule.protocol, rule.from_port, rule.to_port));
                        continue;
                    }
                    for (const auto& cidr : rule.cidrs)
                        if (auto block = parse_block(cidr)) {  // IPv6: nothing here speaks it
                            (*box)[2] = {block->address, last_of(*block)};
                            by_address.push_back(*box);
                        }
                    (*box)[2] = {0, 0};
                    for (const auto& other : rule.groups)
                        for (std::uint32_t remote : members[other]) by_profile[remote].push_back(*box);
                }
            }
            const std::string owner = groups.empty() ? vpc_.id : groups[0];
            for (const auto& [protocol, port, address] : disjoint(by_address)) {
                std::string first =
                    host_order(profile) + field8(protocol.first) + field16(port.first) + network_order(address.first);
                std::string last =
                    host_order(profile) + field8(protocol.last) + field16(port.last) + network_order(address.last);
                add(Element{vpc_.id, egress ? Set::egress : Set::ingress, first, last}, owner);
            }
            for (const auto& [remote, boxes] : by_profile)
                for (const auto& [protocol, port, unused] : disjoint(boxes)) {
                    std::string pair = host_order(profile) + host_order(remote);
                    add(Element{vpc_.id, egress ? Set::egress_group : Set::ingress_group,
                                pair + field8(protocol.first) + field16(port.first),
                                pair + field8(protocol.last) + field16(port.last)},
                        owner);
                }
        }
}

}  // namespace sekisho::net::kernel
