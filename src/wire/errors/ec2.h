// EC2's error codes. Source: "Error codes for the Amazon EC2 API" (EC2 developer guide) and the texts that AWS answers with;
// texts that name the resource are written where the error arises.
#pragma once

#include "base/result.h"

namespace sekisho::error::ec2 {

// Every action.
inline constexpr ErrorCode DryRunOperation{"DryRunOperation", 412, "Request would have succeeded, but DryRun flag is set."};
inline constexpr ErrorCode NotImplemented{"NotImplemented", 501, "The requested operation is not implemented."};
inline constexpr ErrorCode IdempotentParameterMismatch{
    "IdempotentParameterMismatch", 400,
    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."};
inline constexpr ErrorCode InvalidNextToken{"InvalidNextToken", 400, "The specified NextToken is not valid."};
inline constexpr ErrorCode InvalidParameter{"InvalidParameter", 400, "A parameter specified in a request is not valid."};
inline constexpr ErrorCode InvalidParameterCombination{"InvalidParameterCombination", 400,
                                                       "Incorrect combination of parameters."};
inline constexpr ErrorCode InvalidParameterValue{"InvalidParameterValue", 400,
                                                 "A value specified in a parameter is not valid."};
inline constexpr ErrorCode MissingParameter{"MissingParameter", 400, "The request is missing a required parameter."};
inline constexpr ErrorCode UnknownParameter{"UnknownParameter", 400, "An unknown or unrecognized parameter was supplied."};
inline constexpr ErrorCode MalformedQueryString{"MalformedQueryString", 400, "The query string contains a syntax error."};
inline constexpr ErrorCode MissingAction{"MissingAction", 400, "The request must contain the parameter Action"};
inline constexpr ErrorCode InvalidRegion{"InvalidRegion", 400, "The region is not available to this account."};
inline constexpr ErrorCode UnsupportedOperation{"UnsupportedOperation", 400,
                                                "The specified request includes an unsupported operation."};
inline constexpr ErrorCode OperationNotPermitted{"OperationNotPermitted", 400, "The specified operation is not allowed."};
inline constexpr ErrorCode DependencyViolation{"DependencyViolation", 400, "The specified object has dependent resources."};
inline constexpr ErrorCode InvalidID{"InvalidID", 400, "The specified ID for the resource you are trying to tag is not valid."};
inline constexpr ErrorCode TagLimitExceeded{"TagLimitExceeded", 400,
                                            "The maximum number of Tags for a resource has been reached."};
inline constexpr ErrorCode FilterLimitExceeded{"FilterLimitExceeded", 400,
                                               "The request uses too many filters or too many filter values."};

// VPCs, subnets, gateways, routes.
inline constexpr ErrorCode VpcLimitExceeded{"VpcLimitExceeded", 400, "The maximum number of VPCs has been reached."};
inline constexpr ErrorCode InvalidVpcRange{"InvalidVpc.Range", 400, "The CIDR is invalid."};
inline constexpr ErrorCode InvalidVpcConflict{"InvalidVpc.Conflict", 400, "The CIDR conflicts with another of the VPC."};
inline constexpr ErrorCode InvalidVpcCidrBlockAssociationNotFound{"InvalidVpcCidrBlockAssociationID.NotFound", 400, ""};
inline constexpr ErrorCode CidrLimitExceeded{"CidrLimitExceeded", 400,
                                             "This network has met its maximum number of allowed CIDRs"};
inline constexpr ErrorCode DefaultVpcAlreadyExists{"DefaultVpcAlreadyExists", 400,
                                                   "A Default VPC already exists for this account in this region."};
inline constexpr ErrorCode DefaultVpcDoesNotExist{"DefaultVpcDoesNotExist", 400,
                                                  "No default VPC exists for this account in this region."};
inline constexpr ErrorCode DefaultSubnetAlreadyExists{"DefaultSubnetAlreadyExistsInAvailabilityZone", 400, ""};
inline constexpr ErrorCode VpcIdNotSpecified{"VPCIdNotSpecified", 400, "No default VPC for this user."};
inline constexpr ErrorCode MissingInput{"MissingInput", 400, ""};
inline constexpr ErrorCode SubnetLimitExceeded{"SubnetLimitExceeded", 400, "The maximum number of subnets has been reached."};
inline constexpr ErrorCode InvalidSubnetRange{"InvalidSubnet.Range", 400, "The CIDR is invalid."};
inline constexpr ErrorCode InvalidSubnetConflict{"InvalidSubnet.Conflict", 400, "The CIDR conflicts with another subnet"};
inline constexpr ErrorCode InternetGatewayLimitExceeded{"InternetGatewayLimitExceeded", 400,
                                                        "The maximum number of internet gateways has been reached."};
inline constexpr ErrorCode ResourceAlreadyAssociated{"Resource.AlreadyAssociated", 400, ""};
inline constexpr ErrorCode GatewayNotAttached{"Gateway.NotAttached", 400, ""};
inline constexpr ErrorCode RouteTableLimitExceeded{"RouteTableLimitExceeded", 400,
                                                   "The maximum number of route tables has been reached."};
inline constexpr ErrorCode RouteLimitExceeded{"RouteLimitExceeded", 400, "The maximum number of routes has been reached."};
inline constexpr ErrorCode RouteAlreadyExists{"RouteAlreadyExists", 400, ""};
inline constexpr ErrorCode InvalidRouteNotFound{"InvalidRoute.NotFound", 400, ""};
inline constexpr ErrorCode NatGatewayLimitExceeded{"NatGatewayLimitExceeded", 400,
                                                   "The maximum number of NAT gateways has been reached."};
inline constexpr ErrorCode InvalidSubnet{"InvalidSubnet", 400, ""};
inline constexpr ErrorCode InvalidAssociationNotFound{"InvalidAssociationID.NotFound", 400, ""};

// Addresses and interfaces.
inline constexpr ErrorCode AddressLimitExceeded{"AddressLimitExceeded", 400,
                                                "The maximum number of addresses has been reached."};
inline constexpr ErrorCode InsufficientAddressCapacity{"InsufficientAddressCapacity", 503, "Not enough available addresses"};
inline constexpr ErrorCode InvalidAddressNotFound{"InvalidAddress.NotFound", 400, ""};
inline constexpr ErrorCode InvalidAddressInUse{"InvalidIPAddress.InUse", 400, ""};
inline constexpr ErrorCode InvalidAddressLocked{"InvalidAddress.Locked", 400, ""};
inline constexpr ErrorCode AuthFailure{"AuthFailure", 403, "You do not have permission to access the specified resource."};
inline constexpr ErrorCode InsufficientFreeAddressesInSubnet{"InsufficientFreeAddressesInSubnet", 400, ""};

// Security groups.
inline constexpr ErrorCode InvalidGroupDuplicate{"InvalidGroup.Duplicate", 400, ""};
inline constexpr ErrorCode InvalidGroupNotFound{"InvalidGroup.NotFound", 400, ""};
inline constexpr ErrorCode CannotDelete{"CannotDelete", 400, ""};
inline constexpr ErrorCode InvalidPermissionDuplicate{"InvalidPermission.Duplicate", 400, ""};
inline constexpr ErrorCode InvalidPermissionNotFound{"InvalidPermission.NotFound", 400,
                                                     "The specified rule does not exist in this security group."};
inline constexpr ErrorCode InvalidPermissionMalformed{"InvalidPermission.Malformed", 400, ""};
inline constexpr ErrorCode SecurityGroupLimitExceeded{"SecurityGroupLimitExceeded", 400,
                                                      "The maximum number of security groups has been reached."};
inline constexpr ErrorCode RulesPerSecurityGroupLimitExceeded{
    "RulesPerSecurityGroupLimitExceeded", 400, "The maximum number of rules per security group has been reached."};
inline constexpr ErrorCode SecurityGroupsPerInterfaceLimitExceeded{
    "SecurityGroupsPerInterfaceLimitExceeded", 400, "The maximum number of security groups per interface has been reached."};

// Endpoints.
inline constexpr ErrorCode InvalidServiceName{"InvalidServiceName", 400, ""};
inline constexpr ErrorCode VpcEndpointLimitExceeded{"VpcEndpointLimitExceeded", 400,
                                                    "The maximum number of VPC endpoints has been reached."};
inline constexpr ErrorCode InvalidPolicyDocument{"InvalidPolicyDocument", 400, ""};

// Instances.
inline constexpr ErrorCode InstanceLimitExceeded{"InstanceLimitExceeded", 400, ""};
inline constexpr ErrorCode IncorrectInstanceState{"IncorrectInstanceState", 400, ""};
inline constexpr ErrorCode InvalidUserDataMalformed{"InvalidUserData.Malformed", 400, "Invalid BASE64 encoding of user data."};
inline constexpr ErrorCode InvalidBlockDeviceMapping{"InvalidBlockDeviceMapping", 400, ""};
inline constexpr ErrorCode Unsupported{"Unsupported", 400, ""};

inline constexpr ErrorCode ResourceLimitExceeded{"ResourceLimitExceeded", 400,
                                                 "You have exceeded an Amazon EC2 resource limit."};

// Key pairs.
inline constexpr ErrorCode InvalidKeyPairDuplicate{"InvalidKeyPair.Duplicate", 400, ""};
inline constexpr ErrorCode InvalidKeyPairNotFound{"InvalidKeyPair.NotFound", 400, ""};
inline constexpr ErrorCode InvalidKeyFormat{"InvalidKey.Format", 400, "Key is not in valid OpenSSH public key format"};

}  // namespace sekisho::error::ec2
