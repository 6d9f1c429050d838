#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

// The subnet's places in route tables and network ACLs.
void forget_associations(State& state, const std::string& subnet) {
    std::vector<RouteTable> tables;
    for (const auto& [id, table] : state.route_tables) {
        RouteTable changed = *table;
        if (std::erase_if(changed.associations, [&](const auto& association) { return association.subnet == subnet; }) > 0)
            tables.push_back(std::move(changed));
    }
    for (const RouteTable& table : tables) state.route_tables.put(table.id, table);
    std::vector<NetworkAcl> acls;
    for (const auto& [id, acl] : state.network_acls)
        if (acl->associations.contains(subnet)) acls.push_back(*acl);
    for (NetworkAcl& acl : acls) {
        acl.associations.erase(subnet);
        state.network_acls.put(acl.id, acl);
    }
}

}  // namespace

struct DeleteSubnet {
    static constexpr std::string_view name = "DeleteSubnet";
    struct Input {
        std::string subnet;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto subnet = required_id(call.params, "SubnetId", kind::subnet);
        if (!subnet) return error_of(subnet);
        in.subnet = std::move(*subnet);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::subnet, in.subnet);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                State& state = change.state;
                auto subnet = get(state.subnets, kind::subnet, in.subnet);
                if (!subnet) return error_of(subnet);
                for (const auto& [id, interface] : state.interfaces)
                    if (interface->subnet == in.subnet)
                        return fail(error::ec2::DependencyViolation,
                                    fmt::format("The subnet '{}' has dependencies and cannot be deleted.", in.subnet));
                forget_associations(state, in.subnet);
                state.subnets.erase(in.subnet);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::delete_subnet(Ec2& ec2) { return make<DeleteSubnet>(ec2); }

}  // namespace sekisho::ec2
