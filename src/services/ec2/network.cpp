#include "services/ec2/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

SecurityGroupRule all_traffic(Entropy& entropy, bool egress) {
    SecurityGroupRule rule;
    rule.id = entropy.resource_id("sgr");
    rule.egress = egress;
    rule.protocol = "-1";
    return rule;
}

std::string region_dhcp_options(State& state, const Place& place, Entropy& entropy) {
    std::string suffix = private_dns_suffix(place.region.value);
    for (const auto& [id, options] : state.dhcp_options) {
        auto name = options->configuration.find("domain-name");
        if (name != options->configuration.end() && name->second == std::vector{suffix}) return id;
    }
    DhcpOptions options;
    options.id = entropy.resource_id("dopt");
    options.configuration = {{"domain-name", {suffix}}, {"domain-name-servers", {"AmazonProvidedDNS"}}};
    state.dhcp_options.put(options.id, options);
    return options.id;
}

std::set<std::string> private_ips_of(const State& state, std::string_view subnet) {
    std::set<std::string> used;
    for (const auto& [id, interface] : state.interfaces)
        if (interface->subnet == subnet) used.insert(interface->private_ips.begin(), interface->private_ips.end());
    return used;
}

}  // namespace

Vpc make_vpc(State& state, const Place& place, Entropy& entropy, const Cidr& cidr) {
    Vpc vpc;
    vpc.id = entropy.resource_id("vpc");
    vpc.cidr = cidr.text();
    vpc.blocks = {{entropy.resource_id("vpc-cidr-assoc"), vpc.cidr}};
    vpc.dhcp_options = region_dhcp_options(state, place, entropy);
    state.vpcs.put(vpc.id, vpc);

    RouteTable main;
    main.id = entropy.resource_id("rtb");
    main.vpc = vpc.id;
    main.associations = {{entropy.resource_id("rtbassoc"), ""}};
    state.route_tables.put(main.id, main);

    SecurityGroup group;
    group.id = entropy.resource_id("sg");
    group.name = "default";
    group.description = "default VPC security group";
    group.vpc = vpc.id;
    group.rules = {all_traffic(entropy, false), all_traffic(entropy, true)};
    group.rules[0].group = group.id;
    group.rules[1].cidr = "0.0.0.0/0";
    state.security_groups.put(group.id, group);

    NetworkAcl acl;
    acl.id = entropy.resource_id("acl");
    acl.vpc = vpc.id;
    acl.is_default = true;
    for (bool egress : {true, false})
        for (auto [number, action] : {std::pair{100, "allow"}, {32767, "deny"}})
            acl.entries.push_back({number, egress, "-1", action, "0.0.0.0/0"});
    state.network_acls.put(acl.id, acl);
    return vpc;
}

Subnet make_subnet(State& state, Entropy& entropy, const Vpc& vpc, const Cidr& cidr, const std::string& zone) {
    Subnet subnet;
    subnet.id = entropy.resource_id("subnet");
    subnet.vpc = vpc.id;
    subnet.cidr = cidr.text();
    subnet.zone = zone;
    state.subnets.put(subnet.id, subnet);
    if (const NetworkAcl* acl = default_network_acl(state, vpc.id)) {
        NetworkAcl changed = *acl;
        changed.associations[subnet.id] = entropy.resource_id("aclassoc");
        state.network_acls.put(changed.id, changed);
    }
    return subnet;
}

Vpc make_default_vpc(State& state, const Place& place, Entropy& entropy) {
    Vpc vpc = make_vpc(state, place, entropy, *Cidr::parse("172.31.0.0/16"));
    vpc.is_default = true;
    vpc.dns_hostnames = true;
    state.vpcs.put(vpc.id, vpc);

    InternetGateway gateway;
    gateway.id = entropy.resource_id("igw");
    gateway.vpc = vpc.id;
    state.internet_gateways.put(gateway.id, gateway);
    RouteTable main = *main_route_table(state, vpc.id);
    main.routes = {{"0.0.0.0/0", gateway.id, ""}};
    state.route_tables.put(main.id, main);

    std::vector<Zone> zones = zones_of(*place.info);
    for (std::size_t i = 0; i < zones.size() && i < 3; ++i) {
        Subnet subnet = make_subnet(state, entropy, vpc, *Cidr::parse(fmt::format("172.31.{}.0/20", i * 16)), zones[i].name);
        subnet.default_for_zone = true;
        subnet.map_public_ip = true;
        state.subnets.put(subnet.id, subnet);
    }
    return vpc;
}

