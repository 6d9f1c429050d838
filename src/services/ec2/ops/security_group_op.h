// Adding and taking away rules of a security group: what Authorize… and Revoke… of both directions share.
#pragma once

#include "services/ec2/ops/op.h"
#include "services/ec2/security_groups.h"

namespace sekisho::ec2 {

template <class Op>
struct AuthorizeOp {
    struct Input {
        std::string group;
        std::string group_name;
        std::vector<Permission> permissions;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto group = optional_id(call.params, "GroupId", kind::security_group);
        if (!group) return error_of(group);
        in.group = *group;
        in.group_name = call.params.get("GroupName");
        if (in.group.empty() && in.group_name.empty())
            return fail(error::ec2::MissingParameter, "The request must contain the parameter groupName or groupId");
        auto found = permissions(call.params, Op::egress);
        if (!found) return error_of(found);
        if (found->empty()) return missing_parameter("ipPermissions");
        in.permissions = std::move(*found);
        auto tags = tag_specifications(call.params, kind::security_group_rule);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(Op::name), [in](AskList& list) -> Result<void> {
            auto group = find_group(list.view().state, in.group, in.group_name);
            list.on(kind::security_group, group ? group->id : in.group.empty() ? "*" : in.group);
            if (!in.tags.empty()) list.makes(kind::security_group_rule, in.tags);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(Op::name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto group = find_group(change.state, in.group, in.group_name);
                if (!group) return error_of(group);
                std::size_t first = group->rules.size();
                for (const Permission& permission : in.permissions) {
                    auto rule = resolve(change.view(), *group, permission);
                    if (!rule) return error_of(rule);
                    for (const SecurityGroupRule& other : group->rules)
                        if (same_traffic(other, *rule))
                            return fail(error::ec2::InvalidPermissionDuplicate,
                                        fmt::format("the specified rule \"{}\" already exists", rule_text(*rule)));
                    rule->id = change.id(kind::security_group_rule);
                    rule->tags = in.tags;
                    group->rules.push_back(std::move(*rule));
                }
                auto same_direction = [](const SecurityGroupRule& rule) { return rule.egress == Op::egress; };
                if (std::count_if(group->rules.begin(), group->rules.end(), same_direction) >
                    static_cast<std::ptrdiff_t>(limits::rules_per_group_and_direction))
                    return fail(error::ec2::RulesPerSecurityGroupLimitExceeded);
                change.state.security_groups.put(group->id, *group);
                xml.boolean("return", true).open("securityGroupRuleSet");
                for (std::size_t i = first; i < group->rules.size(); ++i) {
                    xml.open("item");
                    write_rule(xml, change.view(), *group, group->rules[i]);
                    xml.close();
                }
                xml.close();
                return {};
            });
    }
};

template <class Op>
struct RevokeOp {
    struct Input {
        std::string group;
        std::string group_name;
        std::vector<Permission> permissions;
        std::vector<std::string> rules;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto group = optional_id(call.params, "GroupId", kind::security_group);
        if (!group) return error_of(group);
        in.group = *group;
        in.group_name = call.params.get("GroupName");
        if (in.group.empty() && in.group_name.empty())
            return fail(error::ec2::MissingParameter, "The request must contain the parameter groupName or groupId");
        auto found = permissions(call.params, Op::egress);
        if (!found) return error_of(found);
        in.permissions = std::move(*found);
        auto rules = ids(call.params, "SecurityGroupRuleId", kind::security_group_rule);
        if (!rules) return error_of(rules);
        in.rules = std::move(*rules);
        if (in.permissions.empty() && in.rules.empty()) return missing_parameter("ipPermissions");
        if (!in.permissions.empty() && !in.rules.empty())
            return fail(error::ec2::InvalidParameterCombination,
                        "The parameters 'securityGroupRuleIds' and 'ipPermissions' may not be used in combination");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(Op::name), [in](AskList& list) -> Result<void> {
            auto group = find_group(list.view().state, in.group, in.group_name);
            list.on(kind::security_group, group ? group->id : in.group.empty() ? "*" : in.group);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(Op::name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto group = find_group(change.state, in.group, in.group_name);
                if (!group) return error_of(group);
                for (const std::string& id : in.rules)
                    if (std::erase_if(group->rules,
                                      [&](const auto& rule) { return rule.id == id && rule.egress == Op::egress; }) == 0)
                        return not_found(kind::security_group_rule, id);
                for (const Permission& permission : in.permissions) {
                    auto rule = resolve(change.view(), *group, permission);
                    if (!rule) return error_of(rule);
                    if (std::erase_if(group->rules, [&](const auto& other) { return same_traffic(other, *rule); }) == 0)
                        return fail(error::ec2::InvalidPermissionNotFound);
                }
                change.state.security_groups.put(group->id, *group);
                xml.boolean("return", true);
                return {};
            });
    }
};

template <class Op>
struct RuleDescriptionsOp {
    struct Input {
        std::string group;
        std::string group_name;
        std::vector<Permission> permissions;
        std::vector<std::pair<std::string, std::string>> rules;  // id, description
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto group = optional_id(call.params, "GroupId", kind::security_group);
        if (!group) return error_of(group);
        in.group = *group;
        in.group_name = call.params.get("GroupName");
        if (in.group.empty() && in.group_name.empty())
            return fail(error::ec2::MissingParameter, "The request must contain the parameter groupName or groupId");
        auto found = permissions(call.params, Op::egress);
        if (!found) return error_of(found);
        in.permissions = std::move(*found);
        for (const Params& one : call.params.structures("SecurityGroupRuleDescription")) {
            auto id = required_id(one, "SecurityGroupRuleId", kind::security_group_rule);
            if (!id) return error_of(id);
            in.rules.emplace_back(*id, one.get("Description"));
        }
        if (in.permissions.empty() && in.rules.empty()) return missing_parameter("ipPermissions");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(Op::name), [in](AskList& list) -> Result<void> {
            auto group = find_group(list.view().state, in.group, in.group_name);
            list.on(kind::security_group, group ? group->id : in.group.empty() ? "*" : in.group);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(Op::name), Ec2::Effect::records, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto group = find_group(change.state, in.group, in.group_name);
                if (!group) return error_of(group);
                auto describe = [&](auto is_meant, const std::string& description) {
                    bool found = false;
                    for (SecurityGroupRule& rule : group->rules)
                        if (is_meant(rule)) {
                            rule.description = description;
                            found = true;
                        }
                    return found;
                };
                for (const auto& [id, text] : in.rules)
                    if (!describe([&id = id](const auto& rule) { return rule.id == id && rule.egress == Op::egress; }, text))
                        return not_found(kind::security_group_rule, id);
                for (const Permission& permission : in.permissions) {
                    auto wanted = resolve(change.view(), *group, permission);
                    if (!wanted) return error_of(wanted);
                    if (!describe([&](const auto& rule) { return same_traffic(rule, *wanted); }, wanted->description))
                        return fail(error::ec2::InvalidPermissionNotFound);
                }
                change.state.security_groups.put(group->id, *group);
                xml.boolean("return", true);
                return {};
            });
    }
};

}  // namespace sekisho::ec2
