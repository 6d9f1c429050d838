#include "services/ec2/security_groups.h"

#include <fmt/format.h>

#include <array>
#include <tuple>

#include "base/bytes.h"
#include "services/ec2/network.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

bool has_ports(const std::string& protocol) { return protocol == "tcp" || protocol == "udp"; }
bool is_icmp(const std::string& protocol) { return protocol == "icmp" || protocol == "icmpv6"; }

// Names and numbers of protocols are one: AWS shows 6, 17, 1 and 58 by name.
Result<std::string> protocol_of(std::string text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> names{
        {{"6", "tcp"}, {"17", "udp"}, {"1", "icmp"}, {"58", "icmpv6"}}};
    if (equal_ignoring_case(text, "all")) text = "-1";
    text = to_lower(text);
    for (auto [number, name] : names)
        if (text == number || text == name) return std::string(name);
    if (text == "-1") return text;
    auto number = parse_u64(text);
    if (!number || *number > 255)
        return fail(error::ec2::InvalidParameterValue,
                    fmt::format("Invalid value '{}' for IP protocol. Unknown protocol.", text));
    return std::to_string(*number);
}

Result<void> read_ports(const Params& params, SecurityGroupRule& rule) {
    auto protocol = protocol_of(params.get("IpProtocol"));
    if (!protocol) return fail(std::move(protocol.error()));
    auto from = optional_int(params, "FromPort"), to = optional_int(params, "ToPort");
    if (!from) return fail(std::move(from.error()));
    if (!to) return fail(std::move(to.error()));
    rule.protocol = *protocol;
    rule.from_port = from->value_or(-1);
    rule.to_port = to->value_or(-1);
    if (has_ports(rule.protocol)) {
        if (!*from || !*to)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Invalid value 'Must specify both from and to ports with {}' for portRange.",
                                    rule.protocol == "tcp" ? "TCP/UDP" : "TCP/UDP"));
        if (rule.from_port < 0 || rule.to_port > 65535 || rule.from_port > 65535)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Invalid value '{}:{}' for portRange.", rule.from_port, rule.to_port));
        if (rule.from_port > rule.to_port)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Invalid TCP/UDP port range ({}:{})", rule.from_port, rule.to_port));
    } else if (is_icmp(rule.protocol)) {
        if (rule.from_port < -1 || rule.from_port > 255 || rule.to_port < -1 || rule.to_port > 255)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("ICMP type ({}) or code ({}) is out of range.", rule.from_port, rule.to_port));
    } else {
        rule.from_port = rule.to_port = -1;  // a protocol without ports covers all its traffic
    }
    return {};
}

Result<std::string> description_of(const Params& params) {
    std::string text = params.get("Description");
    static constexpr std::string_view allowed = " ._-:/()#,@[]+=&;{}!$*";
    bool fine = text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
                    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           allowed.find(c) != std::string_view::npos;
                });
    if (!fine)
        return fail(
            error::ec2::InvalidParameterValue,
            "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  "
            "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*");
    return text;
}

Result<std::string> source_cidr(const std::string& text, bool v6) {
    auto cidr = Cidr::parse(text);
    if (!cidr || cidr->address.v6 != v6)
        return fail(error::ec2::InvalidParameterValue, fmt::format("CIDR block {} is malformed", text));
    return cidr->canonical().text();
}

// Reads one kind of sources of a permission: `value` names the parameter, `place` where it goes.
Result<void> read_sources(const Params& permission, std::string_view list, std::string_view value,
                          std::string SecurityGroupRule::*place, const SecurityGroupRule& base, std::vector<Permission>& out) {
    for (const Params& source : permission.structures(list)) {
        Permission one{base, {}, {}};
        std::string text = source.get(value);
        if (place == &SecurityGroupRule::cidr || place == &SecurityGroupRule::cidr6) {
            auto cidr = source_cidr(text, place == &SecurityGroupRule::cidr6);
            if (!cidr) return fail(std::move(cidr.error()));
            text = *cidr;
        }
        one.rule.*place = text;
        auto description = description_of(source);
        if (!description) return fail(std::move(description.error()));
        one.rule.description = *description;
        one.group_name = source.get("GroupName");
        one.user = source.get("UserId");
        if (text.empty() && one.group_name.empty()) return missing_parameter(value);
        out.push_back(std::move(one));
    }
    return {};
}

auto traffic_of(const SecurityGroupRule& rule) {
    return std::tie(rule.egress, rule.protocol, rule.from_port, rule.to_port, rule.cidr, rule.cidr6, rule.prefix_list,
                    rule.group);
}

