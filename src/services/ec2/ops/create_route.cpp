#include "services/ec2/ops/op.h"
#include "services/ec2/routes.h"

namespace sekisho::ec2 {

struct CreateRoute {
    static constexpr std::string_view name = "CreateRoute";
    struct Input {
        std::string table;
        std::string destination;
        std::string target;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"DestinationIpv6CidrBlock", "DestinationPrefixListId", "EgressOnlyInternetGatewayId",
                                           "TransitGatewayId", "LocalGatewayId", "CarrierGatewayId", "VpcPeeringConnectionId",
                                           "CoreNetworkArn", "VpcEndpointId", "LocalTarget"});
            !no)
            return error_of(no);
        auto table = required_id(call.params, "RouteTableId", kind::route_table);
        if (!table) return error_of(table);
        in.table = std::move(*table);
        auto text = required(call.params, "DestinationCidrBlock");
        if (!text) return error_of(text);
        auto destination = cidr_block("DestinationCidrBlock", *text);
        if (!destination) return error_of(destination);
        in.destination = destination->text();
        auto target = route_target(call.params);
        if (!target) return error_of(target);
        in.target = std::move(*target);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::route_table, in.table);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto table = get(change.state.route_tables, kind::route_table, in.table);
                if (!table) return error_of(table);
                auto route = resolve_route(change.state, *table, in.destination, in.target);
                if (!route) return error_of(route);
                for (const Route& other : table->routes) {
                    if (other.destination != in.destination) continue;
                    if (other.target != route->target)
                        return fail(error::ec2::RouteAlreadyExists,
                                    fmt::format("The route identified by {} already exists.", in.destination));
                    xml.boolean("return", true);  // the same route again
                    return {};
                }
                if (table->routes.size() >= limits::routes_per_table)
                    return fail(error::ec2::RouteLimitExceeded,
                                fmt::format("The maximum number of routes has been reached for route table {}.", in.table));
                table->routes.push_back(*route);
                change.state.route_tables.put(in.table, *table);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::create_route(Ec2& ec2) { return make<CreateRoute>(ec2); }

}  // namespace sekisho::ec2
