#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct CreateNatGateway {
    static constexpr std::string_view name = "CreateNatGateway";
    struct Input {
        std::string subnet;
        std::string allocation;
        std::string connectivity;
        std::string private_ip;
        std::string client_token;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"SecondaryAllocationId", "SecondaryPrivateIpAddress",
                                           "SecondaryPrivateIpAddressCount", "AvailabilityMode", "VpcId"});
            !no)
            return error_of(no);
        auto subnet = required_id(call.params, "SubnetId", kind::subnet);
        if (!subnet) return error_of(subnet);
        in.subnet = std::move(*subnet);
        auto connectivity = one_of(call.params, "ConnectivityType", {"public", "private"}, "public");
        if (!connectivity) return error_of(connectivity);
        in.connectivity = std::move(*connectivity);
        auto allocation = optional_id(call.params, "AllocationId", kind::address);
        if (!allocation) return error_of(allocation);
        in.allocation = std::move(*allocation);
        if (in.connectivity == "public" && in.allocation.empty()) return missing_parameter("AllocationId");
        if (in.connectivity == "private" && !in.allocation.empty())
            return fail(error::ec2::InvalidParameterCombination, "AllocationId cannot be used with a private NAT gateway");
        in.private_ip = call.params.get("PrivateIpAddress");
        in.client_token = call.params.get("ClientToken");
        auto tags = tag_specifications(call.params, kind::nat_gateway);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::nat_gateway, in.tags);
            list.on(kind::subnet, in.subnet);
            if (!in.allocation.empty()) list.on(kind::address, in.allocation);
            return {};
        });
    }

    // The record of one that never came up; the answer shows it as it was asked for.
    static NatGateway failed(Change& change, NatGateway nat, std::string code, std::string message) {
        NatGateway row = nat;
        row.state = "failed";
        row.failure_code = std::move(code);
        row.failure_message = std::move(message);
        row.deleted = change.millis();
        change.state.nat_gateways.put(nat.id, row);
        return nat;
    }

    static Result<NatGateway> make_nat_gateway(Change& change, const Input& in) {
        State& state = change.state;
        auto subnet = get(state.subnets, kind::subnet, in.subnet);
        if (!subnet) return error_of(subnet);
        std::size_t in_zone = 0;
        for (const auto& [id, other] : state.nat_gateways)
            if (const Subnet* its = state.subnets.find(other->subnet);
                its && other->state != "deleted" && other->state != "failed")
                in_zone += its->zone == subnet->zone;
        if (in_zone >= limits::nat_gateways_per_zone) return fail(error::ec2::NatGatewayLimitExceeded);
        NatGateway nat;
        nat.id = change.id(kind::nat_gateway);
        nat.vpc = subnet->vpc;
        nat.subnet = subnet->id;
        nat.connectivity = in.connectivity;
        nat.allocation = in.allocation;
        nat.created = change.millis();
        nat.tags = in.tags;
        if (in.connectivity == "public") {
            auto address = get(state.addresses, kind::address, in.allocation);
            if (!address) return error_of(address);
            // AWS accepts these and tells by the state "failed" (VPC guide, "Troubleshoot NAT gateways").
            if (!address->association.empty())
                return failed(change, std::move(nat), "Resource.AlreadyAssociated",
                              fmt::format("Elastic IP address [{}] is already associated", in.allocation));
            if (!internet_gateway_of(state, subnet->vpc))
                return failed(change, std::move(nat), "Gateway.NotAttached",
                              fmt::format("Network {} has no Internet gateway attached", subnet->vpc));
        }
        NewInterface wanted;
        wanted.description = "Interface for NAT Gateway " + nat.id;
        wanted.type = "nat_gateway";
        wanted.requester = "amazon-vpc";
        wanted.private_ip = in.private_ip;
        auto interface = make_interface(change, *subnet, std::move(wanted));
        if (!interface) return error_of(interface);
        interface->attachment = change.entropy.resource_id("eni-attach");
        interface->attached = change.millis();
        interface->device_index = 1;
        interface->delete_on_termination = false;
        interface->source_dest_check = false;
        state.interfaces.put(interface->id, *interface);
        nat.interface = interface->id;
        nat.private_ip = interface->private_ips.front();
        if (in.connectivity == "public") {
            nat.association = associate_address(change, in.allocation, interface->id);
            Address address = *state.addresses.find(in.allocation);
            address.nat_gateway = nat.id;
            nat.public_ip = address.public_ip;
            state.addresses.put(in.allocation, address);
        }
        state.nat_gateways.put(nat.id, nat);
        return nat;
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              auto before = change.made_before(in.client_token);
                              if (!before) return error_of(before);
                              NatGateway nat;
                              if (*before && change.state.nat_gateways.contains(**before)) {
                                  nat = *change.state.nat_gateways.find(**before);
                              } else {
                                  auto made = make_nat_gateway(change, in);
                                  if (!made) return error_of(made);
                                  nat = std::move(*made);
                                  change.remember(in.client_token, nat.id);
                              }
                              xml.open("natGateway");
                              write_nat_gateway(xml, change.view(), nat);
                              xml.close();
                              if (!in.client_token.empty()) xml.text("clientToken", in.client_token);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::create_nat_gateway(Ec2& ec2) { return make<CreateNatGateway>(ec2); }

}  // namespace sekisho::ec2
