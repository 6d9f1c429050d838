// The condition keys that operations fill in their asks (ask.context), for the documentation and for the test that nothing else
// is filled. Sources: Service Authorization Reference, the pages of Amazon S3, Amazon EC2, AWS IAM, AWS STS and AWS
// Organizations.
#include <array>

#include "authz/keys.h"

namespace sekisho::authz {
namespace {

using T = Key::Type;
constexpr std::string_view tagged = "the request gives tags", on_tagged = "the resource has that tag",
                           header = "the request has that header", listing = "listings of objects and versions",
                           by_access_point = "the request names an access point";

constexpr Key operation_key(std::string_view name, T type, bool multiple, std::string_view present) {
    return {name, type, multiple, present, nullptr};
}

constexpr std::array operation_keys = {
    operation_key("aws:RequestTag/", T::string, false, tagged),
    operation_key("aws:ResourceTag/", T::string, false, on_tagged),
    operation_key("aws:TagKeys", T::string, true, tagged),
    operation_key("s3:AccessPointNetworkOrigin", T::string, false, by_access_point),
    operation_key("s3:DataAccessPointAccount", T::string, false, by_access_point),
    operation_key("s3:DataAccessPointArn", T::arn, false, by_access_point),
    operation_key("s3:delimiter", T::string, false, "listings that give a delimiter"),
    operation_key("s3:ExistingObjectTag/", T::string, false, "the object has that tag, in operations on one object"),
    operation_key("s3:if-match", T::string, false, header),
    operation_key("s3:if-none-match", T::string, false, header),
    operation_key("s3:locationconstraint", T::string, false, "CreateBucket with a LocationConstraint"),
    operation_key("s3:max-keys", T::numeric, false, listing),
    operation_key("s3:ObjectCreationOperation", T::boolean, false, "s3:PutObject"),
    operation_key("s3:object-lock-legal-hold", T::string, false, "the request sets a legal hold"),
    operation_key("s3:object-lock-mode", T::string, false, "the request sets a retention"),
    operation_key("s3:object-lock-remaining-retention-days", T::numeric, false, "the request sets a retention"),
    operation_key("s3:object-lock-retain-until-date", T::date, false, "the request sets a retention"),
    operation_key("s3:prefix", T::string, false, "listings that give a prefix"),
    operation_key("s3:RequestObjectTag/", T::string, false, "the request gives object tags"),
    operation_key("s3:RequestObjectTagKeys", T::string, true, "the request gives object tags"),
    operation_key("s3:ResourceAccount", T::string, false, "operations on a bucket or an object"),
    operation_key("s3:VersionId", T::string, false, "the request names a version"),
    operation_key("s3:x-amz-acl", T::string, false, header),
    operation_key("s3:x-amz-content-sha256", T::string, false, header),
    operation_key("s3:x-amz-copy-source", T::string, false, header),
    operation_key("s3:x-amz-grant-full-control", T::string, false, header),
    operation_key("s3:x-amz-grant-read", T::string, false, header),
    operation_key("s3:x-amz-grant-read-acp", T::string, false, header),
    operation_key("s3:x-amz-grant-write", T::string, false, header),
    operation_key("s3:x-amz-grant-write-acp", T::string, false, header),
    operation_key("s3:x-amz-metadata-directive", T::string, false, header),
    operation_key("s3:x-amz-object-ownership", T::string, false, header),
    operation_key("s3:x-amz-server-side-encryption", T::string, false, header),
    operation_key("s3:x-amz-server-side-encryption-aws-kms-key-id", T::arn, false, header),
    operation_key("s3:x-amz-server-side-encryption-customer-algorithm", T::string, false, header),
    operation_key("s3:x-amz-storage-class", T::string, false, header),
    operation_key("s3:x-amz-tagging-directive", T::string, false, header),
    operation_key("s3:x-amz-website-redirect-location", T::string, false, header),
    operation_key("ec2:Attribute", T::string, true, "operations that modify an attribute"),
    operation_key("ec2:Attribute/", T::string, false, "operations that give that attribute a value"),
    operation_key("ec2:AllocationId", T::string, false, "operations on an elastic IP"),
    operation_key("ec2:AssociatePublicIpAddress", T::boolean, false, "operations on a network interface"),
    operation_key("ec2:AvailabilityZone", T::string, false, "operations on what lies in a zone"),
    operation_key("ec2:AvailabilityZoneId", T::string, false, "operations on what lies in a zone"),
    operation_key("ec2:DhcpOptionsID", T::string, false, "operations on a resource of that kind"),
    operation_key("ec2:Domain", T::string, false, "operations on an elastic IP"),
    operation_key("ec2:EbsOptimized", T::boolean, false, "operations on an instance"),
    operation_key("ec2:Encrypted", T::boolean, false, "operations on a volume"),
    operation_key("ec2:ImageID", T::string, false, "operations on an image"),
    operation_key("ec2:ImageType", T::string, false, "operations on an image"),
    operation_key("ec2:InstanceID", T::string, false, "operations on an instance"),
    operation_key("ec2:InstanceMarketType", T::string, false, "operations on an instance"),
    operation_key("ec2:InstanceMetadataTags", T::string, false, "operations on an instance"),
    operation_key("ec2:InstanceProfile", T::arn, false, "operations on an instance"),
    operation_key("ec2:InstanceType", T::string, false, "operations on an instance"),
    operation_key("ec2:InternetGatewayID", T::string, false, "operations on a resource of that kind"),
    operation_key("ec2:KeyPairName", T::string, false, "operations on a key pair"),
    operation_key("ec2:KeyPairType", T::string, false, "operations on a key pair"),
    operation_key("ec2:MetadataHttpEndpoint", T::string, false, "operations on an instance"),
    operation_key("ec2:MetadataHttpPutResponseHopLimit", T::numeric, false, "operations on an instance"),
    operation_key("ec2:MetadataHttpTokens", T::string, false, "operations on an instance"),
    operation_key("ec2:NetworkAclID", T::string, false, "operations on a resource of that kind"),
    operation_key("ec2:NetworkInterfaceID", T::string, false, "operations on a network interface"),
    operation_key("ec2:Owner", T::string, false, "operations on an image"),
    operation_key("ec2:ParentSnapshot", T::arn, false, "operations on a volume"),
    operation_key("ec2:Public", T::boolean, false, "operations on an image"),
    operation_key("ec2:PublicIpAddress", T::string, false, "operations on an elastic IP"),
    operation_key("ec2:RootDeviceType", T::string, false, "operations on an instance or an image"),
    operation_key("ec2:RouteTableID", T::string, false, "operations on a resource of that kind"),
    operation_key("ec2:SecurityGroupID", T::string, false, "operations on a resource of that kind"),
    operation_key("ec2:Subnet", T::arn, false, "operations on what lies in a subnet"),
    operation_key("ec2:SubnetID", T::string, false, "operations on a resource of that kind"),
    operation_key("ec2:Tenancy", T::string, false, "operations on an instance or a VPC"),
    operation_key("ec2:VolumeID", T::string, false, "operations on a volume"),
    operation_key("ec2:VolumeIops", T::numeric, false, "operations on a volume"),
    operation_key("ec2:VolumeSize", T::numeric, false, "operations on a volume"),
    operation_key("ec2:VolumeThroughput", T::numeric, false, "operations on a volume"),
    operation_key("ec2:VolumeType", T::string, false, "operations on a volume"),
    operation_key("ec2:VpceServiceName", T::string, false, "operations on an endpoint"),
    operation_key("ec2:VpceServiceRegion", T::string, false, "operations on an endpoint"),
    operation_key("ec2:VpcID", T::string, false, "operations on a resource of that kind"),
    operation_key("ec2:CreateAction", T::string, false, "CreateTags as part of a create operation"),
    operation_key("ec2:Region", T::string, false, "all operations of EC2"),
    operation_key("ec2:ResourceTag/", T::string, false, on_tagged),
    operation_key("ec2:Vpc", T::arn, false, "operations on what belongs to a VPC"),
    operation_key("iam:PassedToService", T::string, false, "iam:PassRole"),
    operation_key("iam:PermissionsBoundary", T::arn, false, "the request names a boundary, or the user or role has one"),
    operation_key("iam:PolicyARN", T::arn, false, "AttachUserPolicy and its like"),
    operation_key("iam:ResourceTag/", T::string, false, on_tagged),
    operation_key("organizations:PolicyType", T::string, false, "operations on policies of an organisation"),
    operation_key("sts:ExternalId", T::string, false, "AssumeRole with an ExternalId"),
    operation_key("sts:RoleSessionName", T::string, false, "AssumeRole"),
    operation_key("sts:SourceIdentity", T::string, false, "AssumeRole with a SourceIdentity"),
    operation_key("sts:TransitiveTagKeys", T::string, true, "AssumeRole with TransitiveTagKeys"),
};

}  // namespace

std::span<const Key> operation_key_table() { return operation_keys; }

}  // namespace sekisho::authz
