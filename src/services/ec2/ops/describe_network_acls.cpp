#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeNetworkAcls {
    static constexpr std::string_view name = "DescribeNetworkAcls";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::network_acl, "NetworkAclId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<NetworkAcl>(xml, view, in, kind::network_acl, view.state.network_acls, network_acl_columns(),
                                        "networkAclSet", write_network_acl);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_network_acls(Ec2& ec2) { return make<DescribeNetworkAcls>(ec2); }

}  // namespace sekisho::ec2