const Vpc* default_vpc(const State& state) {
    for (const auto& [id, vpc] : state.vpcs)
        if (vpc->is_default) return vpc.get();
    return nullptr;
}

const Subnet* default_subnet(const State& state, std::string_view zone) {
    const Subnet* first = nullptr;
    for (const auto& [id, subnet] : state.subnets) {
        if (!subnet->default_for_zone || (!zone.empty() && subnet->zone != zone)) continue;
        if (!first || subnet->zone < first->zone) first = subnet.get();
    }
    return first;
}

const RouteTable* main_route_table(const State& state, std::string_view vpc) {
    for (const auto& [id, table] : state.route_tables)
        if (table->vpc == vpc)
            for (const RouteTableAssociation& association : table->associations)
                if (association.subnet.empty()) return table.get();
    return nullptr;
}

const RouteTable* route_table_of(const State& state, const Subnet& subnet) {
    for (const auto& [id, table] : state.route_tables)
        for (const RouteTableAssociation& association : table->associations)
            if (association.subnet == subnet.id) return table.get();
    return main_route_table(state, subnet.vpc);
}

const SecurityGroup* default_security_group(const State& state, std::string_view vpc) {
    for (const auto& [id, group] : state.security_groups)
        if (group->vpc == vpc && group->name == "default") return group.get();
    return nullptr;
}

const NetworkAcl* default_network_acl(const State& state, std::string_view vpc) {
    for (const auto& [id, acl] : state.network_acls)
        if (acl->vpc == vpc && acl->is_default) return acl.get();
    return nullptr;
}

const InternetGateway* internet_gateway_of(const State& state, std::string_view vpc) {
    for (const auto& [id, gateway] : state.internet_gateways)
        if (gateway->vpc == vpc) return gateway.get();
    return nullptr;
}

std::string route_state(const State& state, const RouteTable& table, const Route& route) {
    bool active = false;
    if (route.target.starts_with("igw-")) {
        const InternetGateway* gateway = state.internet_gateways.find(route.target);
        active = gateway && gateway->vpc == table.vpc;
    } else if (route.target.starts_with("nat-")) {
        const NatGateway* nat = state.nat_gateways.find(route.target);
        active = nat && (nat->state == "available" || nat->state == "pending");
    } else if (route.target.starts_with("eni-")) {
        const NetworkInterface* interface = state.interfaces.find(route.target);
        const Instance* instance = interface ? state.instances.find(interface->instance) : nullptr;
        active = interface && (interface->type == "nat_gateway" ||
                               (instance && (instance->state == "running" || instance->state == "pending")));
    }
    return active ? "active" : "blackhole";
}

int free_addresses(const State& state, const Subnet& subnet) {
    Cidr cidr = *Cidr::parse(subnet.cidr);
    return (1 << (32 - cidr.prefix_length)) - addresses_reserved - static_cast<int>(private_ips_of(state, subnet.id).size());
}

Result<std::string> take_private_ip(const State& state, const Subnet& subnet, const std::string& wanted) {
    Cidr cidr = *Cidr::parse(subnet.cidr);
    std::set<std::string> used = private_ips_of(state, subnet.id);
    std::uint32_t first = cidr.first().as_v4() + 4, last = cidr.last().as_v4() - 1;
    if (!wanted.empty()) {
        auto ip = IpAddress::parse(wanted);
        if (!ip || ip->v6)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Value ({}) for parameter privateIpAddress is invalid.", wanted));
        if (!cidr.contains(*ip))
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Address {} does not fall within the subnet's address range", wanted));
        if (ip->as_v4() < first || ip->as_v4() > last)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Address {} is in subnet's reserved address range", wanted));
        if (used.contains(ip->text()))
            return fail(error::ec2::InvalidAddressInUse, fmt::format("Address {} is in use.", wanted));
        return ip->text();
    }
    for (std::uint32_t ip = first; ip <= last; ++ip) {
        std::string text = IpAddress::v4(ip).text();
        if (!used.contains(text)) return text;
    }
    return fail(
        error::ec2::InsufficientFreeAddressesInSubnet,
        fmt::format("The specified subnet '{}' does not have enough free addresses to satisfy the request.", subnet.id));
}

