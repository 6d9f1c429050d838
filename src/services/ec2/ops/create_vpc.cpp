#include "services/ec2/cidrs.h"
#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct CreateVpc {
    static constexpr std::string_view name = "CreateVpc";
    struct Input {
        Cidr cidr;
        std::string tenancy;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        if (auto no = refuse(call.params, {"Ipv4IpamPoolId", "Ipv6IpamPoolId", "AmazonProvidedIpv6CidrBlock", "Ipv6Pool",
                                           "Ipv6CidrBlock", "Ipv4NetmaskLength", "Ipv6NetmaskLength"});
            !no)
            return error_of(no);
        auto text = required(call.params, "CidrBlock");
        if (!text) return error_of(text);
        auto cidr = cidr_block("CidrBlock", *text);
        if (!cidr) return error_of(cidr);
        auto tenancy = one_of(call.params, "InstanceTenancy", {"default", "dedicated"}, "default");
        if (!tenancy) return error_of(tenancy);
        auto tags = tag_specifications(call.params, kind::vpc);
        if (!tags) return error_of(tags);
        if (auto checked = check_vpc_range(*cidr); !checked) return error_of(checked);
        return Input{*cidr, *tenancy, std::move(*tags)};
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::vpc, in.tags);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              if (change.state.vpcs.size() >= limits::vpcs) return fail(error::ec2::VpcLimitExceeded);
                              Vpc vpc = make_vpc(change.state, change.place, change.entropy, in.cidr);
                              vpc.tenancy = in.tenancy;
                              vpc.tags = in.tags;
                              change.state.vpcs.put(vpc.id, vpc);
                              xml.open("vpc");
                              write_vpc(xml, change.view(), vpc);
                              xml.close();
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::create_vpc(Ec2& ec2) { return make<CreateVpc>(ec2); }

}  // namespace sekisho::ec2
