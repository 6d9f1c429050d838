// The EC2 records of one account and region: what the tables hold, in AWS's own words. Plain values; what is computed from
// several records (a route's state, a subnet's free addresses) is not stored.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "policy/document.h"

namespace sekisho::ec2 {

using Tags = std::map<std::string, std::string>;
using Millis = std::int64_t;  // since the epoch

struct CidrAssociation {
    std::string id;  // vpc-cidr-assoc-…
    std::string cidr;
};

struct Vpc {
    std::string id;
    std::string cidr;                     // the primary block
    std::vector<CidrAssociation> blocks;  // all IPv4 blocks, the primary first
    std::string dhcp_options;
    std::string tenancy = "default";
    bool is_default = false;
    bool dns_support = true;
    bool dns_hostnames = false;
    bool address_usage_metrics = false;
    Tags tags;
};

struct Subnet {
    std::string id;
    std::string vpc;
    std::string cidr;
    std::string zone;  // us-east-1a
    bool default_for_zone = false;
    bool map_public_ip = false;
    bool dns64 = false;
    std::string hostname_type = "ip-name";
    bool resource_name_a_record = false;
    bool resource_name_aaaa_record = false;
    Tags tags;
};

struct InternetGateway {
    std::string id;
    std::string vpc;  // empty: detached
    Tags tags;
};

struct RouteTableAssociation {
    std::string id;
    std::string subnet;  // empty: the VPC's main table
};

struct Route {
    std::string destination;  // canonical CIDR
    std::string target;       // igw-…, nat-…, eni-…
    std::string instance;     // where the route was made by an instance id
};

// The local routes follow from the VPC's blocks and the endpoints' routes from the endpoints: neither is stored here.
struct RouteTable {
    std::string id;
    std::string vpc;
    std::vector<RouteTableAssociation> associations;
    std::vector<Route> routes;
    Tags tags;
};

struct NatGateway {
    std::string id;
    std::string vpc;
    std::string subnet;
    std::string connectivity = "public";
    std::string state = "pending";  // pending | available | failed | deleting | deleted
    std::string failure_code;
    std::string failure_message;
    std::string allocation;
    std::string association;
    std::string interface;
    std::string private_ip;
    std::string public_ip;
    Millis created = 0;
    Millis deleted = 0;
    Tags tags;
};

struct Address {
    std::string allocation;  // eipalloc-…
    std::string public_ip;
    std::string association;  // eipassoc-…; empty: free
    std::string interface;
    std::string instance;
    std::string private_ip;
    std::string nat_gateway;  // held by this NAT gateway
    Tags tags;
};

struct SecurityGroupRule {
    std::string id;  // sgr-…
    bool egress = false;
    std::string protocol;  // "-1", "tcp", "udp", "icmp", "icmpv6", or a number
    int from_port = -1;
    int to_port = -1;
    // Exactly one of the four is set.
    std::string cidr;
    std::string cidr6;
    std::string prefix_list;
    std::string group;
    std::string description;
    Tags tags;
};

struct SecurityGroup {
    std::string id;
    std::string name;
    std::string description;
    std::string vpc;
    std::vector<SecurityGroupRule> rules;
    Tags tags;
};

struct NetworkAclEntry {
    int number = 0;
    bool egress = false;
    std::string protocol = "-1";
    std::string action = "allow";
    std::string cidr;
};

struct NetworkAcl {
    std::string id;
    std::string vpc;
    bool is_default = false;
    std::vector<NetworkAclEntry> entries;
    std::map<std::string, std::string> associations;  // subnet → aclassoc-…
    Tags tags;
};

struct NetworkInterface {
    std::string id;
    std::string vpc;
    std::string subnet;
    std::string zone;
    std::string description;
    std::string type = "interface";  // interface | nat_gateway
    std::string requester;           // of an interface that a service made
    std::string mac;
    std::vector<std::string> private_ips;  // the first is primary
    std::string public_ip;                 // of the primary
    std::string public_ip_association;     // eipassoc-…; empty: the address is Amazon's, given at launch
    std::string allocation;
    std::vector<std::string> groups;
    bool source_dest_check = true;
    std::string attachment;  // eni-attach-…; empty: available
    std::string instance;
    int device_index = 0;
    Millis attached = 0;
    bool delete_on_termination = true;
    Tags tags;
};

struct Endpoint {
    std::string id;
    std::string vpc;
    std::string service_name;  // com.amazonaws.us-east-1.s3
    std::string type = "Gateway";
    std::string state = "available";
    std::string failure;
    std::string policy;                                // as given
    std::shared_ptr<const policy::Document> document;  // compiled; not in the row
    std::vector<std::string> route_tables;
    Millis created = 0;
    Tags tags;
};

struct Volume {
    std::string id;
    std::string zone;
    int size_gib = 8;
    std::string snapshot;
    std::string type = "gp3";
    int iops = 3000;
    int throughput = 125;
    bool encrypted = false;
    std::string state = "in-use";
    std::string instance;
    std::string device;
    bool delete_on_termination = true;
    Millis created = 0;
    Tags tags;
};

struct MetadataOptions {
    std::string http_tokens = "optional";  // optional | required
    int hop_limit = 1;
    std::string http_endpoint = "enabled";
    std::string http_protocol_ipv6 = "disabled";
    std::string instance_metadata_tags = "disabled";
};

struct Instance {
    std::string id;
    std::string reservation;
    int launch_index = 0;
    std::string image;
    std::string type;
    std::string architecture;
    std::string key_name;
    std::string state = "pending";
    std::string reason;  // "User initiated (2026-11-23 16:12:52 GMT)"
    std::string state_reason_code;
    std::string state_reason;
    Millis launched = 0;
    Millis ended = 0;  // when it became terminated
    std::string zone;
    std::string tenancy = "default";
    std::string vpc;
    std::string subnet;
    std::string interface;
    std::string private_ip;
    std::string private_dns_name;
    std::vector<std::string> volumes;
    std::string root_device = "/dev/xvda";
    std::string profile_arn;
    std::string profile_id;
    std::string profile_association;
    std::string user_data;  // base64, as given
    std::string client_token;
    std::string shutdown_behavior = "stop";
    std::string credits;  // standard | unlimited; empty: not a burstable type
    std::string boot_mode;
    std::string hostname_type = "ip-name";
    bool resource_name_a_record = false;
    bool resource_name_aaaa_record = false;
    bool disable_api_termination = false;
    bool disable_api_stop = false;
    bool ebs_optimized = false;
    bool monitoring = false;
    bool auto_public_ip = false;  // has Amazon's public address whenever it runs
    std::uint64_t boot = 0;
    MetadataOptions metadata;
    Tags tags;
};

struct DhcpOptions {
    std::string id;
    std::map<std::string, std::vector<std::string>> configuration;
    Tags tags;
};

struct KeyPair {
    std::string id;  // key-…
    std::string name;
    std::string type = "rsa";
    std::string fingerprint;
    std::string public_key;
    Millis created = 0;
    Tags tags;
};

// A client token that made something: the same request again answers with the same resource.
struct ClientToken {
    std::string request;  // digest of the parameters
    std::string made;     // id of what it made
    Millis time = 0;
};

// That this account and region were set up (the default VPC made), so that a deleted default VPC stays deleted.
struct Setup {
    Millis time = 0;
};

}  // namespace sekisho::ec2
