#include "services/s3/part_write.h"

#include "base/bytes.h"
#include "services/s3/s3.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {
// How often a commit is tried against others that send the same part, or replace parts of the same upload.
constexpr int attempts_max = 64;

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
    const std::string partition = partition_of_key(*bucket, key);
    const std::string row_key = part_row_key(upload_id, number);
    const std::string raw_new = encode(row);
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        store::Range range = store::Range::prefix(row_key);
        std::vector<store::Row> old = co_await s3.tables.scan(partition, std::move(range));
        store::Commit commit;
        commit.partition = partition;
        commit.require(upload_row_key(key, upload_id), upload.raw);
        std::vector<Segment> replaced;
        bool there = false;
        for (store::Row& one : old) {
            Segment segment = decode_part(one.value).segment;
            if (!segment.blob.empty()) replaced.push_back(std::move(segment));
            there = there || one.key == row_key;
            commit.erase(one.key);
            commit.require(std::move(one.key), std::move(one.value));
        }
        if (!there) commit.require_absent(row_key);
        if (!old.empty()) {
            ++upload.row.replacements;
            commit.put(upload_row_key(key, upload_id), encode(upload.row));
        }
        commit.put(row_key, raw_new);
        store::CommitResult result = co_await s3.tables.commit(std::move(commit));
        if (result == store::CommitResult::committed) {
            co_await erase_blobs(s3, std::move(replaced));
            co_return Result<void>();
        }
        std::optional<Upload> now = co_await find_upload(s3, bucket, key, upload_id);
        if (!now) {
            co_await erase_blobs(s3, std::move(stored.segments));
            co_return no_such_upload(upload_id);
        }
        upload = std::move(*now);
    }
    co_await erase_blobs(s3, std::move(stored.segments));
    co_return fail(error::s3::OperationAborted);
}

}  // namespace sekisho::s3
