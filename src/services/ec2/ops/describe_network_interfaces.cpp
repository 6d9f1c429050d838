#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeNetworkInterfaces {
    static constexpr std::string_view name = "DescribeNetworkInterfaces";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) {
        return describe_input(call.params, {&kind::network_interface, "NetworkInterfaceId"});
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<NetworkInterface>(xml, view, in, kind::network_interface, view.state.interfaces,
                                              network_interface_columns(), "networkInterfaceSet", write_network_interface);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_network_interfaces(Ec2& ec2) { return make<DescribeNetworkInterfaces>(ec2); }

}  // namespace sekisho::ec2
