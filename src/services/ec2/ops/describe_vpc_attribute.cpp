#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DescribeVpcAttribute {
    static constexpr std::string_view name = "DescribeVpcAttribute";
    struct Input {
        std::string vpc;
        std::string attribute;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = *vpc;
        auto attribute = required(call.params, "Attribute");
        if (!attribute) return error_of(attribute);
        in.attribute = *attribute;
        if (in.attribute != "enableDnsSupport" && in.attribute != "enableDnsHostnames" &&
            in.attribute != "enableNetworkAddressUsageMetrics")
            return invalid_value("Attribute", in.attribute, "Unknown attribute.");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::vpc, in.vpc);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            auto vpc = get(view.state.vpcs, kind::vpc, in.vpc);
            if (!vpc) return error_of(vpc);
            bool value = in.attribute == "enableDnsSupport"     ? vpc->dns_support
                         : in.attribute == "enableDnsHostnames" ? vpc->dns_hostnames
                                                                : vpc->address_usage_metrics;
            xml.text("vpcId", in.vpc).open(in.attribute).boolean("value", value).close();
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_vpc_attribute(Ec2& ec2) { return make<DescribeVpcAttribute>(ec2); }

}  // namespace sekisho::ec2