void write_sources(XmlWriter& xml, std::string_view element, std::string_view name, std::string SecurityGroupRule::*place,
                   const std::vector<const SecurityGroupRule*>& rules) {
    xml.open(element);
    for (const SecurityGroupRule* rule : rules) {
        if ((rule->*place).empty()) continue;
        xml.open("item").text(name, rule->*place);
        if (!rule->description.empty()) xml.text("description", rule->description);
        xml.close();
    }
    xml.close();
}

}  // namespace

Result<std::vector<Permission>> permissions(const Params& params, bool egress) {
    std::vector<Params> all = params.structures("IpPermissions");
    std::vector<Permission> out;
    if (all.empty() && params.has("IpProtocol")) {
        Permission one;
        one.rule.egress = egress;
        if (auto read = read_ports(params, one.rule); !read) return fail(std::move(read.error()));
        if (params.has("CidrIp")) {
            auto cidr = source_cidr(params.get("CidrIp"), false);
            if (!cidr) return fail(std::move(cidr.error()));
            one.rule.cidr = *cidr;
        } else {
            one.group_name = params.get("SourceSecurityGroupName");
            one.user = params.get("SourceSecurityGroupOwnerId");
            if (one.group_name.empty()) return missing_parameter("CidrIp");
        }
        out.push_back(std::move(one));
        return out;
    }
    for (const Params& permission : all) {
        SecurityGroupRule base;
        base.egress = egress;
        if (!permission.has("IpProtocol")) return missing_parameter("IpProtocol");
        if (auto read = read_ports(permission, base); !read) return fail(std::move(read.error()));
        std::size_t before = out.size();
        for (auto read : {read_sources(permission, "IpRanges", "CidrIp", &SecurityGroupRule::cidr, base, out),
                          read_sources(permission, "Ipv6Ranges", "CidrIpv6", &SecurityGroupRule::cidr6, base, out),
                          read_sources(permission, "PrefixListIds", "PrefixListId", &SecurityGroupRule::prefix_list, base, out),
                          read_sources(permission, "Groups", "GroupId", &SecurityGroupRule::group, base, out)})
            if (!read) return fail(std::move(read.error()));
        if (out.size() == before)
            return fail(error::ec2::InvalidParameterValue,
                        "The permission must have at least one source: IpRanges, Ipv6Ranges, "
                        "PrefixListIds or Groups");
    }
    return out;
}

Result<SecurityGroupRule> rule_request(const Params& params, bool egress) {
    SecurityGroupRule rule;
    rule.egress = egress;
    if (auto read = read_ports(params, rule); !read) return fail(std::move(read.error()));
    auto description = description_of(params);
    if (!description) return fail(std::move(description.error()));
    rule.description = *description;
    if (params.has("CidrIpv4")) {
        auto cidr = source_cidr(params.get("CidrIpv4"), false);
        if (!cidr) return fail(std::move(cidr.error()));
        rule.cidr = *cidr;
    }
    if (params.has("CidrIpv6")) {
        auto cidr = source_cidr(params.get("CidrIpv6"), true);
        if (!cidr) return fail(std::move(cidr.error()));
        rule.cidr6 = *cidr;
    }
    rule.prefix_list = params.get("PrefixListId");
    rule.group = params.get("ReferencedGroupId");
    int sources = !rule.cidr.empty() + !rule.cidr6.empty() + !rule.prefix_list.empty() + !rule.group.empty();
    if (sources != 1) return fail(error::ec2::InvalidParameterCombination, "Exactly one source of a rule must be given.");
    return rule;
}

Result<SecurityGroupRule> resolve(const View& view, const SecurityGroup& group, Permission permission) {
    SecurityGroupRule rule = std::move(permission.rule);
    if (!permission.user.empty() && permission.user != view.place.account.value)
        return fail(
            error::ec2::InvalidGroupNotFound,
            fmt::format("You have specified two resources that belong to different networks. (UserId {})", permission.user));
    if (rule.group.empty() && !permission.group_name.empty()) {
        for (const auto& [id, other] : view.state.security_groups)
            if (other->vpc == group.vpc && other->name == permission.group_name) rule.group = id;
        if (rule.group.empty()) return not_found(kind::security_group, permission.group_name);
    }
    if (!rule.group.empty()) {
        if (!well_formed(kind::security_group, rule.group)) return malformed(kind::security_group, rule.group);
        auto source = get(view.state.security_groups, kind::security_group, rule.group);
        if (!source) return fail(std::move(source.error()));
        if (source->vpc != group.vpc)
            return fail(error::ec2::InvalidGroupNotFound,
                        fmt::format("You have specified two resources that belong to different networks."));
    }
    if (!rule.prefix_list.empty() && rule.prefix_list != s3_prefix_list_id(view.place.region.value))
        return not_found(kind::prefix_list, rule.prefix_list);
    return rule;
}

