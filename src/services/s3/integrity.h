// Integrity: what a request says its body must be (Content-MD5, x-amz-checksum-… as header or trailer), and the check of it.
// Source: S3 guide, "Checking object integrity"; API reference, PutObject and UploadPart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "authn/checksums.h"
#include "base/result.h"
#include "http/message.h"
#include "services/s3/rows.h"
#include "wire/xml.h"

namespace sekisho::s3 {

struct Claims {
    std::optional<std::string> md5;  // raw
    std::optional<authn::ChecksumAlgorithm> algorithm;
    std::optional<std::string> checksum;  // raw; nullopt with an algorithm: it comes in the trailer
};

// InvalidDigest for a Content-MD5 that is none, InvalidRequest for checksums that are malformed, several, or announced but
// absent.
Result<Claims> parse_claims(const http::Headers& headers);

// Requests that S3 takes only with a digest of their body: InvalidRequest without one.
Result<void> require_digest(const http::Headers& headers);

// Calculates over a body while it streams, and compares at its end.
class Integrity {
   public:
    explicit Integrity(Claims claims);
    // Also calculates this algorithm, where the client claims nothing (parts of an upload that has one, copies).
    void also(authn::ChecksumAlgorithm algorithm);
    void update(std::string_view bytes);

    struct Proved {
        std::uint64_t size = 0;
        std::string md5;  // raw
        std::optional<StoredChecksum> checksum;
    };
    // BadDigest where a claim does not hold. `trailers`: of the body, read to its end.
    Result<Proved> finish(const http::Headers& trailers);

   private:
    Claims claims_;
    std::uint64_t size_ = 0;
    authn::Digest md5_{authn::Digest::Kind::md5};
    std::optional<authn::Checksum> checksum_;
};

// x-amz-checksum-… and x-amz-checksum-type. `parts`: of a composite checksum, 0 where the number is not shown.
void add_checksum_headers(http::Reply& reply, const StoredChecksum& checksum, std::size_t parts);
// The same as elements of a document.
void write_checksum(wire::XmlWriter& xml, const StoredChecksum& checksum, std::size_t parts);
// The value as headers and documents show it: base64, composite ones with "-<parts>".
std::string checksum_text(const StoredChecksum& checksum, std::size_t parts);

}  // namespace sekisho::s3
