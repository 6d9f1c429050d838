#include "services/ec2/addresses.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct AssociateAddress {
    static constexpr std::string_view name = "AssociateAddress";
    struct Input {
        std::string allocation;
        std::string public_ip;
        std::string instance;
        std::string interface;
        std::string private_ip;
        bool reassociate;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto allocation = optional_id(call.params, "AllocationId", kind::address);
        if (!allocation) return error_of(allocation);
        in.allocation = std::move(*allocation);
        in.public_ip = call.params.get("PublicIp");
        if (in.allocation.empty() && in.public_ip.empty()) return missing_parameter("AllocationId");
        auto instance = optional_id(call.params, "InstanceId", kind::instance);
        if (!instance) return error_of(instance);
        in.instance = std::move(*instance);
        auto interface = optional_id(call.params, "NetworkInterfaceId", kind::network_interface);
        if (!interface) return error_of(interface);
        in.interface = std::move(*interface);
        if (in.instance.empty() && in.interface.empty())
            return fail(error::ec2::MissingParameter, "Either 'InstanceId' or 'NetworkInterfaceId' must be specified");
        in.private_ip = call.params.get("PrivateIpAddress");
        // An associated address is moved unless the caller says that it must not be (AssociateAddress, API reference).
        auto reassociate = boolean(call.params, "AllowReassociation", true);
        if (!reassociate) return error_of(reassociate);
        in.reassociate = std::move(*reassociate);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            auto address = find_address(list.view().state, in.allocation, in.public_ip);
            list.on(kind::address, address ? address->allocation : in.allocation);
            if (!in.instance.empty()) list.on(kind::instance, in.instance);
            if (!in.interface.empty()) list.on(kind::network_interface, in.interface);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto address = find_address(change.state, in.allocation, in.public_ip);
                if (!address) return error_of(address);
                std::string interface_id = in.interface;
                if (interface_id.empty()) {
                    auto instance = get(change.state.instances, kind::instance, in.instance);
                    if (!instance) return error_of(instance);
                    if (instance->interface.empty() || instance->state == "shutting-down")
                        return fail(
                            error::ec2::InvalidParameterValue,
                            fmt::format("The instance ID '{}' is not in a valid state for this operation.", in.instance));
                    interface_id = instance->interface;
                }
                auto interface = get(change.state.interfaces, kind::network_interface, interface_id);
                if (!interface) return error_of(interface);
                if (interface->type != "interface")
                    return fail(error::ec2::AuthFailure, "You do not have permission to access the specified resource.");
                if (!in.private_ip.empty() && in.private_ip != interface->private_ips.front())
                    return fail(error::ec2::InvalidParameterValue,
                                fmt::format("Private IP address {} is not assigned to network interface {}", in.private_ip,
                                            interface_id));
                if (!internet_gateway_of(change.state, interface->vpc))
                    return fail(ApiError{"Gateway.NotAttached",
                                         400,
                                         fmt::format("Network {} is not attached to any internet gateway", interface->vpc),
                                         {}});
                if (!address->nat_gateway.empty())
                    return fail(error::ec2::AuthFailure, "You do not have permission to access the specified resource.");
                if (address->interface == interface_id) {
                    xml.boolean("return", true).text("associationId", address->association);
                    return {};
                }
                if (!address->association.empty() && !in.reassociate)
                    return fail(error::ec2::ResourceAlreadyAssociated,
                                fmt::format("resource {} is already associated with associate-id {}", address->allocation,
                                            address->association));
                if (!interface->allocation.empty() && !in.reassociate)
                    return fail(error::ec2::ResourceAlreadyAssociated,
                                fmt::format("resource {} is already associated with associate-id {}", interface_id,
                                            interface->public_ip_association));
                std::string association = associate_address(change, address->allocation, interface_id);
                xml.boolean("return", true).text("associationId", association);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::associate_address(Ec2& ec2) { return make<AssociateAddress>(ec2); }

}  // namespace sekisho::ec2
