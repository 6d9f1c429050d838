#include "services/ec2/ops/op.h"
#include "services/ec2/routes.h"

namespace sekisho::ec2 {

struct DisassociateRouteTable {
    static constexpr std::string_view name = "DisassociateRouteTable";
    struct Input {
        std::string association;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto association = required(call.params, "AssociationId");
        if (!association) return error_of(association);
        in.association = std::move(*association);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            if (auto found = find_association(list.view().state, in.association)) {
                list.on(kind::route_table, found->table.id);
                if (!found->association.subnet.empty()) list.on(kind::subnet, found->association.subnet);
            } else {
                list.on(kind::route_table, "*");
            }
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto found = find_association(change.state, in.association);
                if (!found) return association_not_found(in.association);
                if (found->association.subnet.empty())
                    return fail(error::ec2::InvalidParameterValue,
                                fmt::format("cannot disassociate the main route table association {}", in.association));
                RouteTable table = found->table;
                std::erase_if(table.associations, [&](const auto& association) { return association.id == in.association; });
                change.state.route_tables.put(table.id, table);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::disassociate_route_table(Ec2& ec2) { return make<DisassociateRouteTable>(ec2); }

}  // namespace sekisho::ec2
