// The kinds of resources: how their ids begin, what ARNs and tags call them, and how AWS says that one is malformed or missing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace sekisho::ec2 {

struct Kind {
    std::string_view prefix;          // "vpc"
    std::string_view type;            // "vpc": in ARNs, tag specifications and DescribeTags
    std::string_view malformed_code;  // "InvalidVpcID.Malformed"
    std::string_view not_found_code;  // "InvalidVpcID.NotFound"
    std::string_view not_found_text;  // "The vpc ID '{}' does not exist"
};

namespace kind {
inline constexpr Kind vpc{"vpc", "vpc", "InvalidVpcID.Malformed", "InvalidVpcID.NotFound", "The vpc ID '{}' does not exist"};
inline constexpr Kind subnet{"subnet", "subnet", "InvalidSubnetID.Malformed", "InvalidSubnetID.NotFound",
                             "The subnet ID '{}' does not exist"};
inline constexpr Kind internet_gateway{"igw", "internet-gateway", "InvalidInternetGatewayId.Malformed",
                                       "InvalidInternetGatewayID.NotFound", "The internetGateway ID '{}' does not exist"};
inline constexpr Kind route_table{"rtb", "route-table", "InvalidRouteTableId.Malformed", "InvalidRouteTableID.NotFound",
                                  "The routeTable ID '{}' does not exist"};
inline constexpr Kind nat_gateway{"nat", "natgateway", "NatGatewayMalformed", "NatGatewayNotFound",
                                  "The Nat Gateway {} was not found"};
inline constexpr Kind address{"eipalloc", "elastic-ip", "InvalidElasticIpID.Malformed", "InvalidAllocationID.NotFound",
                              "The allocation ID '{}' does not exist"};
inline constexpr Kind security_group{"sg", "security-group", "InvalidGroupId.Malformed", "InvalidGroup.NotFound",
                                     "The security group '{}' does not exist"};
inline constexpr Kind security_group_rule{"sgr", "security-group-rule", "InvalidSecurityGroupRuleId.Malformed",
                                          "InvalidSecurityGroupRuleId.NotFound",
                                          "The security group rule ID '{}' does not exist"};
inline constexpr Kind network_acl{"acl", "network-acl", "InvalidNetworkAclId.Malformed", "InvalidNetworkAclID.NotFound",
                                  "The networkAcl ID '{}' does not exist"};
inline constexpr Kind network_interface{"eni", "network-interface", "InvalidNetworkInterfaceId.Malformed",
                                        "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '{}' does not exist"};
inline constexpr Kind endpoint{"vpce", "vpc-endpoint", "InvalidVpcEndpointId.Malformed", "InvalidVpcEndpointId.NotFound",
                               "The Vpc Endpoint Id '{}' does not exist"};
inline constexpr Kind instance{"i", "instance", "InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound",
                               "The instance ID '{}' does not exist"};
inline constexpr Kind volume{"vol", "volume", "InvalidVolumeID.Malformed", "InvalidVolume.NotFound",
                             "The volume '{}' does not exist."};
inline constexpr Kind dhcp_options{"dopt", "dhcp-options", "InvalidDhcpOptionsId.Malformed", "InvalidDhcpOptionID.NotFound",
                                   "The dhcpOption ID '{}' does not exist"};
inline constexpr Kind prefix_list{"pl", "prefix-list", "InvalidPrefixListId.Malformed", "InvalidPrefixListID.NotFound",
                                  "The prefix list ID '{}' does not exist"};
inline constexpr Kind image{"ami", "image", "InvalidAMIID.Malformed", "InvalidAMIID.NotFound",
                            "The image id '[{}]' does not exist"};
inline constexpr Kind key_pair{"key", "key-pair", "InvalidKeyPairID.Malformed", "InvalidKeyPair.NotFound",
                               "The key pair '{}' does not exist"};
}  // namespace kind

// prefix-, then 8 or 17 hexadecimal digits.
bool well_formed(const Kind& kind, std::string_view id);
std::unexpected<ApiError> malformed(const Kind& kind, std::string_view id);
std::unexpected<ApiError> not_found(const Kind& kind, std::string_view id);
// "The vpc IDs 'vpc-1, vpc-2' do not exist", or the singular for one.
std::unexpected<ApiError> not_found(const Kind& kind, const std::vector<std::string>& ids);
Result<void> check_id(const Kind& kind, std::string_view id);  // malformed() unless well_formed()

// The kind that an id's prefix says; nullptr: none of ours.
const Kind* kind_of(std::string_view id);
const Kind* kind_of_type(std::string_view type);

// arn:aws:ec2:<region>:<account>:<type>/<id>; images belong to no account.
std::string arn(const Region& region, const AccountId& account, const Kind& kind, std::string_view id);

}  // namespace sekisho::ec2
