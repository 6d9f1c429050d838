#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct AllocateAddress {
    static constexpr std::string_view name = "AllocateAddress";
    struct Input {
        std::string wanted;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"CustomerOwnedIpv4Pool", "IpamPoolId"}); !no) return error_of(no);
        auto domain = one_of(call.params, "Domain", {"vpc"}, "vpc");
        if (!domain) return error_of(domain);
        in.wanted = call.params.get("Address");
        if (std::string group = call.params.get("NetworkBorderGroup"); !group.empty() && group != call.region.value)
            return invalid_value("NetworkBorderGroup", group);
        auto tags = tag_specifications(call.params, kind::address);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::address, in.tags);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::records, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                // Address recovers one that was released; whoever had it last is not remembered, so there is none to recover.
                if (!in.wanted.empty())
                    return fail(error::ec2::InvalidAddressNotFound,
                                fmt::format("Address '{}' not found or not available.", in.wanted));
                if (change.state.addresses.size() >= limits::addresses) return fail(error::ec2::AddressLimitExceeded);
                auto ip = change.addresses.take();
                if (!ip) return fail(error::ec2::InsufficientAddressCapacity);
                Address address;
                address.allocation = change.id(kind::address);
                address.public_ip = *ip;
                address.tags = in.tags;
                change.state.addresses.put(address.allocation, address);
                xml.text("publicIp", address.public_ip).text("domain", "vpc").text("allocationId", address.allocation);
                xml.text("publicIpv4Pool", "amazon").text("networkBorderGroup", change.place.region.value);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::allocate_address(Ec2& ec2) { return make<AllocateAddress>(ec2); }

}  // namespace sekisho::ec2
