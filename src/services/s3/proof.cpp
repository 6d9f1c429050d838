#include "services/s3/proof.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/log.h"
#include "services/s3/encryption.h"
#include "services/s3/payload.h"
#include "services/s3/s3.h"

namespace sekisho::s3 {

namespace {

// The entity tag of bytes that come piece by piece: their MD5; of parts, the MD5 of the parts' MD5s and their number.
class EntityTag {
   public:
    explicit EntityTag(const ObjectRow& row) : row_(row) {}
    // No piece reaches from one part into the next.
    void update(std::string_view piece) {
        skip_empty_parts();
        md5_.update(piece);
        in_part_ += piece.size();
    }
    std::string finish() {
        if (!row_.multipart()) return to_hex(md5_.finish());
        skip_empty_parts();
        while (part_ < row_.segments.size()) end_part();
        return fmt::format("{}-{}", to_hex(parts_.finish()), row_.segments.size());
    }

   private:
    void skip_empty_parts() {
        while (row_.multipart() && part_ < row_.segments.size() && in_part_ == row_.segments[part_].size) end_part();
    }
    void end_part() {
        parts_.update(md5_.finish());
        in_part_ = 0;
        ++part_;
    }

    const ObjectRow& row_;
    authn::Digest md5_{authn::Digest::Kind::md5};
    authn::Digest parts_{authn::Digest::Kind::md5};
    std::size_t part_ = 0;
    std::uint64_t in_part_ = 0;
};

// A Fault where something of it cannot be read, or is not what its tag says; nullopt: replaced.
Task<std::optional<std::string>> entity_tag_of(S3& s3, Target target) {
    const ObjectRow& row = target.found->row;
    EntityTag tag(row);
    std::optional<std::string> etag;
    if (row.segments.empty()) {
        tag.update(inlined_bytes(target, s3));
    } else {
        ObjectReader reader(s3, target, ByteRange{0, row.size});
        bool there = co_await reader.open();
        if (!there) co_return etag;
        for (;;) {
            std::string piece = co_await reader.read();
            if (piece.empty()) break;
            tag.update(piece);
        }
    }
    etag = tag.finish();
    co_return etag;
}

}  // namespace

Task<Proof> prove(S3& s3, Target target) {
    const ObjectRow& row = target.found->row;
    try {
        if (store::wrapped_by(row.data_key) == store::WrappedBy::customer) co_return Proof::not_known;
        std::optional<std::string> etag = co_await entity_tag_of(s3, target);
        if (etag) co_return *etag == row.etag ? Proof::whole : Proof::broken;
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
