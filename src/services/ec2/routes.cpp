#include "services/ec2/routes.h"

#include <fmt/format.h>

#include <array>

#include "services/ec2/network.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

std::optional<FoundAssociation> find_association(const State& state, const std::string& id) {
    for (const auto& [table_id, table] : state.route_tables)
        for (const RouteTableAssociation& association : table->associations)
            if (association.id == id) return FoundAssociation{*table, association};
    return std::nullopt;
}

std::unexpected<ApiError> association_not_found(const std::string& id) {
    return fail(error::ec2::InvalidAssociationNotFound, fmt::format("The association ID '{}' does not exist", id));
}

Result<std::string> route_target(const Params& params) {
    struct Choice {
        std::string_view parameter;
        const Kind* kind;
    };
    static constexpr std::array choices{
        Choice{"GatewayId", &kind::internet_gateway}, Choice{"NatGatewayId", &kind::nat_gateway},
        Choice{"NetworkInterfaceId", &kind::network_interface}, Choice{"InstanceId", &kind::instance}};
    std::string target;
    for (const Choice& choice : choices) {
        std::string value = params.get(choice.parameter);
        if (value.empty()) continue;
        if (!target.empty())
            return fail(error::ec2::InvalidParameterCombination, "The request must contain exactly one route target.");
        // GatewayId may also name what this server has none of: virtual private gateways and the local target.
        if (choice.kind == &kind::internet_gateway && !value.starts_with("igw-"))
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Value ({}) for parameter gatewayId is invalid. Expected: 'igw-...'", value));
        if (auto checked = check_id(*choice.kind, value); !checked) return fail(std::move(checked.error()));
        target = std::move(value);
    }
    if (target.empty())
        return fail(
            error::ec2::MissingParameter,
            "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, "
            "egressOnlyInternetGatewayId, transitGatewayId, localGatewayId, carrierGatewayId, vpcEndpointId, coreNetworkArn "
            "or instanceId");
    return target;
}

Result<Route> resolve_route(const State& state, const RouteTable& table, const std::string& destination,
                            const std::string& target) {
    Route route{destination, target, {}};
    std::string vpc;
    if (target.starts_with("igw-")) {
        auto gateway = get(state.internet_gateways, kind::internet_gateway, target);
        if (!gateway) return fail(std::move(gateway.error()));
        vpc = gateway->vpc;
    } else if (target.starts_with("nat-")) {
        const NatGateway* nat = state.nat_gateways.find(target);
        if (!nat || nat->state == "deleted" || nat->state == "failed")
            return fail(ApiError{
                "InvalidNatGatewayID.NotFound", 400, fmt::format("The natGateway ID '{}' does not exist", target), {}});
        vpc = nat->vpc;
    } else if (target.starts_with("eni-")) {
        auto interface = get(state.interfaces, kind::network_interface, target);
        if (!interface) return fail(std::move(interface.error()));
        vpc = interface->vpc;
    } else {
        const Instance* instance = state.instances.find(target);
        if (!instance || instance->interface.empty()) return not_found(kind::instance, target);
        vpc = instance->vpc;
        route.target = instance->interface;
        route.instance = target;
    }
    if (vpc != table.vpc)
        return fail(error::ec2::InvalidParameterValue,
                    fmt::format("route table {} and network gateway {} belong to different networks", table.id, target));
    const Vpc* owner = state.vpcs.find(table.vpc);
    Cidr wanted = *Cidr::parse(destination);
    for (const CidrAssociation& block : owner->blocks)
        if (Cidr::parse(block.cidr)->contains(wanted)) {
            // The local route itself is taken; a more specific one inside the VPC would need a middlebox.
            if (block.cidr == destination)
                return fail(error::ec2::RouteAlreadyExists,
                            fmt::format("The route identified by {} already exists.", destination));
            return fail(
                error::ec2::InvalidParameterValue,
                fmt::format("Route destination {} is inside the network's own block {}, which this server does not redirect.",
                            destination, block.cidr));
        }
    return route;
}

bool is_local_route(const State& state, const RouteTable& table, const std::string& destination) {
    const Vpc* vpc = state.vpcs.find(table.vpc);
    for (const CidrAssociation& block : vpc->blocks)
        if (block.cidr == destination) return true;
    return false;
}

}  // namespace sekisho::ec2
