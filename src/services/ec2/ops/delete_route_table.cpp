#include "services/ec2/endpoints.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DeleteRouteTable {
    static constexpr std::string_view name = "DeleteRouteTable";
    struct Input {
        std::string table;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto table = required_id(call.params, "RouteTableId", kind::route_table);
        if (!table) return error_of(table);
        in.table = std::move(*table);
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
                if (!table->associations.empty())
                    return fail(error::ec2::DependencyViolation,
                                fmt::format("The routeTable '{}' has dependencies and cannot be deleted.", in.table));
                // An endpoint's route goes with its table.
                std::vector<Endpoint> changed;
                for (const Endpoint* endpoint : endpoints_of_table(change.state, in.table)) changed.push_back(*endpoint);
                for (Endpoint& endpoint : changed) {
                    std::erase(endpoint.route_tables, in.table);
                    change.state.endpoints.put(endpoint.id, endpoint);
                }
                change.state.route_tables.erase(in.table);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::delete_route_table(Ec2& ec2) { return make<DeleteRouteTable>(ec2); }

}  // namespace sekisho::ec2
