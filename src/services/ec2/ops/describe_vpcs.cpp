#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeVpcs {
    static constexpr std::string_view name = "DescribeVpcs";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::vpc, "VpcId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<Vpc>(xml, view, in, kind::vpc, view.state.vpcs, vpc_columns(), "vpcSet", write_vpc);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_vpcs(Ec2& ec2) { return make<DescribeVpcs>(ec2); }

}  // namespace sekisho::ec2
