#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

const Vpc* vpc_of_block(const State& state, const std::string& association) {
    for (const auto& [id, vpc] : state.vpcs)
        for (const CidrAssociation& block : vpc->blocks)
            if (block.id == association) return vpc.get();
    return nullptr;
}

}  // namespace

struct DisassociateVpcCidrBlock {
    static constexpr std::string_view name = "DisassociateVpcCidrBlock";
    struct Input {
        std::string association;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto association = required(call.params, "AssociationId");
        if (!association) return error_of(association);
        in.association = std::move(*association);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            const Vpc* vpc = vpc_of_block(list.view().state, in.association);
            list.on(kind::vpc, vpc ? vpc->id : "*");
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                const Vpc* found = vpc_of_block(change.state, in.association);
                if (!found)
                    return fail(error::ec2::InvalidVpcCidrBlockAssociationNotFound,
                                fmt::format("The vpc CIDR block association ID '{}' does not exist", in.association));
                Vpc vpc = *found;
                if (vpc.blocks.front().id == in.association)
                    return fail(error::ec2::OperationNotPermitted,
                                fmt::format("The vpc CIDR block with association ID {} may not be disassociated. It is the "
                                            "primary IPv4 CIDR block of the "
                                            "VPC",
                                            in.association));
                auto block =
                    std::find_if(vpc.blocks.begin(), vpc.blocks.end(), [&](const auto& b) { return b.id == in.association; });
                CidrAssociation gone = *block;
                for (const auto& [id, subnet] : change.state.subnets)
                    if (subnet->vpc == vpc.id && Cidr::parse(gone.cidr)->contains(*Cidr::parse(subnet->cidr)))
                        return fail(error::ec2::DependencyViolation,
                                    fmt::format("The vpc CIDR block '{}' has subnets and cannot be disassociated.", gone.cidr));
                vpc.blocks.erase(block);
                change.state.vpcs.put(vpc.id, vpc);
                xml.text("vpcId", vpc.id)
                    .open("cidrBlockAssociation")
                    .text("associationId", gone.id)
                    .text("cidrBlock", gone.cidr);
                xml.open("cidrBlockState").text("state", "disassociating").close().close();
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::disassociate_vpc_cidr_block(Ec2& ec2) { return make<DisassociateVpcCidrBlock>(ec2); }

}  // namespace sekisho::ec2
