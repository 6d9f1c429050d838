#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

// What AWS makes with a VPC goes with it; everything else must be gone before.
template <class Row, class F>
bool any_in_vpc(const store::Collection<Row>& rows, const std::string& vpc, F counts) {
    for (const auto& [id, row] : rows)
        if (row->vpc == vpc && counts(*row)) return true;
    return false;
}

bool has_dependents(const State& state, const std::string& vpc) {
    const RouteTable* main = main_route_table(state, vpc);
    constexpr auto all = [](const auto&) { return true; };
    return any_in_vpc(state.subnets, vpc, all) || any_in_vpc(state.internet_gateways, vpc, all) ||
           any_in_vpc(state.endpoints, vpc, all) || any_in_vpc(state.interfaces, vpc, all) ||
           any_in_vpc(state.security_groups, vpc, [](const SecurityGroup& group) { return group.name != "default"; }) ||
           any_in_vpc(state.network_acls, vpc, [](const NetworkAcl& acl) { return !acl.is_default; }) ||
           any_in_vpc(state.route_tables, vpc, [main](const RouteTable& table) { return &table != main; });
}

}  // namespace

struct DeleteVpc {
    static constexpr std::string_view name = "DeleteVpc";
    struct Input {
        std::string vpc;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::vpc, in.vpc);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              State& state = change.state;
                              auto vpc = get(state.vpcs, kind::vpc, in.vpc);
                              if (!vpc) return error_of(vpc);
                              if (has_dependents(state, in.vpc))
                                  return fail(error::ec2::DependencyViolation,
                                              fmt::format("The vpc '{}' has dependencies and cannot be deleted.", in.vpc));
                              state.route_tables.erase(main_route_table(state, in.vpc)->id);
                              state.security_groups.erase(default_security_group(state, in.vpc)->id);
                              state.network_acls.erase(default_network_acl(state, in.vpc)->id);
                              state.vpcs.erase(in.vpc);
                              xml.boolean("return", true);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::delete_vpc(Ec2& ec2) { return make<DeleteVpc>(ec2); }

}  // namespace sekisho::ec2
