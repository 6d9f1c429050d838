#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct AssociateRouteTable {
    static constexpr std::string_view name = "AssociateRouteTable";
    struct Input {
        std::string table;
        std::string subnet;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"GatewayId"}); !no) return error_of(no);
        auto table = required_id(call.params, "RouteTableId", kind::route_table);
        if (!table) return error_of(table);
        in.table = std::move(*table);
        auto subnet = required_id(call.params, "SubnetId", kind::subnet);
        if (!subnet) return error_of(subnet);
        in.subnet = std::move(*subnet);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::route_table, in.table);
            list.on(kind::subnet, in.subnet);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                State& state = change.state;
                auto table = get(state.route_tables, kind::route_table, in.table);
                if (!table) return error_of(table);
                auto subnet = get(state.subnets, kind::subnet, in.subnet);
                if (!subnet) return error_of(subnet);
                if (subnet->vpc != table->vpc)
                    return fail(error::ec2::InvalidParameterValue,
                                fmt::format("Route table {} and subnet {} belong to different networks", in.table, in.subnet));
                std::string id;
                for (const auto& [other_id, other] : state.route_tables)
                    for (const RouteTableAssociation& association : other->associations) {
                        if (association.subnet != in.subnet) continue;
                        if (other_id != in.table)
                            return fail(
                                error::ec2::ResourceAlreadyAssociated,
                                fmt::format(
                                    "the specified association for route table {} conflicts with an existing association",
                                    in.table));
                        id = association.id;
                    }
                if (id.empty()) {
                    id = change.entropy.resource_id("rtbassoc");
                    table->associations.push_back({id, in.subnet});
                    state.route_tables.put(in.table, *table);
                }
                xml.text("associationId", id).open("associationState").text("state", "associated").close();
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::associate_route_table(Ec2& ec2) { return make<AssociateRouteTable>(ec2); }

}  // namespace sekisho::ec2
