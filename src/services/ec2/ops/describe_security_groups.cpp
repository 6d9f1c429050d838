#include "services/ec2/ops/op.h"
#include "services/ec2/security_groups.h"

namespace sekisho::ec2 {

struct DescribeSecurityGroups {
    static constexpr std::string_view name = "DescribeSecurityGroups";
    struct Input : DescribeInput {
        std::vector<std::string> names;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {&kind::security_group, "GroupId"});
        if (!in) return error_of(in);
        return Input{std::move(*in), call.params.list("GroupName")};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            DescribeInput wanted = in;
            for (const std::string& name : in.names) {
                auto group = find_group(view.state, {}, name);
                if (!group) return error_of(group);
                wanted.ids.push_back(group->id);
            }
            return describe<SecurityGroup>(xml, view, wanted, kind::security_group, view.state.security_groups,
                                           security_group_columns(), "securityGroupInfo", write_security_group);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_security_groups(Ec2& ec2) { return make<DescribeSecurityGroups>(ec2); }

}  // namespace sekisho::ec2
