#include "services/s3/payload.h"

#include <algorithm>

#include "authn/body.h"
#include "base/check.h"
#include "services/s3/encryption.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"
#include "store/encryption/chunks.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t piece_bytes = 256 * 1024;
constexpr ErrorCode MaxMessageLengthExceeded{"MaxMessageLengthExceeded", 400, "Your request was too big."};

class ObjectSource final : public http::BodySource {
   public:
    explicit ObjectSource(std::unique_ptr<ObjectReader> reader) : reader_(std::move(reader)) {}
    Task<std::string> read() override { return reader_->read(); }

   private:
    std::unique_ptr<ObjectReader> reader_;
};

}  // namespace

Task<void> Intake::append(std::string piece) {
    size_ += piece.size();
    if (!writer_ && size_ <= inline_max_) {
        head_ += piece;
        co_return;
    }
    if (!writer_) {
        writer_ = s3_.objects.create(s3_.new_blob_id());
        if (key_.secret) writer_ = store::encrypting_writer(std::move(writer_), *key_.secret);
        if (!head_.empty()) co_await writer_->append(std::move(head_));
    }
    co_await writer_->append(std::move(piece));
}

Task<Stored> Intake::finish(Integrity::Proved proved) {
    SEKISHO_CHECK(proved.size == size_);
    Stored stored{proved.size, std::move(proved.md5), std::move(proved.checksum), {}, {}, key_.wrapped};
    // "The ETag that is returned is not the MD5 of the object": API reference, PutObject, of SSE-C.
    if (!key_.customer_md5.empty()) s3_.entropy.fill(std::as_writable_bytes(std::span(stored.md5)));
    if (!writer_) {
        stored.inlined = key_.secret ? store::seal_small(*key_.secret, head_) : std::move(head_);
        co_return stored;
    }
    co_await writer_->seal();
    Segment segment;
    segment.blob = writer_->id();
    segment.size = size_;
    segment.encoding = key_.secret ? Encoding::encrypted : Encoding::plain;
    stored.segments.push_back(std::move(segment));
    co_return stored;
}

Result<void> check_length(const http::BodyReader& body) {
    auto length = body.content_length();
    if (!length) return fail(error::s3::MissingContentLength);
    if (*length > put_bytes_max)
        return fail(error::s3::EntityTooLarge, std::string(error::s3::EntityTooLarge.text),
                    {{"ProposedSize", std::to_string(*length)}, {"MaxSizeAllowed", std::to_string(put_bytes_max)}});
    return {};
}

Task<Result<Stored>> receive(S3& s3, http::Request& request, Integrity integrity, std::size_t inline_max, DataKey key) {
    Intake intake(s3, inline_max, std::move(key));
    for (;;) {
        std::string piece = co_await request.body->read();
        if (piece.empty()) break;
        integrity.update(piece);
        co_await intake.append(std::move(piece));
    }
    // INVARIANT: the body's empty end proved its hash or signatures; the claims are the last thing to hold before it is stored.
    Result<Integrity::Proved> proved = integrity.finish(authn::trailers(*request.body));
    if (!proved) co_return fail(std::move(proved.error()));
    co_return co_await intake.finish(std::move(*proved));
}

Task<Result<std::string>> read_document(const services::Call& call, std::size_t bytes_max) {
    Result<Claims> claims = parse_claims(call.request.headers);
    if (!claims) co_return fail(std::move(claims.error()));
    co_return co_await read_document(call, bytes_max, std::move(*claims));
}

Task<Result<std::string>> read_document(const services::Call& call, std::size_t bytes_max, Claims claims) {
    if (call.document) co_return *call.document;
    http::BodyReader& from = *call.request.body;
    if (from.content_length().value_or(0) > bytes_max) co_return fail(MaxMessageLengthExceeded);
    Integrity integrity(std::move(claims));
    std::string document;
    for (;;) {
        std::string piece = co_await from.read();
        if (piece.empty()) break;
        if (document.size() + piece.size() > bytes_max) co_return fail(MaxMessageLengthExceeded);
        integrity.update(piece);
        document += piece;
    }
    Result<Integrity::Proved> proved = integrity.finish(authn::trailers(from));
    if (!proved) co_return fail(std::move(proved.error()));
    call.document = document;
    co_return document;
}

