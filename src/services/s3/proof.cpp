#include "services/s3/proof.h"

#include "base/bytes.h"
#include "base/log.h"
#include "services/s3/encryption.h"
#include "services/s3/payload.h"
#include "services/s3/s3.h"

namespace sekisho::s3 {

namespace {

// A Fault where something of it cannot be read, or is not what its tag says; nullopt: replaced.
Task<std::optional<std::string>> md5_of(S3& s3, Target target) {
    const ObjectRow& row = target.found->row;
    authn::Digest md5(authn::Digest::Kind::md5);
    std::optional<std::string> digest;
    if (row.segments.empty()) {
        md5.update(inlined_bytes(target, s3));
    } else {
        ObjectReader reader(s3, target, ByteRange{0, row.size});
        bool there = co_await reader.open();
        if (!there) co_return digest;
        for (;;) {
            std::string piece = co_await reader.read();
            if (piece.empty()) break;
            md5.update(piece);
        }
    }
    digest = md5.finish();
    co_return digest;
}

}  // namespace

Task<Proof> prove(S3& s3, Target target) {
    const ObjectRow& row = target.found->row;
    try {
        if (store::wrapped_by(row.data_key) == store::WrappedBy::customer) co_return Proof::not_known;
        std::optional<std::string> md5 = co_await md5_of(s3, target);
        if (md5) co_return row.multipart() || to_hex(*md5) == row.etag ? Proof::whole : Proof::broken;
    } catch (const std::exception& fault) {
        log::warning("s3: object {}: {}", target.key, fault.what());
        co_return Proof::broken;
    }
    // A blob is gone: with its row, or from under it.
    std::optional<std::string> now =
        co_await s3.tables.get(partition_of_key(*target.bucket, target.key), target.found->row_key);
    co_return now == target.found->raw ? Proof::broken : Proof::replaced;
}

}  // namespace sekisho::s3
