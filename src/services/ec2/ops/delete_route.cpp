#include "services/ec2/ops/op.h"
#include "services/ec2/routes.h"

namespace sekisho::ec2 {

struct DeleteRoute {
    static constexpr std::string_view name = "DeleteRoute";
    struct Input {
        std::string table;
        std::string destination;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"DestinationIpv6CidrBlock", "DestinationPrefixListId"}); !no) return error_of(no);
        auto table = required_id(call.params, "RouteTableId", kind::route_table);
        if (!table) return error_of(table);
        in.table = std::move(*table);
        auto text = required(call.params, "DestinationCidrBlock");
        if (!text) return error_of(text);
        auto destination = cidr_block("DestinationCidrBlock", *text);
        if (!destination) return error_of(destination);
        in.destination = destination->text();
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
                if (is_local_route(change.state, *table, in.destination))
                    return fail(error::ec2::InvalidParameterValue,
                                fmt::format("cannot remove local route {} in route table {}", in.destination, in.table));
                if (std::erase_if(table->routes, [&](const Route& route) { return route.destination == in.destination; }) == 0)
                    return fail(
                        error::ec2::InvalidRouteNotFound,
                        fmt::format("no route with destination-cidr-block {} in route table {}", in.destination, in.table));
                change.state.route_tables.put(in.table, *table);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::delete_route(Ec2& ec2) { return make<DeleteRoute>(ec2); }

}  // namespace sekisho::ec2
