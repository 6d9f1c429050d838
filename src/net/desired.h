// Desired: the whole network and all instances as the tables want them, as one value with a generation number.
//
// The gate makes it from the EC2 state (a pure function) and sends it to the lab; the lab computes the difference to what is
// there, applies it, and reports the generation reached with an error per resource. Either side may restart and send again.
// Values here are checked by the gate before they are sent, but the lab parses them as if they were hostile anyway.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace sekisho::net {

struct Route {
    std::string destination;  // CIDR; the VPC's own CIDRs are implied
    enum class Target { internet_gateway, nat_gateway, network_interface, blackhole } target = Target::blackhole;
    std::string target_id;  // igw-…, nat-…, eni-…
    bool operator==(const Route&) const = default;
};

struct RouteTable {
    std::string id;
    std::vector<Route> routes;
    bool operator==(const RouteTable&) const = default;
};

struct Subnet {
    std::string id;
    std::string cidr;
    std::string route_table;
    bool operator==(const Subnet&) const = default;
};

// A gateway endpoint: requests from subnets of these route tables to these prefixes come in by a listener of this endpoint.
struct GatewayEndpoint {
    std::string id;  // vpce-…
    std::string account;
    std::string region;
    std::string service;                // "s3"
    std::vector<std::string> prefixes;  // CIDRs
    std::vector<std::string> route_tables;
    bool operator==(const GatewayEndpoint&) const = default;
};

struct NatGateway {
    std::string id;
    std::string subnet;
    std::string private_ip;
    std::string public_ip;  // elastic IP; empty: private NAT gateway
    bool operator==(const NatGateway&) const = default;
};

struct SecurityGroupRule {
    bool egress = false;
    std::string protocol;  // "-1", "tcp", "udp", "icmp", or a number
    int from_port = -1;
    int to_port = -1;
    std::vector<std::string> cidrs;   // prefix lists already resolved
    std::vector<std::string> groups;  // sg-… in the same VPC
    bool operator==(const SecurityGroupRule&) const = default;
};

struct SecurityGroup {
    std::string id;
    std::vector<SecurityGroupRule> rules;
    bool operator==(const SecurityGroup&) const = default;
};

struct NetworkInterface {
    std::string id;
    std::string subnet;
    std::string mac;                       // 02:…
    std::vector<std::string> private_ips;  // the first is primary
    std::string public_ip;                 // of the primary; empty: none
    std::vector<std::string> security_groups;
    bool source_dest_check = true;
    bool operator==(const NetworkInterface&) const = default;
};

struct Instance {
    std::string id;
    std::string interface;  // its primary network interface (eni-…)
    std::string host_name;  // ip-10-0-5-167.ec2.internal
    bool running =
        false;  // false: stopped (the disk stays); an instance that is no longer listed is terminated (the disk goes)
    std::uint64_t boot = 0;  // another number: boot again
    std::string user_data;   // decoded
    std::uint64_t memory_bytes_max = 0;
    int processors = 0;
    bool operator==(const Instance&) const = default;
};

struct Vpc {
    std::string id;
    std::string account;
    std::string region;
    std::vector<std::string> cidrs;  // the first is primary
    std::string internet_gateway;    // igw-… attached, or empty
    std::vector<Subnet> subnets;
    std::vector<RouteTable> route_tables;
    std::vector<GatewayEndpoint> endpoints;
    std::vector<NatGateway> nat_gateways;
    std::vector<SecurityGroup> security_groups;
    std::vector<NetworkInterface> interfaces;
    std::vector<Instance> instances;
    bool operator==(const Vpc&) const = default;
};

// The lab's own little internet: where public listeners have their addresses.
struct PublicService {
    std::string address;  // one address or CIDR, answered on ports 80 and 443
    std::string service;  // "s3", "ec2", "iam", …: for logs only; the request itself says what it wants
    std::string region;
    bool operator==(const PublicService&) const = default;
};

struct Desired {
    std::uint64_t generation = 0;
    std::vector<PublicService> internet;
    std::string ca_certificate_pem;  // trusted inside instances
    std::vector<Vpc> vpcs;
    bool operator==(const Desired&) const = default;
};

struct ResourceReport {
    std::string error;  // empty: realised
    // Instances: "pending" | "running" | "stopped"; others empty.
    std::string state;
};

struct Report {
    std::uint64_t generation = 0;                     // reached
    std::map<std::string, ResourceReport> resources;  // by id; only what differs from "realised"
};

struct Counters {
    std::uint64_t packets_in = 0, bytes_in = 0, packets_out = 0, bytes_out = 0;
};

// What `sekisho status` shows of the kernel.
struct Observation {
    std::map<std::string, Counters> nat_gateways;  // by nat-…
    std::map<std::string, Counters> endpoints;     // by vpce-…
    std::map<std::string, std::string> instances;  // i-… → state
};

NLOHMANN_JSON_SERIALIZE_ENUM(Route::Target, {{Route::Target::blackhole, "blackhole"},
                                             {Route::Target::internet_gateway, "igw"},
                                             {Route::Target::nat_gateway, "nat"},
                                             {Route::Target::network_interface, "eni"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Route, destination, target, target_id)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RouteTable, id, routes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Subnet, id, cidr, route_table)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GatewayEndpoint, id, account, region, service, prefixes, route_tables)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NatGateway, id, subnet, private_ip, public_ip)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SecurityGroupRule, egress, protocol, from_port, to_port, cidrs, groups)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SecurityGroup, id, rules)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NetworkInterface, id, subnet, mac, private_ips, public_ip, security_groups,
                                   source_dest_check)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Instance, id, interface, host_name, running, boot, user_data, memory_bytes_max, processors)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Vpc, id, account, region, cidrs, internet_gateway, subnets, route_tables, endpoints,
                                   nat_gateways, security_groups, interfaces, instances)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PublicService, address, service, region)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Desired, generation, internet, ca_certificate_pem, vpcs)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ResourceReport, error, state)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Report, generation, resources)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Counters, packets_in, bytes_in, packets_out, bytes_out)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Observation, nat_gateways, endpoints, instances)

}  // namespace sekisho::net
