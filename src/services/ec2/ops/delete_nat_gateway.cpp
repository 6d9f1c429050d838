#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DeleteNatGateway {
    static constexpr std::string_view name = "DeleteNatGateway";
    struct Input {
        std::string nat;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto nat = required_id(call.params, "NatGatewayId", kind::nat_gateway);
        if (!nat) return error_of(nat);
        in.nat = std::move(*nat);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::nat_gateway, in.nat);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              auto nat = get(change.state.nat_gateways, kind::nat_gateway, in.nat);
                              if (!nat) return error_of(nat);
                              if (nat->state == "pending" || nat->state == "available") {
                                  nat->state = "deleting";  // the lab's report makes it deleted
                                  nat->deleted = change.millis();
                                  change.state.nat_gateways.put(in.nat, *nat);
                              } else if (nat->state == "failed") {
                                  nat->state = "deleted";
                                  change.state.nat_gateways.put(in.nat, *nat);
                              }
                              xml.text("natGatewayId", in.nat);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::delete_nat_gateway(Ec2& ec2) { return make<DeleteNatGateway>(ec2); }

}  // namespace sekisho::ec2
