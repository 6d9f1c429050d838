#include "services/ec2/cidrs.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct AssociateVpcCidrBlock {
    static constexpr std::string_view name = "AssociateVpcCidrBlock";
    struct Input {
        std::string vpc;
        Cidr cidr;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params,
                             {"AmazonProvidedIpv6CidrBlock", "Ipv6CidrBlock", "Ipv6Pool", "Ipv4IpamPoolId", "Ipv6IpamPoolId"});
            !no)
            return error_of(no);
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        auto text = required(call.params, "CidrBlock");
        if (!text) return error_of(text);
        auto cidr = cidr_block("CidrBlock", *text);
        if (!cidr) return error_of(cidr);
        if (auto checked = check_vpc_range(*cidr); !checked) return error_of(checked);
        in.cidr = *cidr;
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::vpc, in.vpc);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto vpc = get(change.state.vpcs, kind::vpc, in.vpc);
                if (!vpc) return error_of(vpc);
                if (vpc->blocks.size() >= limits::cidrs_per_vpc)
                    return fail(error::ec2::CidrLimitExceeded,
                                fmt::format("This network '{}' has met its maximum number of allowed CIDRs: {}", in.vpc,
                                            limits::cidrs_per_vpc));
                for (const CidrAssociation& block : vpc->blocks)
                    if (Cidr::parse(block.cidr)->overlaps(in.cidr))
                        return fail(error::ec2::InvalidVpcConflict,
                                    fmt::format("The CIDR '{}' conflicts with another of the VPC.", in.cidr.text()));
                for (const auto& [id, table] : change.state.route_tables)
                    for (const Route& route : table->routes)
                        if (table->vpc == in.vpc && in.cidr.contains(*Cidr::parse(route.destination)))
                            return fail(
                                error::ec2::InvalidVpcRange,
                                fmt::format("The CIDR '{}' is the same as or larger than a route of {}.", in.cidr.text(), id));
                CidrAssociation added{change.entropy.resource_id("vpc-cidr-assoc"), in.cidr.text()};
                vpc->blocks.push_back(added);
                change.state.vpcs.put(in.vpc, *vpc);
                xml.text("vpcId", in.vpc)
                    .open("cidrBlockAssociation")
                    .text("associationId", added.id)
                    .text("cidrBlock", added.cidr);
                xml.open("cidrBlockState").text("state", "associating").close().close();
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::associate_vpc_cidr_block(Ec2& ec2) { return make<AssociateVpcCidrBlock>(ec2); }

}  // namespace sekisho::ec2
