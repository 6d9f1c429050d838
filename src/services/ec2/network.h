// What several operations do with the records of a network: making VPCs and subnets with all that AWS makes along, finding the
// route table of a subnet, giving out private addresses, making and removing interfaces, tying public addresses to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

// A row by id, or AWS's not-found error.
template <class Row>
Result<Row> get(const store::Collection<Row>& rows, const Kind& kind, std::string_view id) {
    const Row* row = rows.find(id);
    if (!row) return not_found(kind, id);
    return *row;
}

// The VPC with its main route table, default security group, default network ACL and the region's DHCP options.
Vpc make_vpc(State& state, const Place& place, Entropy& entropy, const Cidr& cidr);
Subnet make_subnet(State& state, Entropy& entropy, const Vpc& vpc, const Cidr& cidr, const std::string& zone);
// 172.31.0.0/16 with a /20 in each of the region's first three zones and an attached internet gateway (VPC guide, "Default
// VPCs").
Vpc make_default_vpc(State& state, const Place& place, Entropy& entropy);
const Vpc* default_vpc(const State& state);
const Subnet* default_subnet(const State& state, std::string_view zone);  // zone empty: the first

const RouteTable* main_route_table(const State& state, std::string_view vpc);
const RouteTable* route_table_of(const State& state, const Subnet& subnet);  // explicit, else the VPC's main one
const SecurityGroup* default_security_group(const State& state, std::string_view vpc);
const NetworkAcl* default_network_acl(const State& state, std::string_view vpc);
const InternetGateway* internet_gateway_of(const State& state, std::string_view vpc);

// "active" or "blackhole": whether the target can take the packets.
std::string route_state(const State& state, const RouteTable& table, const Route& route);

// AWS keeps the first four addresses of a subnet and the last.
inline constexpr int addresses_reserved = 5;
int free_addresses(const State& state, const Subnet& subnet);
// The lowest free one, or `wanted` after checking that it can be had.
Result<std::string> take_private_ip(const State& state, const Subnet& subnet, const std::string& wanted = {});

struct NewInterface {
    std::string description;
    std::string type = "interface";
    std::string requester;
    std::string private_ip;  // empty: the lowest free one
    std::vector<std::string> groups;
    Tags tags;
};
Result<NetworkInterface> make_interface(Change& change, const Subnet& subnet, NewInterface wanted);
// Forgets an interface and frees what it holds: its elastic IP's association, or the address that came with the launch.
void remove_interface(Change& change, const std::string& id);

// Ties an elastic IP to an interface's primary address; frees both from what they were tied to. Returns the association id.
std::string associate_address(Change& change, const std::string& allocation, const std::string& interface);
void disassociate_address(Change& change, const std::string& allocation);
// Amazon's own address for an instance with auto_public_ip, given at start and taken at stop.
Result<void> give_auto_public_ip(Change& change, const std::string& interface);
void take_auto_public_ip(Change& change, const std::string& interface);

}  // namespace sekisho::ec2
