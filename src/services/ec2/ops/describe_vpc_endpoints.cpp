#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeVpcEndpoints {
    static constexpr std::string_view name = "DescribeVpcEndpoints";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::endpoint, "VpcEndpointId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<Endpoint>(xml, view, in, kind::endpoint, view.state.endpoints, endpoint_columns(), "vpcEndpointSet",
                                      write_endpoint);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_vpc_endpoints(Ec2& ec2) { return make<DescribeVpcEndpoints>(ec2); }

}  // namespace sekisho::ec2