bool same_traffic(const SecurityGroupRule& a, const SecurityGroupRule& b) { return traffic_of(a) == traffic_of(b); }

std::string rule_text(const SecurityGroupRule& rule) {
    std::string peer = !rule.cidr.empty()          ? rule.cidr
                       : !rule.cidr6.empty()       ? rule.cidr6
                       : !rule.prefix_list.empty() ? rule.prefix_list
                                                   : rule.group;
    if (rule.protocol == "-1") return fmt::format("peer: {}, ALL, ALLOW", peer);
    std::string upper = rule.protocol;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    if (rule.from_port < 0) return fmt::format("peer: {}, {}, ALLOW", peer, upper);
    return fmt::format("peer: {}, {}, from port: {}, to port: {}, ALLOW", peer, upper, rule.from_port, rule.to_port);
}

Result<SecurityGroup> find_group(const State& state, const std::string& id, const std::string& name) {
    if (!id.empty()) return get(state.security_groups, kind::security_group, id);
    const Vpc* vpc = default_vpc(state);
    for (const auto& [key, group] : state.security_groups)
        if (vpc && group->vpc == vpc->id && group->name == name) return *group;
    return fail(error::ec2::InvalidGroupNotFound,
                fmt::format("The security group '{}' does not exist in default VPC '{}'", name, vpc ? vpc->id : "none"));
}

void write_permissions(XmlWriter& xml, const View& view, std::string_view element,
                       const std::vector<SecurityGroupRule>& rules) {
    // Rules of the same traffic stand in one permission, with all their sources.
    std::map<std::tuple<std::string, int, int>, std::vector<const SecurityGroupRule*>> permissions;
    for (const SecurityGroupRule& rule : rules) permissions[{rule.protocol, rule.from_port, rule.to_port}].push_back(&rule);
    xml.open(element);
    for (const auto& [traffic, members] : permissions) {
        const auto& [protocol, from, to] = traffic;
        xml.open("item").text("ipProtocol", protocol);
        if (has_ports(protocol) || is_icmp(protocol)) xml.number("fromPort", from).number("toPort", to);
        xml.open("groups");
        for (const SecurityGroupRule* rule : members) {
            if (rule->group.empty()) continue;
            xml.open("item").text("userId", view.place.account.value).text("groupId", rule->group);
            if (!rule->description.empty()) xml.text("description", rule->description);
            xml.close();
        }
        xml.close();
        write_sources(xml, "ipRanges", "cidrIp", &SecurityGroupRule::cidr, members);
        write_sources(xml, "ipv6Ranges", "cidrIpv6", &SecurityGroupRule::cidr6, members);
        write_sources(xml, "prefixListIds", "prefixListId", &SecurityGroupRule::prefix_list, members);
        xml.close();
    }
    xml.close();
}

void write_security_group(XmlWriter& xml, const View& view, const SecurityGroup& group) {
    xml.text("ownerId", view.place.account.value).text("groupId", group.id).text("groupName", group.name);
    xml.text("securityGroupArn", view.place.arn(kind::security_group, group.id));
    xml.text("groupDescription", group.description).text("vpcId", group.vpc);
    std::vector<SecurityGroupRule> in, out;
    for (const SecurityGroupRule& rule : group.rules) (rule.egress ? out : in).push_back(rule);
    write_permissions(xml, view, "ipPermissions", in);
    write_permissions(xml, view, "ipPermissionsEgress", out);
    write_tags(xml, group.tags);
}

