// Asks of S3 operations: actions, ARNs and S3's condition keys.
// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "authz/ask.h"
#include "base/result.h"
#include "services/operation.h"
#include "services/s3/bucket.h"

namespace sekisho::s3 {

class S3;
struct UploadRow;

// The bucket that a call addresses. NoSuchBucket, a wrong region and a wrong x-amz-expected-bucket-owner are answered here,
// before anybody is asked.
Result<BucketPtr> addressed_bucket(const services::Call& call, const S3& s3);

// Whether the request came to a VPC endpoint: S3's front end of one region, the call's, whatever the host name says.
bool by_endpoint(const services::Call& call);

// x-amz-expected-bucket-owner or x-amz-source-expected-bucket-owner.
Result<void> check_expected_owner(const services::Call& call, std::string_view header, const Bucket& bucket);

authz::Ask ask_account(std::string_view action, const services::Call& call);
authz::Ask ask_bucket(std::string_view action, const Bucket& bucket, const services::Call& call);
authz::Ask ask_object(std::string_view action, const Bucket& bucket, std::string_view key, const services::Call& call);
// The same of a bucket that the call does not address itself, but by a copy source: through which access point, if any.
authz::Ask ask_bucket(std::string_view action, const Bucket& bucket, const services::Call& call, std::string_view access_point);
authz::Ask ask_object(std::string_view action, const Bucket& bucket, std::string_view key, const services::Call& call,
                      std::string_view access_point);

// "s3:<header>" for each header of S3's documented keys that the request has (s3:x-amz-acl, s3:x-amz-storage-class, …).
void add_header_keys(authz::Ask& ask, const services::Call& call);
// Those of them that say what the object is to be, with their values. A multipart upload keeps them from its beginning: its
// parts and its completion, which can not have these headers, are decided with them and with the tags.
using KeyHeaders = std::vector<std::pair<std::string, std::string>>;
KeyHeaders object_key_headers(const services::Call& call);
authz::Ask ask_to_go_on(const Bucket& bucket, const services::Call& call, const UploadRow* upload, bool creates);
// s3:ObjectCreationOperation: whether the request makes an object, which of those that ask s3:PutObject the beginning of a
// multipart upload and its parts do not (S3 guide, "Enforce conditional writes on Amazon S3 buckets").
void add_creates_object(authz::Ask& ask, bool creates);
// x-amz-bypass-governance-retention: true.
bool asks_bypass(const services::Call& call);
void add_existing_tags(authz::Ask& ask, const Tags& tags);  // s3:ExistingObjectTag/…
void add_request_tags(authz::Ask& ask, const Tags& tags);   // s3:RequestObjectTag/…, s3:RequestObjectTagKeys

// The whole input of operations on a bucket's settings.
struct OnBucket {
    BucketPtr bucket;
};
Result<std::vector<authz::Ask>> ask_on_bucket(OnBucket& in, const services::Call& call, const S3& s3, std::string_view action);

// aws:RequestTag/… and aws:TagKeys, for tags of buckets.
void add_resource_tags(authz::Ask& ask, const Tags& tags);

std::vector<authz::Ask> only(authz::Ask ask);

}  // namespace sekisho::s3
