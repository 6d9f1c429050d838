// Security groups and their rules: reading permissions from requests, changing rule sets, and showing both.
#pragma once

#include <string>
#include <vector>

#include "services/ec2/filters.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

// The rules that a request's permissions mean: one rule for each source. Reads IpPermissions.N and the older flat parameters
// (IpProtocol, FromPort, ToPort, CidrIp). Ids of new rules are not yet given.
struct Permission {
    SecurityGroupRule rule;
    std::string group_name;  // a source group named instead of given by id
    std::string user;        // owner of the source group; empty: the caller's
};
Result<std::vector<Permission>> permissions(const Params& params, bool egress);
// One rule of ModifySecurityGroupRules.
Result<SecurityGroupRule> rule_request(const Params& params, bool egress);

// Resolves source groups, checks prefix lists.
Result<SecurityGroupRule> resolve(const View& view, const SecurityGroup& group, Permission permission);

// Same traffic from the same source, whatever the description.
bool same_traffic(const SecurityGroupRule& a, const SecurityGroupRule& b);
std::string rule_text(const SecurityGroupRule& rule);  // as AWS names a rule that is there already

// By id, or by name in the default VPC.
Result<SecurityGroup> find_group(const State& state, const std::string& id, const std::string& name);

void write_security_group(XmlWriter& xml, const View& view, const SecurityGroup& group);
void write_permissions(XmlWriter& xml, const View& view, std::string_view element, const std::vector<SecurityGroupRule>& rules);
void write_rule(XmlWriter& xml, const View& view, const SecurityGroup& group, const SecurityGroupRule& rule);
std::span<const FilterColumn<SecurityGroup>> security_group_columns();

}  // namespace sekisho::ec2