Task<std::expected<void, Vanished>> send(S3& s3, Target target, ByteRange range, http::Reply& reply) {
    ObjectRow& row = target.found->row;
    if (range.length == 0) {  // no blob to open (a part of no bytes has none)
        reply.body = std::string();
        co_return std::expected<void, Vanished>();
    }
    if (row.segments.empty()) {
        std::string bytes = row.data_key.empty() ? std::move(row.inlined) : inlined_bytes(target, s3);
        reply.body = range.length == bytes.size() ? std::move(bytes) : bytes.substr(range.offset, range.length);
        co_return std::expected<void, Vanished>();
    }
    auto reader = std::make_unique<ObjectReader>(s3, std::move(target), range);
    if (!co_await reader->open()) co_return std::unexpected(Vanished{});
    if (auto file = reader->whole_file())
        reply.body = std::move(*file);
    else
        reply.body = http::StreamBody{std::make_unique<ObjectSource>(std::move(reader)), range.length};
    co_return std::expected<void, Vanished>();
}

ObjectReader::ObjectReader(S3& s3, Target target, ByteRange range)
    : s3_(s3), target_(std::move(target)), offset_(range.offset), left_(range.length) {
    std::uint64_t begin = 0;
    for (const Segment& segment : target_.found->row.segments) {
        const std::uint64_t end = begin + segment.size;
        if (begin < range.offset + range.length && end > range.offset && segment.size > 0) {
            if (segments_.empty()) offset_ = range.offset - begin;
            segments_.push_back(segment);
        }
        begin = end;
    }
    if (begin < range.offset + range.length) throw Fault("an object's segments are shorter than the object");
}

Task<bool> ObjectReader::open() {
    if (left_ == 0) co_return true;
    // One blob is its reader's as soon as it is open. Of several, all must be kept from being erased before the first byte.
    if (segments_.size() > 1) {
        bool held = co_await hold();
        if (!held) co_return false;
    }
    co_return co_await open_segment();
}

// INVARIANT: a writer replaces the row first and asks then whether its blobs are held. So if the row still names them after
// they are held, whoever replaces it later finds them held.
Task<bool> ObjectReader::hold() {
    held_ = s3_.readers.hold(segments_);
    // As a version: what was the newest may be another by now.
    std::string version = version_id_of(target_.found->row);
    std::optional<Found> now = co_await find_object(s3_, target_.bucket, target_.key, std::move(version));
    if (!now) co_return false;
    // No two objects ever name one blob.
    for (const Segment& segment : now->row.segments)
        if (segment.blob == segments_.front().blob) co_return true;
    co_return false;
}

Task<bool> ObjectReader::open_segment() {
    const Segment& segment = segments_.at(next_++);
    blob_ = co_await s3_.objects.open(segment.blob);
    if (!blob_) co_return false;
    if (segment.encoding == Encoding::encrypted)
        blob_ = store::decrypting_reader(std::move(blob_), secret_of(target_, s3_), segment.blob);
    if (blob_->size() != segment.size) throw Fault("blob " + segment.blob.value + " has not the size its row says");
    blob_offset_ = offset_;
    blob_left_ = segment.size - offset_;
    offset_ = 0;
    co_return true;
}

std::optional<http::FileBody> ObjectReader::whole_file() {
    if (segments_.size() != 1 || blob_->file() < 0) return std::nullopt;
    int fd = blob_->file();
    return http::FileBody{std::shared_ptr<store::BlobReader>(std::move(blob_)), fd, blob_offset_, left_};
}

Task<std::string> ObjectReader::read() {
    if (left_ == 0) co_return std::string();
    if (!blob_ || blob_left_ == 0) {
        bool opened = co_await open_segment();
        if (!opened) throw Fault("a blob is gone that its object still names");
    }
    // Pieces end where chunks of encrypted bytes do, so that none is decrypted for two pieces.
    auto length =
        static_cast<std::size_t>(std::min<std::uint64_t>({piece_bytes - blob_offset_ % store::chunk_bytes, left_, blob_left_}));
    std::string piece = co_await blob_->read(blob_offset_, length);
    if (piece.size() != length) throw Fault("a blob is shorter than its row says");
    blob_offset_ += length;
    blob_left_ -= length;
    left_ -= length;
    co_return piece;
}

Task<void> erase_blobs(S3& s3, std::vector<Segment> segments) {
    for (const Segment& segment : segments)
        if (!segment.blob.empty() && !s3.readers.defer(segment.blob)) co_await s3.objects.erase(segment.blob);
}

}  // namespace sekisho::s3
