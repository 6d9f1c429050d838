#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct ModifyVpcAttribute {
    static constexpr std::string_view name = "ModifyVpcAttribute";
    struct Input {
        std::string vpc;
        std::optional<bool> hostnames;
        std::optional<bool> support;
        std::optional<bool> metrics;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        auto hostnames = optional_bool(call.params, "EnableDnsHostnames.Value");
        if (!hostnames) return error_of(hostnames);
        in.hostnames = std::move(*hostnames);
        auto support = optional_bool(call.params, "EnableDnsSupport.Value");
        if (!support) return error_of(support);
        in.support = std::move(*support);
        auto metrics = optional_bool(call.params, "EnableNetworkAddressUsageMetrics.Value");
        if (!metrics) return error_of(metrics);
        in.metrics = std::move(*metrics);
        int given = in.hostnames.has_value() + in.support.has_value() + in.metrics.has_value();
        if (given == 0) return missing_parameter("enableDnsSupport or enableDnsHostnames");
        if (given > 1) return fail(error::ec2::InvalidParameterCombination, "Fields for multiple attribute types specified");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::vpc, in.vpc);
            AskList::Attributes set;
            auto flag = [&](const char* name, const std::optional<bool>& value) {
                if (value) set.emplace_back(name, *value ? "true" : "false");
            };
            flag("EnableDnsHostnames", in.hostnames);
            flag("EnableDnsSupport", in.support);
            flag("EnableNetworkAddressUsageMetrics", in.metrics);
            list.attributes(set);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::records,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              auto vpc = get(change.state.vpcs, kind::vpc, in.vpc);
                              if (!vpc) return error_of(vpc);
                              vpc->dns_hostnames = in.hostnames.value_or(vpc->dns_hostnames);
                              vpc->dns_support = in.support.value_or(vpc->dns_support);
                              vpc->address_usage_metrics = in.metrics.value_or(vpc->address_usage_metrics);
                              change.state.vpcs.put(in.vpc, *vpc);
                              xml.boolean("return", true);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::modify_vpc_attribute(Ec2& ec2) { return make<ModifyVpcAttribute>(ec2); }

}  // namespace sekisho::ec2
