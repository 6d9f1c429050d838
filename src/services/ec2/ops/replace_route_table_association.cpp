#include "services/ec2/ops/op.h"
#include "services/ec2/routes.h"

namespace sekisho::ec2 {

struct ReplaceRouteTableAssociation {
    static constexpr std::string_view name = "ReplaceRouteTableAssociation";
    struct Input {
        std::string association;
        std::string table;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto association = required(call.params, "AssociationId");
        if (!association) return error_of(association);
        in.association = std::move(*association);
        auto table = required_id(call.params, "RouteTableId", kind::route_table);
        if (!table) return error_of(table);
        in.table = std::move(*table);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::route_table, in.table);
            if (auto found = find_association(list.view().state, in.association)) {
                list.on(kind::route_table, found->table.id);
                if (!found->association.subnet.empty()) list.on(kind::subnet, found->association.subnet);
            }
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                State& state = change.state;
                auto found = find_association(state, in.association);
                if (!found) return association_not_found(in.association);
                auto target = get(state.route_tables, kind::route_table, in.table);
                if (!target) return error_of(target);
                if (target->vpc != found->table.vpc)
                    return fail(error::ec2::InvalidParameterValue,
                                fmt::format("Route table {} and route table {} belong to different networks", in.table,
                                            found->table.id));
                RouteTable source = found->table;
                std::erase_if(source.associations, [&](const auto& association) { return association.id == in.association; });
                state.route_tables.put(source.id, source);
                // Read again: source and target may be the same table.
                RouteTable changed = *state.route_tables.find(in.table);
                std::string id = change.entropy.resource_id("rtbassoc");
                changed.associations.push_back({id, found->association.subnet});
                state.route_tables.put(changed.id, changed);
                xml.text("newAssociationId", id).open("associationState").text("state", "associated").close();
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::replace_route_table_association(Ec2& ec2) { return make<ReplaceRouteTableAssociation>(ec2); }

}  // namespace sekisho::ec2
