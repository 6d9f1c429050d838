#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

// Up to 255 characters of a–z, A–Z, 0–9, spaces and ._-:/()#,@[]+=&;{}!$* (CreateSecurityGroup, API reference).
Result<void> check_text(std::string_view parameter, const std::string& text) {
    static constexpr std::string_view allowed = " ._-:/()#,@[]+=&;{}!$*";
    bool fine = text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
                    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           allowed.find(c) != std::string_view::npos;
                });
    if (!fine)
        return fail(error::ec2::InvalidParameterValue,
                    fmt::format("Value ({}) for parameter {} is invalid. Character sets beyond ASCII are not supported.", text,
                                parameter));
    return {};
}

}  // namespace

struct CreateSecurityGroup {
    static constexpr std::string_view name = "CreateSecurityGroup";
    struct Input {
        std::string group;
        std::string description;
        std::string vpc;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto group = required(call.params, "GroupName");
        if (!group) return error_of(group);
        in.group = std::move(*group);
        auto description = required(call.params, "GroupDescription");
        if (!description) return error_of(description);
        in.description = std::move(*description);
        auto vpc = optional_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        auto tags = tag_specifications(call.params, kind::security_group);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        if (auto checked = check_text("groupName", in.group); !checked) return error_of(checked);
        if (auto checked = check_text("groupDescription", in.description); !checked) return error_of(checked);
        if (in.group.starts_with("sg-"))
            return fail(
                error::ec2::InvalidParameterValue,
                fmt::format("invalid value for parameter groupName: {}. Group names may not be in the format sg-*.", in.group));
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::security_group, in.tags);
            const Vpc* vpc = default_vpc(list.view().state);
            list.on(kind::vpc, !in.vpc.empty() ? in.vpc : vpc ? vpc->id : "*");
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                State& state = change.state;
                const Vpc* fallback = default_vpc(state);
                if (in.vpc.empty() && !fallback) return fail(error::ec2::VpcIdNotSpecified);
                auto vpc = get(state.vpcs, kind::vpc, in.vpc.empty() ? fallback->id : in.vpc);
                if (!vpc) return error_of(vpc);
                if (in.group == "default")
                    return fail(error::ec2::InvalidParameterValue, "Cannot use reserved security group name: default");
                for (const auto& [id, other] : state.security_groups)
                    if (other->vpc == vpc->id && other->name == in.group)
                        return fail(error::ec2::InvalidGroupDuplicate,
                                    fmt::format("The security group '{}' already exists for VPC '{}'", in.group, vpc->id));
                if (state.security_groups.size() >= limits::security_groups)
                    return fail(error::ec2::SecurityGroupLimitExceeded);
                SecurityGroup group;
                group.id = change.id(kind::security_group);
                group.name = in.group;
                group.description = in.description;
                group.vpc = vpc->id;
                group.tags = in.tags;
                SecurityGroupRule everything_out;
                everything_out.id = change.id(kind::security_group_rule);
                everything_out.egress = true;
                everything_out.protocol = "-1";
                everything_out.cidr = "0.0.0.0/0";
                group.rules = {everything_out};
                state.security_groups.put(group.id, group);
                xml.boolean("return", true).text("groupId", group.id);
                write_tags(xml, group.tags);
                xml.text("securityGroupArn", change.place.arn(kind::security_group, group.id));
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::create_security_group(Ec2& ec2) { return make<CreateSecurityGroup>(ec2); }

}  // namespace sekisho::ec2
