#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeNatGateways {
    static constexpr std::string_view name = "DescribeNatGateways";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::nat_gateway, "NatGatewayId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<NatGateway>(xml, view, in, kind::nat_gateway, view.state.nat_gateways, nat_gateway_columns(),
                                        "natGatewaySet", write_nat_gateway);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_nat_gateways(Ec2& ec2) { return make<DescribeNatGateways>(ec2); }

}  // namespace sekisho::ec2
