#include "services/ec2/ops/op.h"
#include "services/ec2/security_groups.h"

namespace sekisho::ec2 {

struct ModifySecurityGroupRules {
    static constexpr std::string_view name = "ModifySecurityGroupRules";
    struct Input {
        std::string group;
        std::vector<std::pair<std::string, Params>> rules;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto group = required_id(call.params, "GroupId", kind::security_group);
        if (!group) return error_of(group);
        in.group = std::move(*group);
        for (const Params& one : call.params.structures("SecurityGroupRule")) {
            auto id = required_id(one, "SecurityGroupRuleId", kind::security_group_rule);
            if (!id) return error_of(id);
            in.rules.emplace_back(*id, one.below("SecurityGroupRule"));
        }
        if (in.rules.empty()) return missing_parameter("SecurityGroupRule");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::security_group, in.group);
            for (const auto& [id, rule] : in.rules) list.on(kind::security_group_rule, id);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto group = get(change.state.security_groups, kind::security_group, in.group);
                if (!group) return error_of(group);
                for (const auto& [id, wanted] : in.rules) {
                    auto old =
                        std::find_if(group->rules.begin(), group->rules.end(), [&](const auto& rule) { return rule.id == id; });
                    if (old == group->rules.end()) return not_found(kind::security_group_rule, id);
                    auto request = rule_request(wanted, old->egress);
                    if (!request) return error_of(request);
                    auto rule = resolve(change.view(), *group, {*request, {}, {}});
                    if (!rule) return error_of(rule);
                    for (const SecurityGroupRule& other : group->rules)
                        if (other.id != id && same_traffic(other, *rule))
                            return fail(error::ec2::InvalidPermissionDuplicate,
                                        fmt::format("the specified rule \"{}\" already exists", rule_text(*rule)));
                    rule->id = id;
                    rule->tags = old->tags;
                    *old = std::move(*rule);
                }
                change.state.security_groups.put(in.group, *group);
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::modify_security_group_rules(Ec2& ec2) { return make<ModifySecurityGroupRules>(ec2); }

}  // namespace sekisho::ec2
