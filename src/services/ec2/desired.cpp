#include "services/ec2/desired.h"

#include <set>

#include "base/bytes.h"
#include "services/ec2/instance_types.h"
#include "services/ec2/network.h"

namespace sekisho::ec2 {

namespace {

net::RouteTable route_table(const State& state, const RouteTable& table) {
    net::RouteTable out;
    out.id = table.id;
    for (const Route& route : table.routes) {
        net::Route one;
        one.destination = route.destination;
        one.target_id = route.target;
        if (route_state(state, table, route) == "blackhole")
            one.target = net::Route::Target::blackhole;
        else if (route.target.starts_with("igw-"))
            one.target = net::Route::Target::internet_gateway;
        else if (route.target.starts_with("nat-"))
            one.target = net::Route::Target::nat_gateway;
        else
            one.target = net::Route::Target::network_interface;
        out.routes.push_back(std::move(one));
    }
    return out;
}

net::SecurityGroup security_group(const Place& place, const SecurityGroup& group) {
    net::SecurityGroup out;
    out.id = group.id;
    for (const SecurityGroupRule& rule : group.rules) {
        net::SecurityGroupRule one;
        one.egress = rule.egress;
        one.protocol = rule.protocol;
        one.from_port = rule.from_port;
        one.to_port = rule.to_port;
        if (!rule.cidr.empty()) one.cidrs.push_back(rule.cidr);
        if (!rule.prefix_list.empty())
            for (const Cidr& cidr : s3_prefixes(*place.plan, place.region.value)) one.cidrs.push_back(cidr.text());
        if (!rule.group.empty()) one.groups.push_back(rule.group);
        // An IPv6 rule says nothing to an IPv4 network.
        if (!one.cidrs.empty() || !one.groups.empty()) out.rules.push_back(std::move(one));
    }
    return out;
}

net::NetworkInterface interface(const NetworkInterface& row) {
    return {row.id, row.subnet, row.mac, row.private_ips, row.public_ip, row.groups, row.source_dest_check};
}

net::Instance instance(const Instance& row) {
    net::Instance out;
    out.id = row.id;
    out.interface = row.interface;
    out.host_name = row.private_dns_name;
    out.running = row.state == "pending" || row.state == "running";
    out.boot = row.boot;
    out.user_data = from_base64(row.user_data).value_or("");
    if (const InstanceType* type = find_instance_type(row.type)) {
        out.memory_bytes_max = static_cast<std::uint64_t>(type->memory_mib) << 20;
        out.processors = type->vcpus;
    }
    return out;
}

// An interface that ends with its instance is not kept for it.
bool is_ending(const State& state, const NetworkInterface& row) {
    const Instance* owner = state.instances.find(row.instance);
    return owner && owner->state == "shutting-down" && row.delete_on_termination;
}

// A default VPC costs nothing until something has an interface in it.
bool is_needed(const State& state, const Vpc& vpc) {
    if (!vpc.is_default) return true;
    for (const auto& [id, interface] : state.interfaces)
        if (interface->vpc == vpc.id && !is_ending(state, *interface)) return true;
    return false;
}

net::Vpc vpc_of(const PlacedState& placed, const Vpc& vpc) {
    const State& state = *placed.state;
    net::Vpc out;
    out.id = vpc.id;
    out.account = placed.place.account.value;
    out.region = placed.place.region.value;
    for (const CidrAssociation& block : vpc.blocks) out.cidrs.push_back(block.cidr);
    if (const InternetGateway* gateway = internet_gateway_of(state, vpc.id)) out.internet_gateway = gateway->id;
    for (const auto& [id, subnet] : state.subnets)
        if (subnet->vpc == vpc.id) {
            const RouteTable* table = route_table_of(state, *subnet);
            out.subnets.push_back({id, subnet->cidr, table ? table->id : ""});
        }
    for (const auto& [id, table] : state.route_tables)
        if (table->vpc == vpc.id) out.route_tables.push_back(route_table(state, *table));
    for (const auto& [id, endpoint] : state.endpoints)
        if (endpoint->vpc == vpc.id) {
            net::GatewayEndpoint one{id, out.account, out.region, "s3", {}, endpoint->route_tables};
            for (const Cidr& cidr : s3_prefixes(*placed.place.plan, out.region)) one.prefixes.push_back(cidr.text());
            out.endpoints.push_back(std::move(one));
        }
    for (const auto& [id, nat] : state.nat_gateways)
        if (nat->vpc == vpc.id && (nat->state == "pending" || nat->state == "available"))
            out.nat_gateways.push_back({id, nat->subnet, nat->private_ip, nat->public_ip});
    for (const auto& [id, row] : state.interfaces)
        if (row->vpc == vpc.id && row->type == "interface" && !is_ending(state, *row))
            out.interfaces.push_back(interface(*row));
    // A group that no interface has lets nobody in and is nobody's remote side.
    std::set<std::string> used;
    for (const net::NetworkInterface& row : out.interfaces) used.insert(row.security_groups.begin(), row.security_groups.end());
    for (const std::string& id : used)
        if (const SecurityGroup* group = state.security_groups.find(id))
            out.security_groups.push_back(security_group(placed.place, *group));
    for (const auto& [id, row] : state.instances)
        if (row->vpc == vpc.id && row->state != "shutting-down" && row->state != "terminated")
            out.instances.push_back(instance(*row));
    return out;
}

}  // namespace

std::size_t desired_bytes(const Place& place, const State& state) {
    constexpr std::size_t item = 300;  // names of members, ids and addresses
    constexpr std::size_t text = 64;   // one more id, or a CIDR
    const std::size_t prefixes = s3_prefixes(*place.plan, place.region.value).size() * text;
    std::size_t bytes = (state.vpcs.size() * 2 + state.subnets.size() + state.nat_gateways.size()) * item;
    for (const auto& [id, table] : state.route_tables) bytes += item + table->routes.size() * item;
    for (const auto& [id, endpoint] : state.endpoints) bytes += item + prefixes + endpoint->route_tables.size() * text;
    std::set<std::string> used;
    for (const auto& [id, row] : state.interfaces) {
        bytes += item + (row->groups.size() + row->private_ips.size()) * text;
        used.insert(row->groups.begin(), row->groups.end());
    }
    for (const std::string& id : used)
        if (const SecurityGroup* group = state.security_groups.find(id))
            for (const SecurityGroupRule& rule : group->rules) bytes += item + (rule.prefix_list.empty() ? 0 : prefixes);
    for (const auto& [id, instance] : state.instances)
        if (instance->state != "shutting-down" && instance->state != "terminated")
            bytes += item + text + instance->user_data.size();
    return bytes;
}

net::Desired desired(const std::vector<PlacedState>& states, const AddressPlan& plan, std::string ca_certificate_pem) {
    net::Desired out;
    out.ca_certificate_pem = std::move(ca_certificate_pem);
    for (const RegionInfo& region : regions()) {
        for (const Cidr& cidr : s3_prefixes(plan, region.name))
            out.internet.push_back({cidr.text(), "s3", std::string(region.name)});
        out.internet.push_back({services_block(plan, region.name)->text(), "services", std::string(region.name)});
    }
    for (const PlacedState& placed : states)
        for (const auto& [id, vpc] : placed.state->vpcs)
            if (is_needed(*placed.state, *vpc)) out.vpcs.push_back(vpc_of(placed, *vpc));
    return out;
}

}  // namespace sekisho::ec2
