#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeInternetGateways {
    static constexpr std::string_view name = "DescribeInternetGateways";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) {
        return describe_input(call.params, {&kind::internet_gateway, "InternetGatewayId"});
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<InternetGateway>(xml, view, in, kind::internet_gateway, view.state.internet_gateways,
                                             internet_gateway_columns(), "internetGatewaySet", write_internet_gateway);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_internet_gateways(Ec2& ec2) { return make<DescribeInternetGateways>(ec2); }

}  // namespace sekisho::ec2
