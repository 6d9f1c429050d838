#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeSubnets {
    static constexpr std::string_view name = "DescribeSubnets";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::subnet, "SubnetId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<Subnet>(xml, view, in, kind::subnet, view.state.subnets, subnet_columns(), "subnetSet",
                                    write_subnet);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_subnets(Ec2& ec2) { return make<DescribeSubnets>(ec2); }

}  // namespace sekisho::ec2
