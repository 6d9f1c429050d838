#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DetachInternetGateway {
    static constexpr std::string_view name = "DetachInternetGateway";
    struct Input {
        std::string gateway;
        std::string vpc;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto gateway = required_id(call.params, "InternetGatewayId", kind::internet_gateway);
        if (!gateway) return error_of(gateway);
        in.gateway = std::move(*gateway);
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::internet_gateway, in.gateway);
            list.on(kind::vpc, in.vpc);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              auto gateway = get(change.state.internet_gateways, kind::internet_gateway, in.gateway);
                              if (!gateway) return error_of(gateway);
                              auto vpc = get(change.state.vpcs, kind::vpc, in.vpc);
                              if (!vpc) return error_of(vpc);
                              if (gateway->vpc != in.vpc)
                                  return fail(error::ec2::GatewayNotAttached,
                                              fmt::format("resource {} is not attached to network {}", in.gateway, in.vpc));
                              // A mapped public address would lose its way (VPC guide, "Detach an internet gateway").
                              for (const auto& [id, interface] : change.state.interfaces)
                                  if (interface->vpc == in.vpc && !interface->public_ip.empty())
                                      return fail(error::ec2::DependencyViolation,
                                                  fmt::format("Network {} has some mapped public address(es). Please unmap "
                                                              "those public address(es) before detaching "
                                                              "the gateway.",
                                                              in.vpc));
                              gateway->vpc.clear();
                              change.state.internet_gateways.put(in.gateway, *gateway);
                              xml.boolean("return", true);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::detach_internet_gateway(Ec2& ec2) { return make<DetachInternetGateway>(ec2); }

}  // namespace sekisho::ec2
