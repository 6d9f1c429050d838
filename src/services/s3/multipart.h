// Multipart uploads: their rows, the parts that count, and what completing one makes of them.
//
// Parts are blobs of their own and stay so: completing an upload writes one object row that lists them, and copies nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "services/operation.h"
#include "services/s3/rows.h"

namespace sekisho::s3 {

class S3;

inline constexpr int part_number_max = 10'000;
inline constexpr std::uint64_t part_bytes_min = 5 << 20;  // of all parts but the last
inline constexpr std::uint64_t object_bytes_max = 5ull << 40;

struct Upload {
    std::string raw;  // the row as stored: what commits are conditional on
    UploadRow row;
};
// nullopt when there is none of this id for this key.
Task<std::optional<Upload>> find_upload(S3& s3, BucketPtr bucket, std::string key, std::string upload_id);

std::unexpected<ApiError> no_such_upload(std::string_view upload_id);

std::string new_upload_id(S3& s3);

// partNumber as a number of 1 to 10,000, or InvalidArgument.
Result<int> parse_part_number(const services::Call& call);

// The parts of an upload by number, the last of each; and every row key and segment there is, counting or not. They stay so as
// long as the upload's row is what it was before: see UploadRow::replacements.
struct Parts {
    std::map<int, PartRow> by_number;
    std::vector<std::string> row_keys;
    std::vector<Segment> superseded;  // blobs of parts that were sent again, which earlier builds kept
};
Task<Parts> read_parts(S3& s3, BucketPtr bucket, std::string key, std::string upload_id);

// What the client says the object shall be made of: <CompleteMultipartUpload>. Pure.
struct CompletePart {
    int number = 0;
    std::string etag;  // without quotes
    std::optional<StoredChecksum> checksum;
};
Result<std::vector<CompletePart>> parse_complete_request(std::string_view document);

// Whether the parts are those that were uploaded, large enough and in order; then the object's row is filled from them: size,
// ETag, checksum, segments. `upload_id`: for the errors. Pure.
Result<void> assemble(ObjectRow& object, const std::vector<CompletePart>& wanted, const std::map<int, PartRow>& parts,
                      const UploadRow& upload, std::string_view upload_id);

// Forgets the upload and its parts. false: there is none.
Task<bool> abort_upload(S3& s3, BucketPtr bucket, std::string key, std::string upload_id);

// After the upload's row is gone: erases what rows of parts there are, and their blobs but those that the object uses.
Task<void> forget_parts(S3& s3, BucketPtr bucket, std::string key, std::string upload_id, std::vector<Segment> used);

// "x-amz-checksum-algorithm" and "x-amz-checksum-type" of CreateMultipartUpload, as they go together.
Result<std::optional<std::pair<authn::ChecksumAlgorithm, authn::ChecksumType>>> parse_upload_checksum(
    const http::Headers& headers);

}  // namespace sekisho::s3
