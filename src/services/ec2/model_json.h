// How the records are written in rows. Included only where rows are read and written. Members that an older row lacks keep
// their default.
#pragma once

#include <nlohmann/json.hpp>

#include "services/ec2/model.h"

namespace sekisho::ec2 {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(CidrAssociation, id, cidr)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Vpc, id, cidr, blocks, dhcp_options, tenancy, is_default, dns_support,
                                                dns_hostnames, address_usage_metrics, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Subnet, id, vpc, cidr, zone, default_for_zone, map_public_ip, dns64,
                                                hostname_type, resource_name_a_record, resource_name_aaaa_record, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(InternetGateway, id, vpc, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RouteTableAssociation, id, subnet)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Route, destination, target, instance)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RouteTable, id, vpc, associations, routes, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NatGateway, id, vpc, subnet, connectivity, state, failure_code, failure_message,
                                                allocation, association, interface, private_ip, public_ip, created, deleted,
                                                tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Address, allocation, public_ip, association, interface, instance, private_ip,
                                                nat_gateway, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SecurityGroupRule, id, egress, protocol, from_port, to_port, cidr, cidr6,
                                                prefix_list, group, description, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SecurityGroup, id, name, description, vpc, rules, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NetworkAclEntry, number, egress, protocol, action, cidr)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NetworkAcl, id, vpc, is_default, entries, associations, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NetworkInterface, id, vpc, subnet, zone, description, type, requester, mac,
                                                private_ips, public_ip, public_ip_association, allocation, groups,
                                                source_dest_check, attachment, instance, device_index, attached,
                                                delete_on_termination, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Volume, id, zone, size_gib, snapshot, type, iops, throughput, encrypted, state,
                                                instance, device, delete_on_termination, created, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MetadataOptions, http_tokens, hop_limit, http_endpoint, http_protocol_ipv6,
                                                instance_metadata_tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Instance, id, reservation, launch_index, image, type, architecture, key_name,
                                                state, reason, state_reason_code, state_reason, launched, ended, zone, tenancy,
                                                vpc, subnet, interface, private_ip, private_dns_name, volumes, root_device,
                                                profile_arn, profile_id, profile_association, user_data, client_token,
                                                shutdown_behavior, credits, boot_mode, hostname_type, resource_name_a_record,
                                                resource_name_aaaa_record, disable_api_termination, disable_api_stop,
                                                ebs_optimized, monitoring, auto_public_ip, boot, metadata, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DhcpOptions, id, configuration, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(KeyPair, id, name, type, fingerprint, public_key, created, tags)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ClientToken, request, made, time)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Setup, time)

// An endpoint's policy is compiled when its row is read, so requests find it ready.
inline void to_json(nlohmann::json& json, const Endpoint& e) {
    json = {{"id", e.id},
            {"vpc", e.vpc},
            {"service_name", e.service_name},
            {"type", e.type},
            {"state", e.state},
            {"failure", e.failure},
            {"policy", e.policy},
            {"route_tables", e.route_tables},
            {"created", e.created},
            {"tags", e.tags}};
}
inline void from_json(const nlohmann::json& json, Endpoint& e) {
    e.id = json.value("id", "");
    e.vpc = json.value("vpc", "");
    e.service_name = json.value("service_name", "");
    e.type = json.value("type", "Gateway");
    e.state = json.value("state", "available");
    e.failure = json.value("failure", "");
    e.policy = json.value("policy", "");
    e.route_tables = json.value("route_tables", std::vector<std::string>());
    e.created = json.value("created", Millis(0));
    e.tags = json.value("tags", Tags());
    e.document = policy::compile(e.policy, policy::Kind::endpoint);
}

}  // namespace sekisho::ec2
