#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct AttachInternetGateway {
    static constexpr std::string_view name = "AttachInternetGateway";
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
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto gateway = get(change.state.internet_gateways, kind::internet_gateway, in.gateway);
                if (!gateway) return error_of(gateway);
                auto vpc = get(change.state.vpcs, kind::vpc, in.vpc);
                if (!vpc) return error_of(vpc);
                if (!gateway->vpc.empty())
                    return fail(error::ec2::ResourceAlreadyAssociated,
                                fmt::format("resource {} is already attached to network {}", in.gateway, gateway->vpc));
                if (internet_gateway_of(change.state, in.vpc))
                    return fail(error::ec2::InvalidParameterValue,
                                fmt::format("Network {} already has an internet gateway attached", in.vpc));
                gateway->vpc = in.vpc;
                change.state.internet_gateways.put(in.gateway, *gateway);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::attach_internet_gateway(Ec2& ec2) { return make<AttachInternetGateway>(ec2); }

}  // namespace sekisho::ec2
