#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

// The reverse DNS name of elastic IPs. None can be set here (ModifyAddressAttribute is not implemented), so each has none.
struct DescribeAddressesAttribute {
    static constexpr std::string_view name = "DescribeAddressesAttribute";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) {
        auto attribute = one_of(call.params, "Attribute", {"domain-name"}, "domain-name");
        if (!attribute) return error_of(attribute);
        return describe_input(call.params, {&kind::address, "AllocationId", 1});
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            constexpr auto write = [](XmlWriter& out, const View&, const Address& address) {
                out.text("publicIp", address.public_ip).text("allocationId", address.allocation);
            };
            return describe<Address>(xml, view, in, kind::address, view.state.addresses, address_columns(), "addressSet",
                                     write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_addresses_attribute(Ec2& ec2) { return make<DescribeAddressesAttribute>(ec2); }

}  // namespace sekisho::ec2
