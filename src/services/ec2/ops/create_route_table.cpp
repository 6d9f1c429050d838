#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct CreateRouteTable {
    static constexpr std::string_view name = "CreateRouteTable";
    struct Input {
        std::string vpc;
        std::string client_token;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        in.client_token = call.params.get("ClientToken");
        auto tags = tag_specifications(call.params, kind::route_table);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::route_table, in.tags);
            list.on(kind::vpc, in.vpc);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              State& state = change.state;
                              auto before = change.made_before(in.client_token);
                              if (!before) return error_of(before);
                              RouteTable table;
                              if (*before && state.route_tables.contains(**before)) {
                                  table = *state.route_tables.find(**before);
                              } else {
                                  auto vpc = get(state.vpcs, kind::vpc, in.vpc);
                                  if (!vpc) return error_of(vpc);
                                  std::size_t count = 0;
                                  for (const auto& [id, other] : state.route_tables) count += other->vpc == in.vpc;
                                  if (count >= limits::route_tables_per_vpc) return fail(error::ec2::RouteTableLimitExceeded);
                                  table.id = change.id(kind::route_table);
                                  table.vpc = in.vpc;
                                  table.tags = in.tags;
                                  state.route_tables.put(table.id, table);
                                  change.remember(in.client_token, table.id);
                              }
                              xml.open("routeTable");
                              write_route_table(xml, change.view(), table);
                              xml.close();
                              if (!in.client_token.empty()) xml.text("clientToken", in.client_token);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::create_route_table(Ec2& ec2) { return make<CreateRouteTable>(ec2); }

}  // namespace sekisho::ec2
