#include <array>

#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DescribeAccountAttributes {
    static constexpr std::string_view name = "DescribeAccountAttributes";
    struct Input {
        std::vector<std::string> names;
    };
    static constexpr std::array known{"default-vpc",         "max-elastic-ips",     "max-instances",
                                      "supported-platforms", "vpc-max-elastic-ips", "vpc-max-security-groups-per-interface"};

    static Result<Input> parse(const Call& call) {
        Input in{call.params.list("AttributeName")};
        for (const std::string& wanted : in.names)
            if (std::find(known.begin(), known.end(), wanted) == known.end()) return invalid_value("AttributeName", wanted);
        return in;
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }

    static std::string value_of(std::string_view attribute, const View& view) {
        if (attribute == "default-vpc") {
            const Vpc* vpc = default_vpc(view.state);
            return vpc ? vpc->id : "none";
        }
        if (attribute == "supported-platforms") return "VPC";
        if (attribute == "max-instances") return std::to_string(limits::instances);
        if (attribute == "vpc-max-security-groups-per-interface") return std::to_string(limits::groups_per_interface);
        return std::to_string(limits::addresses);
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            xml.open("accountAttributeSet");
            for (std::string_view attribute : known) {
                if (!in.names.empty() && std::find(in.names.begin(), in.names.end(), attribute) == in.names.end()) continue;
                xml.open("item").text("attributeName", attribute).open("attributeValueSet").open("item");
                xml.text("attributeValue", value_of(attribute, view)).close().close().close();
            }
            xml.close();
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_account_attributes(Ec2& ec2) { return make<DescribeAccountAttributes>(ec2); }

}  // namespace sekisho::ec2
