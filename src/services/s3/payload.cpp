#include "services/s3/payload.h"

#include <algorithm>

#include "authn/body.h"
#include "base/check.h"
#include "services/s3/s3.h"
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
        if (!head_.empty()) co_await writer_->append(std::move(head_));
    }
    co_await writer_->append(std::move(piece));
}

Task<Stored> Intake::finish(Integrity::Proved proved) {
    SEKISHO_CHECK(proved.size == size_);
    Stored stored{proved.size, std::move(proved.md5), std::move(proved.checksum), {}, {}};
    if (!writer_) {
        stored.inlined = std::move(head_);
        co_return stored;
    }
    co_await writer_->seal();
    Segment segment;
    segment.blob = writer_->id();
    segment.size = size_;
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

Task<Result<Stored>> receive(S3& s3, http::Request& request, Integrity integrity, std::size_t inline_max) {
    Intake intake(s3, inline_max);
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

Task<Result<std::string>> read_document(http::Request& request, std::size_t bytes_max) {
    Result<Claims> claims = parse_claims(request.headers);
    if (!claims) co_return fail(std::move(claims.error()));
    co_return co_await read_document(request, bytes_max, std::move(*claims));
}

Task<Result<std::string>> read_document(http::Request& request, std::size_t bytes_max, Claims claims) {
    if (request.body->content_length().value_or(0) > bytes_max) co_return fail(MaxMessageLengthExceeded);
    Integrity integrity(std::move(claims));
    std::string document;
    for (;;) {
        std::string piece = co_await request.body->read();
        if (piece.empty()) break;
        if (document.size() + piece.size() > bytes_max) co_return fail(MaxMessageLengthExceeded);
        integrity.update(piece);
        document += piece;
    }
    Result<Integrity::Proved> proved = integrity.finish(authn::trailers(*request.body));
    if (!proved) co_return fail(std::move(proved.error()));
    co_return document;
}

Task<std::expected<void, Vanished>> send(S3& s3, ObjectRow& row, ByteRange range, http::Reply& reply) {
    if (range.length == 0) {  // no blob to open (a part of no bytes has none)
        reply.body = std::string();
        co_return std::expected<void, Vanished>();
    }
    if (row.segments.empty()) {
        reply.body = range.offset == 0 && range.length == row.inlined.size() ? std::move(row.inlined)
                                                                             : row.inlined.substr(range.offset, range.length);
        co_return std::expected<void, Vanished>();
    }
    if (row.segments.size() == 1) {
        std::shared_ptr<store::BlobReader> blob = co_await s3.objects.open(row.segments.front().blob);
        if (!blob) co_return std::unexpected(Vanished{});
        if (int fd = blob->file(); fd >= 0) {
            reply.body = http::FileBody{std::move(blob), fd, range.offset, range.length};
            co_return std::expected<void, Vanished>();
        }
    }
    auto reader = std::make_unique<ObjectReader>(s3, row.segments, range);
    if (!co_await reader->open()) co_return std::unexpected(Vanished{});
    reply.body = http::StreamBody{std::make_unique<ObjectSource>(std::move(reader)), range.length};
    co_return std::expected<void, Vanished>();
}

ObjectReader::ObjectReader(S3& s3, std::vector<Segment> segments, ByteRange range)
    : s3_(s3), segments_(std::move(segments)), offset_(range.offset), left_(range.length) {
    if (segments_.size() > 1) held_ = s3_.readers.hold(s3_, segments_);
    while (next_ < segments_.size() && offset_ >= segments_[next_].size) offset_ -= segments_[next_++].size;
}

Task<bool> ObjectReader::open() {
    if (left_ == 0) co_return true;
    co_return co_await open_segment();
}

Task<bool> ObjectReader::open_segment() {
    while (next_ < segments_.size() && segments_[next_].size == 0) ++next_;
    if (next_ == segments_.size()) throw Fault("an object's segments are shorter than the object");
    const Segment& segment = segments_[next_++];
    blob_ = co_await s3_.objects.open(segment.blob);
    if (!blob_) co_return false;
    if (blob_->size() != segment.size) throw Fault("blob " + segment.blob.value + " has not the size its row says");
    blob_offset_ = offset_;
    blob_left_ = segment.size - offset_;
    offset_ = 0;
    co_return true;
}

Task<std::string> ObjectReader::read() {
    if (left_ == 0) co_return std::string();
    if (!blob_ || blob_left_ == 0) {
        bool opened = co_await open_segment();
        if (!opened) throw Fault("a blob is gone that a reader still needed");
    }
    auto length = static_cast<std::size_t>(std::min<std::uint64_t>({piece_bytes, left_, blob_left_}));
    std::string piece = co_await blob_->read(blob_offset_, length);
    if (piece.size() != length) throw Fault("a blob is shorter than its row says");
    blob_offset_ += length;
    blob_left_ -= length;
    left_ -= length;
    co_return piece;
}

Task<void> erase_blobs(S3& s3, std::vector<Segment> segments) {
    if (segments.size() > 1 && s3.readers.defer(segments)) co_return;
    for (const Segment& segment : segments)
        if (!segment.blob.empty()) co_await s3.objects.erase(segment.blob);
}

}  // namespace sekisho::s3
