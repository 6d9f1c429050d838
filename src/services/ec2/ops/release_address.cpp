#include "services/ec2/addresses.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct ReleaseAddress {
    static constexpr std::string_view name = "ReleaseAddress";
    struct Input {
        std::string allocation;
        std::string public_ip;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto allocation = optional_id(call.params, "AllocationId", kind::address);
        if (!allocation) return error_of(allocation);
        in.allocation = std::move(*allocation);
        in.public_ip = call.params.get("PublicIp");
        if (in.allocation.empty() && in.public_ip.empty()) return missing_parameter("AllocationId");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            auto address = find_address(list.view().state, in.allocation, in.public_ip);
            list.on(kind::address, address ? address->allocation : in.allocation);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::records, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto address = find_address(change.state, in.allocation, in.public_ip);
                if (!address) return error_of(address);
                if (!address->nat_gateway.empty() || !address->association.empty())
                    return fail(error::ec2::InvalidAddressInUse, fmt::format("Address {} is in use.", address->public_ip));
                change.addresses.release(address->public_ip);
                change.state.addresses.erase(address->allocation);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::release_address(Ec2& ec2) { return make<ReleaseAddress>(ec2); }

}  // namespace sekisho::ec2
