#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeDhcpOptions {
    static constexpr std::string_view name = "DescribeDhcpOptions";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::dhcp_options, "DhcpOptionsId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<DhcpOptions>(xml, view, in, kind::dhcp_options, view.state.dhcp_options, dhcp_options_columns(),
                                         "dhcpOptionsSet", write_dhcp_options);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_dhcp_options(Ec2& ec2) { return make<DescribeDhcpOptions>(ec2); }

}  // namespace sekisho::ec2
