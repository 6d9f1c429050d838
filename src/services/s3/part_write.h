// Writing a part: what UploadPart and UploadPartCopy share.
#pragma once

#include <string>

#include "base/result.h"
#include "base/task.h"
#include "services/s3/multipart.h"
#include "services/s3/payload.h"

namespace sekisho::s3 {

// What the part's bytes must be checked and hashed with: the client's claim must be of the upload's algorithm.
Result<Integrity> integrity_of_part(const UploadRow& upload, Claims claims, bool copied);

// Adds the part to the upload, if that is still there; erases the bytes otherwise (NoSuchUpload). A part of this number that is
// there is replaced, row and blob.
Task<Result<void>> add_part(S3& s3, BucketPtr bucket, std::string key, std::string upload_id, Upload upload, int number,
                            Stored stored, std::int64_t modified_ms);

}  // namespace sekisho::s3
