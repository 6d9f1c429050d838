#include "services/ec2/ops/op.h"
#include "services/ec2/security_groups.h"

namespace sekisho::ec2 {

namespace {

struct RuleOfGroup {
    const SecurityGroup* group;
    const SecurityGroupRule* rule;
    Tags tags;
};

std::span<const FilterColumn<RuleOfGroup>> rule_columns() {
    static constexpr FilterColumn<RuleOfGroup> columns[] = {
        {"group-id", [](const RuleOfGroup& r, const View&) { return one(r.group->id); }},
        {"security-group-rule-id", [](const RuleOfGroup& r, const View&) { return one(r.rule->id); }},
    };
    return columns;
}

}  // namespace

struct DescribeSecurityGroupRules {
    static constexpr std::string_view name = "DescribeSecurityGroupRules";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) {
        return describe_input(call.params, {&kind::security_group_rule, "SecurityGroupRuleId"});
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            std::map<std::string, std::shared_ptr<RuleOfGroup>> rules;
            for (const auto& [id, group] : view.state.security_groups)
                for (const SecurityGroupRule& rule : group->rules)
                    rules[rule.id] = std::make_shared<RuleOfGroup>(RuleOfGroup{group.get(), &rule, rule.tags});
            constexpr auto write = [](XmlWriter& out, const View& v, const RuleOfGroup& row) {
                write_rule(out, v, *row.group, *row.rule);
            };
            return describe<RuleOfGroup>(xml, view, in, kind::security_group_rule, rules, rule_columns(),
                                         "securityGroupRuleSet", write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_security_group_rules(Ec2& ec2) { return make<DescribeSecurityGroupRules>(ec2); }

}  // namespace sekisho::ec2
