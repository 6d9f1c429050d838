#include "services/ec2/ops/op.h"
#include "services/ec2/security_groups.h"

namespace sekisho::ec2 {

namespace {

// By an interface, or by a rule of another group.
bool is_used(const State& state, const std::string& group) {
    for (const auto& [id, interface] : state.interfaces)
        if (std::find(interface->groups.begin(), interface->groups.end(), group) != interface->groups.end()) return true;
    for (const auto& [id, other] : state.security_groups)
        if (id != group)
            for (const SecurityGroupRule& rule : other->rules)
                if (rule.group == group) return true;
    return false;
}

}  // namespace

struct DeleteSecurityGroup {
    static constexpr std::string_view name = "DeleteSecurityGroup";
    struct Input {
        std::string group;
        std::string group_name;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto group = optional_id(call.params, "GroupId", kind::security_group);
        if (!group) return error_of(group);
        in.group = std::move(*group);
        in.group_name = call.params.get("GroupName");
        if (in.group.empty() && in.group_name.empty())
            return fail(error::ec2::MissingParameter, "The request must contain the parameter groupName or groupId");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            auto group = find_group(list.view().state, in.group, in.group_name);
            list.on(kind::security_group, group ? group->id : in.group.empty() ? "*" : in.group);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto group = find_group(change.state, in.group, in.group_name);
                if (!group) return error_of(group);
                if (group->name == "default")
                    return fail(
                        error::ec2::CannotDelete,
                        fmt::format("the specified group: \"{}\" name: \"default\" cannot be deleted by a user", group->id));
                if (is_used(change.state, group->id))
                    return fail(error::ec2::DependencyViolation, fmt::format("resource {} has a dependent object", group->id));
                change.state.security_groups.erase(group->id);
                xml.boolean("return", true).text("groupId", group->id);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::delete_security_group(Ec2& ec2) { return make<DeleteSecurityGroup>(ec2); }

}  // namespace sekisho::ec2
