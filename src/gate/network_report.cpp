#include "gate/network_report.h"

namespace sekisho::gate {

namespace {

using nlohmann::json;

std::string name_of(const ec2::Tags& tags) {
    auto name = tags.find("Name");
    return name == tags.end() ? std::string() : name->second;
}

// The route table that a subnet uses: its own association's, or the VPC's main one.
std::string route_table_of(const ec2::State& state, const ec2::Subnet& subnet) {
    std::string main;
    for (const auto& [id, table] : state.route_tables) {
        if (table->vpc != subnet.vpc) continue;
        for (const auto& association : table->associations) {
            if (association.subnet == subnet.id) return id;
            if (association.subnet.empty()) main = id;
        }
    }
    return main;
}

json subnets_of(const ec2::State& state, const std::string& vpc) {
    json rows = json::array();
    for (const auto& [id, subnet] : state.subnets)
        if (subnet->vpc == vpc)
            rows.push_back({{"Id", id},
                            {"Cidr", subnet->cidr},
                            {"Zone", subnet->zone},
                            {"RouteTable", route_table_of(state, *subnet)},
                            {"Name", name_of(subnet->tags)}});
    return rows;
}

json endpoints_of(const ec2::State& state, const std::string& vpc) {
    json rows = json::array();
    for (const auto& [id, endpoint] : state.endpoints)
        if (endpoint->vpc == vpc)
            rows.push_back({{"Id", id},
                            {"Service", endpoint->service_name},
                            {"State", endpoint->state},
                            {"RouteTables", endpoint->route_tables},
                            {"Name", name_of(endpoint->tags)}});
    return rows;
}

json nat_gateways_of(const ec2::State& state, const std::string& vpc) {
    json rows = json::array();
    for (const auto& [id, nat] : state.nat_gateways)
        if (nat->vpc == vpc && nat->state != "deleted")
            rows.push_back({{"Id", id},
                            {"State", nat->state},
                            {"PublicIp", nat->public_ip},
                            {"PrivateIp", nat->private_ip},
                            {"Name", name_of(nat->tags)}});
    return rows;
}

json instances_of(const ec2::State& state, const std::string& vpc) {
    json rows = json::array();
    for (const auto& [id, instance] : state.instances)
        if (instance->vpc == vpc && instance->state != "terminated")
            rows.push_back({{"Id", id},
                            {"State", instance->state},
                            {"PrivateIp", instance->private_ip},
                            {"Subnet", instance->subnet},
                            {"Profile", instance->profile_arn},
                            {"Reason", instance->state_reason},
                            {"Name", name_of(instance->tags)}});
    return rows;
}

}  // namespace

json network_report(const std::vector<ec2::PlacedState>& states, const AccountId& account, const Region& region) {
    json vpcs = json::array();
    for (const ec2::PlacedState& placed : states) {
        if (placed.place.account != account || placed.place.region != region) continue;
        const ec2::State& state = *placed.state;
        for (const auto& [id, vpc] : state.vpcs)
            vpcs.push_back({{"Id", id},
                            {"Cidr", vpc->cidr},
                            {"Default", vpc->is_default},
                            {"Name", vpc->is_default ? std::string("(default VPC)") : name_of(vpc->tags)},
                            {"Subnets", subnets_of(state, id)},
                            {"Endpoints", endpoints_of(state, id)},
                            {"NatGateways", nat_gateways_of(state, id)},
                            {"Instances", instances_of(state, id)}});
    }
    return {{"Vpcs", std::move(vpcs)}};
}

}  // namespace sekisho::gate