void write_rule(XmlWriter& xml, const View& view, const SecurityGroup& group, const SecurityGroupRule& rule) {
    xml.text("securityGroupRuleId", rule.id).text("groupId", group.id).text("groupOwnerId", view.place.account.value);
    xml.text("securityGroupRuleArn", view.place.arn(kind::security_group_rule, rule.id));
    xml.boolean("isEgress", rule.egress).text("ipProtocol", rule.protocol).number("fromPort", rule.from_port);
    xml.number("toPort", rule.to_port);
    if (!rule.cidr.empty()) xml.text("cidrIpv4", rule.cidr);
    if (!rule.cidr6.empty()) xml.text("cidrIpv6", rule.cidr6);
    if (!rule.prefix_list.empty()) xml.text("prefixListId", rule.prefix_list);
    if (!rule.group.empty())
        xml.open("referencedGroupInfo")
            .text("groupId", rule.group)
            .text("userId", view.place.account.value)
            .text("vpcId", group.vpc)
            .close();
    if (!rule.description.empty()) xml.text("description", rule.description);
    write_tags(xml, rule.tags);
}

namespace {

template <bool egress, class F>
Values rule_values(const SecurityGroup& group, F value) {
    Values values;
    for (const SecurityGroupRule& rule : group.rules)
        if (rule.egress == egress)
            if (std::string text = value(rule); !text.empty()) values.push_back(std::move(text));
    return values;
}

std::string group_name(const View& view, const std::string& id) {
    const SecurityGroup* group = view.state.security_groups.find(id);
    return group ? group->name : std::string();
}

template <bool egress>
Values cidrs(const SecurityGroup& g, const View&) {
    return rule_values<egress>(g, [](const auto& r) { return r.cidr; });
}
template <bool egress>
Values cidrs6(const SecurityGroup& g, const View&) {
    return rule_values<egress>(g, [](const auto& r) { return r.cidr6; });
}
template <bool egress>
Values from_ports(const SecurityGroup& g, const View&) {
    return rule_values<egress>(g, [](const auto& r) { return std::to_string(r.from_port); });
}
template <bool egress>
Values to_ports(const SecurityGroup& g, const View&) {
    return rule_values<egress>(g, [](const auto& r) { return std::to_string(r.to_port); });
}
template <bool egress>
Values protocols(const SecurityGroup& g, const View&) {
    return rule_values<egress>(g, [](const auto& r) { return r.protocol; });
}
template <bool egress>
Values prefix_lists(const SecurityGroup& g, const View&) {
    return rule_values<egress>(g, [](const auto& r) { return r.prefix_list; });
}
template <bool egress>
Values source_groups(const SecurityGroup& g, const View&) {
    return rule_values<egress>(g, [](const auto& r) { return r.group; });
}
template <bool egress>
Values source_group_names(const SecurityGroup& g, const View& view) {
    return rule_values<egress>(g, [&](const auto& r) { return group_name(view, r.group); });
}
template <bool egress>
Values source_users(const SecurityGroup& g, const View& view) {
    return rule_values<egress>(g, [&](const auto& r) { return r.group.empty() ? std::string() : view.place.account.value; });
}

}  // namespace

std::span<const FilterColumn<SecurityGroup>> security_group_columns() {
    static constexpr FilterColumn<SecurityGroup> columns[] = {
        {"group-id", [](const SecurityGroup& g, const View&) { return one(g.id); }},
        {"group-name", [](const SecurityGroup& g, const View&) { return one(g.name); }},
        {"description", [](const SecurityGroup& g, const View&) { return one(g.description); }},
        {"vpc-id", [](const SecurityGroup& g, const View&) { return one(g.vpc); }},
        {"owner-id", [](const SecurityGroup&, const View& view) { return one(view.place.account.value); }},
        {"ip-permission.cidr", cidrs<false>},
        {"ip-permission.ipv6-cidr", cidrs6<false>},
        {"ip-permission.from-port", from_ports<false>},
        {"ip-permission.to-port", to_ports<false>},
        {"ip-permission.protocol", protocols<false>},
        {"ip-permission.prefix-list-id", prefix_lists<false>},
        {"ip-permission.group-id", source_groups<false>},
        {"ip-permission.group-name", source_group_names<false>},
        {"ip-permission.user-id", source_users<false>},
        {"egress.ip-permission.cidr", cidrs<true>},
        {"egress.ip-permission.ipv6-cidr", cidrs6<true>},
        {"egress.ip-permission.from-port", from_ports<true>},
        {"egress.ip-permission.to-port", to_ports<true>},
        {"egress.ip-permission.protocol", protocols<true>},
        {"egress.ip-permission.prefix-list-id", prefix_lists<true>},
        {"egress.ip-permission.group-id", source_groups<true>},
        {"egress.ip-permission.group-name", source_group_names<true>},
        {"egress.ip-permission.user-id", source_users<true>},
    };
    return columns;
}

}  // namespace sekisho::ec2