Result<NetworkInterface> make_interface(Change& change, const Subnet& subnet, NewInterface wanted) {
    auto ip = take_private_ip(change.state, subnet, wanted.private_ip);
    if (!ip) return fail(std::move(ip.error()));
    NetworkInterface interface;
    interface.id = change.id(kind::network_interface);
    interface.vpc = subnet.vpc;
    interface.subnet = subnet.id;
    interface.zone = subnet.zone;
    interface.description = std::move(wanted.description);
    interface.type = std::move(wanted.type);
    interface.requester = std::move(wanted.requester);
    // 02: locally administered, so that no real card has it.
    std::string digits = change.entropy.hex(10);
    interface.mac = "02";
    for (std::size_t i = 0; i < digits.size(); i += 2) interface.mac += ":" + digits.substr(i, 2);
    interface.private_ips = {*ip};
    interface.groups = std::move(wanted.groups);
    interface.tags = std::move(wanted.tags);
    change.state.interfaces.put(interface.id, interface);
    return interface;
}

void remove_interface(Change& change, const std::string& id) {
    auto interface = change.state.interfaces.share(id);
    if (!interface) return;
    if (!interface->allocation.empty())
        disassociate_address(change, interface->allocation);
    else if (!interface->public_ip.empty())
        change.addresses.release(interface->public_ip);
    change.state.interfaces.erase(id);
}

std::string associate_address(Change& change, const std::string& allocation, const std::string& interface_id) {
    disassociate_address(change, allocation);
    take_auto_public_ip(change, interface_id);
    NetworkInterface interface = *change.state.interfaces.find(interface_id);
    if (!interface.allocation.empty()) {
        disassociate_address(change, interface.allocation);
        interface = *change.state.interfaces.find(interface_id);
    }
    Address address = *change.state.addresses.find(allocation);
    address.association = change.entropy.resource_id("eipassoc");
    address.interface = interface.id;
    address.instance = interface.instance;
    address.private_ip = interface.private_ips.front();
    change.state.addresses.put(allocation, address);
    interface.public_ip = address.public_ip;
    interface.public_ip_association = address.association;
    interface.allocation = allocation;
    change.state.interfaces.put(interface.id, interface);
    return address.association;
}

void disassociate_address(Change& change, const std::string& allocation) {
    auto found = change.state.addresses.share(allocation);
    if (!found || found->association.empty()) return;
    Address address = *found;
    if (const NetworkInterface* tied = change.state.interfaces.find(address.interface)) {
        NetworkInterface interface = *tied;
        interface.public_ip.clear();
        interface.public_ip_association.clear();
        interface.allocation.clear();
        change.state.interfaces.put(interface.id, interface);
    }
    address.association.clear();
    address.interface.clear();
    address.instance.clear();
    address.private_ip.clear();
    address.nat_gateway.clear();
    change.state.addresses.put(allocation, address);
}

Result<void> give_auto_public_ip(Change& change, const std::string& interface_id) {
    NetworkInterface interface = *change.state.interfaces.find(interface_id);
    if (!interface.public_ip.empty()) return {};
    auto ip = change.addresses.take();
    if (!ip) return fail(error::ec2::InsufficientAddressCapacity);
    interface.public_ip = *ip;
    change.state.interfaces.put(interface.id, interface);
    return {};
}

void take_auto_public_ip(Change& change, const std::string& interface_id) {
    const NetworkInterface* found = change.state.interfaces.find(interface_id);
    if (!found || found->public_ip.empty() || !found->allocation.empty()) return;
    NetworkInterface interface = *found;
    change.addresses.release(interface.public_ip);
    interface.public_ip.clear();
    change.state.interfaces.put(interface.id, interface);
}

}  // namespace sekisho::ec2
