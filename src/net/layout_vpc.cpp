// The router of a VPC: subnets, route tables, endpoints, metadata and DNS.
#include <fmt/format.h>

#include <algorithm>

#include "base/ip.h"
#include "net/vpc_layout.h"

namespace sekisho::net::kernel {

namespace {

constexpr std::uint32_t main_table = 254;
constexpr std::uint32_t loopback = 1;
constexpr std::uint32_t inner_priority = 80, table_priority = 100;  // rulesets of the router look into main at 90
constexpr std::uint32_t bottom_metric = 4000;
constexpr std::uint32_t metadata_address = 0xa9fea9fe;  // 169.254.169.254
constexpr std::uint32_t resolver_address = 0xa9fea9fd;  // 169.254.169.253

}  // namespace

Layout VpcLayout::make() {
    if (!valid_id(vpc_.id) || vpc_.id == internet_space) {
        error(vpc_.id, "not a VPC id");
        return std::move(layout_);
    }
    for (const auto& cidr : vpc_.cidrs) {
        if (auto block = parse_block(cidr))
            blocks_.push_back(*block);
        else
            error(vpc_.id, "not an IPv4 block: " + cidr);
    }
    if (blocks_.empty()) {
        error(vpc_.id, "no IPv4 block");
        return std::move(layout_);
    }
    router();
    subnets();
    internet_gateway();
    nat_gateways();
    interfaces();
    security_groups();
    route_tables();
    endpoints();
    return std::move(layout_);
}

const VpcLayout::SubnetFacts* VpcLayout::find_subnet(const std::string& id) const {
    for (const auto& subnet : subnets_)
        if (subnet.subnet->id == id) return &subnet;
    return nullptr;
}

bool VpcLayout::in_vpc(const Ipv4Block& block) const {
    return std::ranges::any_of(blocks_, [&](const Ipv4Block& outer) { return contains(outer, block); });
}

void VpcLayout::router() {
    const std::string& id = vpc_.id;
    add(Space{id, Space::Kind::router}, id);
    // The resolver is also at the base of the VPC's first block plus two:
    // https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    const std::uint32_t base_resolver = blocks_[0].address + 2;
    for (std::uint32_t address : {metadata_address, resolver_address, base_resolver})
        add(Address{id, loopback, false, {address, 32}}, id);
    for (std::uint32_t address : {resolver_address, base_resolver}) element(Set::resolvers, network_order(address), {}, id);
    // What nobody in the VPC has does not leave it either.
    for (const auto& block : blocks_) add(Route{id, main_table, block, bottom_metric, Route::Kind::blackhole}, id);

    OpenedSocket meaning{.kind = SocketKind::metadata, .name = id + "/metadata", .vpc = id};
    meaning.account = vpc_.account;
    meaning.region = vpc_.region;
    // One hop and no further, as AWS's default hop limit has it.
    add(Socket{.space = id, .address = metadata_address, .port = 80, .ttl = 1, .meaning = meaning}, id);
    meaning.kind = SocketKind::dns;
    for (std::uint32_t address : {resolver_address, base_resolver})
        for (bool datagram : {true, false}) {
            meaning.datagram = datagram;
            meaning.name = fmt::format("{}/dns {}:53{}", id, IpAddress::v4(address).text(), datagram ? "" : " over TCP");
            add(Socket{.space = id, .address = address, .port = 53, .meaning = meaning}, id);
        }
}

void VpcLayout::subnets() {
    for (const auto& subnet : vpc_.subnets) {
        auto block = parse_block(subnet.cidr);
        if (!valid_id(subnet.id) || !block || !in_vpc(*block) || block->length > 28) {
            error(subnet.id, "not a subnet of the VPC: " + subnet.cidr);
            continue;
        }
        if (find_subnet(subnet.id)) {
            error(subnet.id, "named twice");
            continue;
        }
        SubnetFacts facts{&subnet, *block, number(subnet.id)};
        const std::string name = fmt::format("s{}", facts.bridge);
        add(Bridge{vpc_.id, facts.bridge, name, own_mac(facts.bridge)}, subnet.id);
        add(Address{vpc_.id, facts.bridge, false, {facts.router(), block->length}}, subnet.id);
        subnets_.push_back(facts);
    }
}

// Each subnet's packets are looked up in its route table and nowhere else; the VPC's own addresses come before (they stand in
// the main table), except where a route is more specific than a subnet or equal to it.
void VpcLayout::route_tables() {
    for (const auto& table : vpc_.route_tables) {
        bool used = std::ranges::any_of(subnets_, [&](const auto& facts) { return facts.subnet->route_table == table.id; });
        if (!used) continue;
        add(Route{vpc_.id, table_number(table.id), {0, 0}, bottom_metric, Route::Kind::blackhole}, table.id);
        for (const auto& each : table.routes) route(table, each);
    }
    for (const auto& facts : subnets_) {
        const auto& id = facts.subnet->route_table;
        if (std::ranges::none_of(vpc_.route_tables, [&](const RouteTable& table) { return table.id == id; })) {
            error(facts.subnet->id, "no such route table: " + id);
            continue;
        }
        const std::string name = fmt::format("s{}", facts.bridge);
        add(Rule{vpc_.id, table_priority, facts.bridge, name, table_number(id)}, facts.subnet->id);
        if (inner_tables_.contains(id))
            add(Rule{vpc_.id, inner_priority, facts.bridge, name, inner_table_number(id)}, facts.subnet->id);
    }
}

void VpcLayout::route(const RouteTable& table, const net::Route& route) {
    auto destination = parse_block(route.destination);
    if (!destination) {
        error(table.id, "not an IPv4 block: " + route.destination);
        return;
    }
    bool inner = in_vpc(*destination);
    if (inner) inner_tables_.insert(table.id);
    Route made{vpc_.id, inner ? inner_table_number(table.id) : table_number(table.id), *destination};
    made.kind = Route::Kind::blackhole;  // also where the target is gone, as EC2 shows it
    auto by_way_of = [&](const std::string& subnet, const std::string& address) {
        const auto* facts = find_subnet(subnet);
        auto gateway = parse_address(address);
        if (!facts || !gateway) return;
        made.kind = Route::Kind::unicast;
        made.index = facts->bridge;
        made.gateway = *gateway;
    };
    switch (route.target) {
        case net::Route::Target::internet_gateway:
            if (!route.target_id.empty() && route.target_id == vpc_.internet_gateway) {
                made.kind = Route::Kind::unicast;
                made.index = number("igw");
            }
            break;
        case net::Route::Target::nat_gateway:
            for (const auto& nat : vpc_.nat_gateways)
                if (nat.id == route.target_id) by_way_of(nat.subnet, nat.private_ip);
            break;
        case net::Route::Target::network_interface:
            for (const auto& interface : vpc_.interfaces)
                if (interface.id == route.target_id && !interface.private_ips.empty())
                    by_way_of(interface.subnet, interface.private_ips[0]);
            break;
        case net::Route::Target::blackhole:
            break;
    }
    add(made, table.id);
}

void VpcLayout::endpoints() {
    std::map<std::string, std::string> endpoint_of;  // by route table
    for (const auto& each : vpc_.endpoints) {
        std::vector<Ipv4Block> prefixes;
        for (const auto& prefix : each.prefixes) {
            if (auto block = parse_block(prefix); block && block->length >= 8)
                prefixes.push_back(*block);
            else
                error(each.id, "not a prefix of a service: " + prefix);
        }
        prefixes = without_contained(std::move(prefixes));
        if (!valid_id(each.id)) {
            error(each.id, "not an endpoint id");
            continue;
        }
        add(Counter{vpc_.id, each.id + "/in"}, each.id);
        add(Counter{vpc_.id, each.id + "/out"}, each.id);
        std::set<std::string> tables(each.route_tables.begin(), each.route_tables.end());
        std::set<std::string> routed;
        for (const auto& facts : subnets_) {
            const auto& table = facts.subnet->route_table;
            if (!tables.contains(table)) continue;
            // A listener takes every address that is routed to it, so a table has one endpoint (EC2 refuses a second one of a
            // service).
            if (auto other = endpoint_of.try_emplace(table, each.id).first->second; other != each.id) {
                error(each.id, fmt::format("route table {} has the endpoint {}", table, other));
                continue;
            }
            endpoint(each, prefixes, facts);
            if (!routed.insert(table).second) continue;
            for (const auto& prefix : prefixes)
                add(Route{vpc_.id, table_number(table), prefix, 0, Route::Kind::local, loopback}, each.id);
        }
    }
}

// An endpoint listens once per subnet (and port), bound to the subnet's bridge, and transparent: it takes connections to any
// address that a `local` route leads to it and answers from there.
//
// One listener per (endpoint, subnet) and not per endpoint, because then the kernel itself ties a connection to the endpoint of
// the subnet it came from, whatever other endpoints the VPC has on the same ports; and because moving a subnet to another route
// table closes exactly the listeners (and, at the receiver, the connections) of that subnet. TPROXY rules would need a port per
// endpoint and leave a moved subnet's connections open.
void VpcLayout::endpoint(const GatewayEndpoint& endpoint, const std::vector<Ipv4Block>& prefixes, const SubnetFacts& subnet) {
    OpenedSocket meaning{.vpce = endpoint.id, .vpc = vpc_.id, .subnet = subnet.subnet->id};
    meaning.account = endpoint.account;
    meaning.region = endpoint.region;
    for (const auto& prefix : prefixes) {
        meaning.only_destinations.push_back(to_text(prefix));
        std::string first = host_order(subnet.bridge) + network_order(prefix.address);
        std::string last = host_order(subnet.bridge) + network_order(last_of(prefix));
        add(Element{vpc_.id, Set::endpoint_in, first, last, endpoint.id + "/in"}, endpoint.id);
        add(Element{vpc_.id, Set::endpoint_out, first, last, endpoint.id + "/out"}, endpoint.id);
    }
    for (std::uint16_t port : {80, 443}) {
        meaning.name = fmt::format("{}/{}:{}", endpoint.id, subnet.subnet->id, port);
        add(Socket{.space = vpc_.id, .port = port, .device = subnet.bridge, .transparent = true, .meaning = meaning},
            endpoint.id);
    }
}

}  // namespace sekisho::net::kernel
