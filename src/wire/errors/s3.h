// S3's error codes, statuses and usual texts.
// Source: "Error responses" of the S3 API reference; texts as the service sends them where the reference differs.
#pragma once

#include "base/result.h"
#include "wire/errors/common.h"

namespace sekisho::error::s3 {

inline constexpr ErrorCode AccessPointAlreadyOwnedByYou{
    "AccessPointAlreadyOwnedByYou", 409,
    "Your previous request to create the named accesspoint succeeded and you already own it."};
inline constexpr ErrorCode BucketHasAccessPointsAttached{
    "BucketHasAccessPointsAttached", 400,
    "The bucket you are attempting to delete has access points attached. Delete your access points before attempting to delete "
    "your bucket."};
inline constexpr ErrorCode InvalidAccessPoint{"InvalidAccessPoint", 400,
                                              "The specified access point name or account is not valid."};
inline constexpr ErrorCode NoSuchAccessPoint{"NoSuchAccessPoint", 404, "The specified accesspoint does not exist"};
inline constexpr ErrorCode NoSuchAccessPointPolicy{"NoSuchAccessPointPolicy", 404,
                                                   "The specified accesspoint policy does not exist"};
inline constexpr ErrorCode NoSuchResource{"NoSuchResource", 404, "The specified resource doesn't exist."};
inline constexpr ErrorCode TooManyAccessPoints{
    "TooManyAccessPoints", 400, "You have attempted to create more access points than are allowed for an account."};
inline constexpr ErrorCode AccessControlListNotSupported{"AccessControlListNotSupported", 400,
                                                         "The bucket does not allow ACLs"};
inline constexpr ErrorCode AccessForbidden{"AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket."};
inline constexpr ErrorCode AuthorizationHeaderMalformed{"AuthorizationHeaderMalformed", 400,
                                                        "The authorization header is malformed."};
inline constexpr ErrorCode BadDigest{"BadDigest", 400, "The Content-MD5 you specified did not match what we received."};
inline constexpr ErrorCode BadRequest{"BadRequest", 400, "Bad Request"};
inline constexpr ErrorCode BucketAlreadyExists{
    "BucketAlreadyExists", 409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a "
    "different name and try again."};
inline constexpr ErrorCode BucketAlreadyOwnedByYou{
    "BucketAlreadyOwnedByYou", 409, "Your previous request to create the named bucket succeeded and you already own it."};
inline constexpr ErrorCode BucketNotEmpty{"BucketNotEmpty", 409, "The bucket you tried to delete is not empty"};
inline constexpr ErrorCode ConditionalRequestConflict{
    "ConditionalRequestConflict", 409,
    "The conditional request cannot succeed due to a conflicting operation against this resource."};
inline constexpr ErrorCode EntityTooLarge{"EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"};
inline constexpr ErrorCode EntityTooSmall{"EntityTooSmall", 400,
                                          "Your proposed upload is smaller than the minimum allowed size"};
inline constexpr ErrorCode IllegalVersioningConfigurationException{"IllegalVersioningConfigurationException", 400,
                                                                   "The Versioning element must be specified"};
inline constexpr ErrorCode IllegalLocationConstraintException{"IllegalLocationConstraintException", 400,
                                                              "The location constraint is incompatible with the region."};
inline constexpr ErrorCode IncompleteBody{
    "IncompleteBody", 400, "You did not provide the number of bytes specified by the Content-Length HTTP header."};
inline constexpr ErrorCode InvalidArgument{"InvalidArgument", 400, "Invalid Argument"};
inline constexpr ErrorCode InvalidBucketAclWithObjectOwnership{
    "InvalidBucketAclWithObjectOwnership", 400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"};
inline constexpr ErrorCode InvalidBucketAclWithBlockPublicAccessError{
    "InvalidBucketAclWithBlockPublicAccessError", 400, "Bucket cannot have public ACLs set with BlockPublicAccess enabled"};
inline constexpr ErrorCode InvalidBucketName{"InvalidBucketName", 400, "The specified bucket is not valid."};
inline constexpr ErrorCode InvalidBucketOwnerAWSAccountID{
    "InvalidBucketOwnerAWSAccountID", 400, "The value of the expected bucket owner parameter must be an AWS account ID"};
inline constexpr ErrorCode InvalidBucketState{"InvalidBucketState", 409,
                                              "The request is not valid with the current state of the bucket."};
inline constexpr ErrorCode InvalidDigest{"InvalidDigest", 400, "The Content-MD5 you specified was invalid."};
inline constexpr ErrorCode InvalidEncryptionAlgorithmError{
    "InvalidEncryptionAlgorithmError", 400, "The Encryption request you specified is not valid. Supported value: AES256."};
inline constexpr ErrorCode InvalidLocationConstraint{"InvalidLocationConstraint", 400,
                                                     "The specified location-constraint is not valid"};
inline constexpr ErrorCode InvalidPart{
    "InvalidPart", 400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity "
    "tag may not match the part's entity tag."};
inline constexpr ErrorCode InvalidPartNumber{"InvalidPartNumber", 416, "The requested partnumber is not satisfiable"};
inline constexpr ErrorCode InvalidPartOrder{
    "InvalidPartOrder", 400, "The list of parts was not in ascending order. Parts must be ordered by part number."};
inline constexpr ErrorCode InvalidRange{"InvalidRange", 416, "The requested range is not satisfiable"};
inline constexpr ErrorCode InvalidRequest{"InvalidRequest", 400, "Invalid Request"};
inline constexpr ErrorCode InvalidRetentionPeriod{"InvalidRetentionPeriod", 400,
                                                  "Default retention period must be a positive integer value."};
inline constexpr ErrorCode InvalidStorageClass{"InvalidStorageClass", 400, "The storage class you specified is not valid"};
inline constexpr ErrorCode InvalidTag{"InvalidTag", 400, "The tag provided was not a valid tag."};
inline constexpr ErrorCode InvalidURI{"InvalidURI", 400, "Couldn't parse the specified URI."};
inline constexpr ErrorCode KeyTooLongError{"KeyTooLongError", 400, "Your key is too long"};
inline constexpr ErrorCode MalformedACLError{
    "MalformedACLError", 400, "The XML you provided was not well-formed or did not validate against our published schema"};
inline constexpr ErrorCode MalformedPolicy{"MalformedPolicy", 400, "Policy has invalid resource"};
inline constexpr ErrorCode MalformedXML{
    "MalformedXML", 400, "The XML you provided was not well-formed or did not validate against our published schema"};
inline constexpr ErrorCode MetadataTooLarge{"MetadataTooLarge", 400,
                                            "Your metadata headers exceed the maximum allowed metadata size"};
inline constexpr ErrorCode MethodNotAllowed{"MethodNotAllowed", 405,
                                            "The specified method is not allowed against this resource."};
inline constexpr ErrorCode MissingContentLength{"MissingContentLength", 411,
                                                "You must provide the Content-Length HTTP header."};
inline constexpr ErrorCode MissingRequestBodyError{"MissingRequestBodyError", 400, "Request Body is empty"};
inline constexpr ErrorCode MissingSecurityHeader{"MissingSecurityHeader", 400, "Your request was missing a required header"};
inline constexpr ErrorCode NoSuchBucket{"NoSuchBucket", 404, "The specified bucket does not exist"};
inline constexpr ErrorCode NoSuchBucketPolicy{"NoSuchBucketPolicy", 404, "The bucket policy does not exist"};
inline constexpr ErrorCode NoSuchConfiguration{"NoSuchConfiguration", 404, "The specified configuration does not exist."};
inline constexpr ErrorCode NoSuchCORSConfiguration{"NoSuchCORSConfiguration", 404, "The CORS configuration does not exist"};
inline constexpr ErrorCode NoSuchKey{"NoSuchKey", 404, "The specified key does not exist."};
inline constexpr ErrorCode NoSuchLifecycleConfiguration{"NoSuchLifecycleConfiguration", 404,
                                                        "The lifecycle configuration does not exist"};
inline constexpr ErrorCode NoSuchObjectLockConfiguration{"NoSuchObjectLockConfiguration", 404,
                                                         "The specified object does not have a ObjectLock configuration"};
inline constexpr ErrorCode NoSuchPublicAccessBlockConfiguration{"NoSuchPublicAccessBlockConfiguration", 404,
                                                                "The public access block configuration was not found"};
inline constexpr ErrorCode NoSuchTagSet{"NoSuchTagSet", 404, "The TagSet does not exist"};
inline constexpr ErrorCode NoSuchUpload{
    "NoSuchUpload", 404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."};
inline constexpr ErrorCode NoSuchVersion{"NoSuchVersion", 404, "The specified version does not exist."};
inline constexpr ErrorCode NoSuchWebsiteConfiguration{"NoSuchWebsiteConfiguration", 404,
                                                      "The specified bucket does not have a website configuration"};
inline constexpr ErrorCode ObjectLockConfigurationNotFoundError{"ObjectLockConfigurationNotFoundError", 404,
                                                                "Object Lock configuration does not exist for this bucket"};
inline constexpr ErrorCode OperationAborted{
    "OperationAborted", 409,
    "A conflicting conditional operation is currently in progress against this resource. Please try again."};
inline constexpr ErrorCode OwnershipControlsNotFoundError{"OwnershipControlsNotFoundError", 404,
                                                          "The bucket ownership controls were not found"};
inline constexpr ErrorCode PermanentRedirect{
    "PermanentRedirect", 301,
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests "
    "to this endpoint."};
inline constexpr ErrorCode PreconditionFailed{"PreconditionFailed", 412,
                                              "At least one of the pre-conditions you specified did not hold"};
inline constexpr ErrorCode ReplicationConfigurationNotFoundError{"ReplicationConfigurationNotFoundError", 404,
                                                                 "The replication configuration was not found"};
inline constexpr ErrorCode ServerSideEncryptionConfigurationNotFoundError{
    "ServerSideEncryptionConfigurationNotFoundError", 404, "The server side encryption configuration was not found"};
inline constexpr ErrorCode TooManyBuckets{"TooManyBuckets", 400, "You have attempted to create more buckets than allowed"};
inline constexpr ErrorCode UnexpectedContent{"UnexpectedContent", 400, "This request does not support content"};

}  // namespace sekisho::error::s3
