#include "services/ec2/addresses.h"
#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeAddresses {
    static constexpr std::string_view name = "DescribeAddresses";
    struct Input : DescribeInput {
        std::vector<std::string> public_ips;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {&kind::address, "AllocationId"});
        if (!in) return error_of(in);
        return Input{std::move(*in), call.params.list("PublicIp")};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            DescribeInput wanted = in;
            for (const std::string& ip : in.public_ips) {
                auto address = find_address(view.state, {}, ip);
                if (!address) return error_of(address);
                wanted.ids.push_back(address->allocation);
            }
            return describe<Address>(xml, view, wanted, kind::address, view.state.addresses, address_columns(), "addressesSet",
                                     write_address);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_addresses(Ec2& ec2) { return make<DescribeAddresses>(ec2); }

}  // namespace sekisho::ec2
