// Payload: bodies coming in, streamed into a blob (or kept, where they are few), and objects' bytes going out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "http/message.h"
#include "services/s3/byte_range.h"
#include "services/s3/integrity.h"
#include "services/s3/object_read.h"
#include "services/s3/rows.h"

namespace sekisho::s3 {

class S3;

inline constexpr std::uint64_t put_bytes_max = 5ull << 30;  // of one PutObject, UploadPart or CopyObject

// Bytes that are proved and on disk (or few enough to go into the row), but that no row names yet.
struct Stored {
    std::uint64_t size = 0;
    std::string md5;  // raw; of what a customer's key encrypts it is a random text, as entity tags are then
    std::optional<StoredChecksum> checksum;
    std::vector<Segment> segments;  // empty: `inlined`
    std::string inlined;
    std::string data_key;  // for the row: what encrypts them, wrapped; empty: they are plain
};

// Receives bytes piece by piece and encrypts them, where there is a key: keeps up to `inline_max`, then begins a blob.
// Destroyed before finish(): nothing is left.
class Intake {
   public:
    Intake(S3& s3, std::size_t inline_max, DataKey key) : s3_(s3), inline_max_(inline_max), key_(std::move(key)) {}
    Task<void> append(std::string piece);
    // On disk when it returns. The caller has proved the bytes before.
    Task<Stored> finish(Integrity::Proved proved);

   private:
    S3& s3_;
    std::size_t inline_max_;
    DataKey key_;
    std::string head_;
    std::unique_ptr<store::BlobWriter> writer_;
    std::uint64_t size_ = 0;
};

// MissingContentLength, EntityTooLarge: told before a byte is read.
Result<void> check_length(const http::BodyReader& body);

// Reads the body to its proved end. Errors as Integrity's; nothing is stored then.
Task<Result<Stored>> receive(S3& s3, http::Request& request, Integrity integrity, std::size_t inline_max, DataKey key);

// A whole small body, proved; once it was read it is the call's document. MaxMessageLengthExceeded beyond `bytes_max`.
Task<Result<std::string>> read_document(const services::Call& call, std::size_t bytes_max);
// The same where the checksum headers are of something else than the body.
Task<Result<std::string>> read_document(const services::Call& call, std::size_t bytes_max, Claims claims);

// The object was replaced between the read of its row and the opening of its blobs, which may be gone.
struct Vanished {};

// The body of a reply: the row's own bytes, a file's where the range lies in one blob, else a stream across the segments.
// INVARIANT: when this has succeeded, every blob of the range can be read to its end, whatever happens to the object.
Task<std::expected<void, Vanished>> send(S3& s3, Target target, ByteRange range, http::Reply& reply);

// Reads a range of an object piece by piece.
class ObjectReader {
   public:
    ObjectReader(S3& s3, Target target, ByteRange range);
    Task<bool> open();         // makes sure of every blob of the range; false: the object was replaced
    Task<std::string> read();  // empty at the end
    // The file and the offset in it, where the whole range lies in one file: opened and not yet read.
    std::optional<http::FileBody> whole_file();

   private:
    Task<bool> hold();
    Task<bool> open_segment();
    S3& s3_;
    Target target_;
    std::vector<Segment> segments_;  // those that the range touches
    std::shared_ptr<void> held_;
    std::size_t next_ = 0;      // segment to open next
    std::uint64_t offset_ = 0;  // into that segment
    std::uint64_t left_ = 0;    // of the range
    std::unique_ptr<store::BlobReader> blob_;
    std::uint64_t blob_offset_ = 0, blob_left_ = 0;
};

// Erases blobs that no row names any more, but for those that somebody reads: the last reader erases them.
Task<void> erase_blobs(S3& s3, std::vector<Segment> segments);

}  // namespace sekisho::s3
