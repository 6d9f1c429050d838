// Encryption: what requests and replies say of it (SSE-S3 and SSE-C), and the data keys of objects.
//
// Each object (each multipart upload) has a data key of its own; its row keeps it wrapped, under the server's newest master key
// or, with SSE-C, under the key that the customer keeps and sends with every request. Parts are encrypted with their upload's,
// so that completing it rewrites nothing. Without encryption at rest, new bytes are plain unless a customer's key encrypts
// them.
//
// Source: S3 guide, "Protecting data with server-side encryption" and "… with customer-provided keys"; the errors are those
// that clients have recorded of the service.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "authn/caller.h"
#include "base/result.h"
#include "base/task.h"
#include "services/operation.h"
#include "services/s3/data_key.h"
#include "services/s3/object_table.h"

namespace sekisho::s3 {

class S3;
struct UploadRow;

// For a new object, as the request's headers want it. AccessDenied where the bucket blocks SSE-C; NotImplemented for AWS KMS.
Result<DataKey> new_data_key(S3& s3, const services::Call& call, const Bucket& bucket, const authn::Caller& caller);
// For a part: that of its upload, which SSE-C's headers must fit.
Result<DataKey> data_key_of_upload(S3& s3, const services::Call& call, const Bucket& bucket, const UploadRow& upload);

// Whether the request may read the target's object: SSE-C's headers (x-amz-server-side-encryption-customer-…, for a copy's
// source x-amz-copy-source-…) must be there where it needs them and hold the key that it was written with.
Result<void> unlock(Target& target, const services::Call& call, const S3& s3, bool copy_source = false);
// The key of a target that was unlocked.
store::SecretKey secret_of(const Target& target, const S3& s3);
// The bytes that lie in the row itself.
std::string inlined_bytes(const Target& target, const S3& s3);

// The data key as it should be stored now: under the newest master key.
std::string renewed(const S3& s3, std::string_view bucket_id, std::string_view key, std::string wrapped);

// x-amz-server-side-encryption, or SSE-C's algorithm and the MD5 of its key; nothing where the bytes are plain.
void add_encryption_headers(http::Reply& reply, const DataKey& data_key);
// The same without SSE-C's (CompleteMultipartUpload).
void add_encryption_header(http::Reply& reply, std::string_view wrapped);

}  // namespace sekisho::s3
