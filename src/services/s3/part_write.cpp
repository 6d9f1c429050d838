#include "services/s3/part_write.h"

#include "base/bytes.h"
#include "services/s3/s3.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {
constexpr std::size_t unique_digits = 8;

std::string name_of(const std::optional<authn::ChecksumAlgorithm>& algorithm) {
    return algorithm ? to_lower(authn::name(*algorithm)) : "null";
}
}  // namespace

Result<Integrity> integrity_of_part(const UploadRow& upload, Claims claims, bool copied) {
    std::optional<authn::ChecksumAlgorithm> expected;
    if (upload.checksum) expected = upload.checksum->first;
    // Of copied bytes, and of those whose CRC counts only in the whole, the server's own sum is as good as the client's.
    bool own_sum = copied || (upload.checksum && upload.checksum->second == authn::ChecksumType::full_object);
    bool mismatch = expected && (claims.algorithm ? claims.algorithm != expected : !own_sum);
    if (mismatch)
        return fail(error::s3::InvalidRequest,
                    fmt::format("Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                                name_of(expected), name_of(claims.algorithm)));
    Integrity integrity(std::move(claims));
    if (expected) integrity.also(*expected);
    return integrity;
}

Task<Result<void>> add_part(S3& s3, BucketPtr bucket, std::string key, std::string upload_id, Upload upload, int number,
                            Stored stored, std::int64_t modified_ms) {
    PartRow row;
    row.size = stored.size;
    row.modified_ms = modified_ms;
    row.md5 = std::move(stored.md5);
    row.checksum = std::move(stored.checksum);
    if (!stored.segments.empty()) row.segment = stored.segments.front();
    store::Commit commit;
    commit.partition = partition_of_key(*bucket, key);
    commit.require(upload_row_key(key, upload_id), std::move(upload.raw));
    commit.put(part_row_key(upload_id, number, row.modified_ms, s3.entropy.hex(unique_digits)), encode(row));
    store::CommitResult result = co_await s3.tables.commit(std::move(commit));
    if (result == store::CommitResult::committed) co_return Result<void>();
    co_await erase_blobs(s3, std::move(stored.segments));
    co_return no_such_upload(upload_id);
}

}  // namespace sekisho::s3
