#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DeleteInternetGateway {
    static constexpr std::string_view name = "DeleteInternetGateway";
    struct Input {
        std::string gateway;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto gateway = required_id(call.params, "InternetGatewayId", kind::internet_gateway);
        if (!gateway) return error_of(gateway);
        in.gateway = std::move(*gateway);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::internet_gateway, in.gateway);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::records, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto gateway = get(change.state.internet_gateways, kind::internet_gateway, in.gateway);
                if (!gateway) return error_of(gateway);
                if (!gateway->vpc.empty())
                    return fail(error::ec2::DependencyViolation,
                                fmt::format("The internetGateway '{}' has dependencies and cannot be deleted.", in.gateway));
                change.state.internet_gateways.erase(in.gateway);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::delete_internet_gateway(Ec2& ec2) { return make<DeleteInternetGateway>(ec2); }

}  // namespace sekisho::ec2
