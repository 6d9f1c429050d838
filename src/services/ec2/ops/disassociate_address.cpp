#include "services/ec2/addresses.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DisassociateAddress {
    static constexpr std::string_view name = "DisassociateAddress";
    struct Input {
        std::string association;
        std::string public_ip;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.association = call.params.get("AssociationId");
        in.public_ip = call.params.get("PublicIp");
        if (in.association.empty() && in.public_ip.empty()) return missing_parameter("AssociationId");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            auto address = find_associated_address(list.view().state, in.association, in.public_ip);
            list.on(kind::address, address ? address->allocation : "*");
            if (address && !address->interface.empty()) list.on(kind::network_interface, address->interface);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto address = find_associated_address(change.state, in.association, in.public_ip);
                if (!address) return error_of(address);
                if (!address->nat_gateway.empty())
                    return fail(error::ec2::AuthFailure, "You do not have permission to access the specified resource.");
                disassociate_address(change, address->allocation);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::disassociate_address(Ec2& ec2) { return make<DisassociateAddress>(ec2); }

}  // namespace sekisho::ec2
