// The body of a signed S3 request, proved while it is read: by its hash, or by the signatures of its aws-chunked framing.
// The reader answers its empty end only when hash, chunk chain, trailer signature and decoded length all held; otherwise it
// throws http::BodyFault with S3's code. What it handed out before is unproved until then: nothing may become visible earlier.
// Checksums (x-amz-checksum-*, Content-MD5) are the operation's to compare; trailers() gives the fields to compare with.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authn/digest.h"
#include "http/message.h"

namespace sekisho::authn {

// What the (verified) request head says about its body.
struct BodyClaim {
    enum class Kind {
        unsigned_payload,
        sha256,                      // x-amz-content-sha256: 64 hex digits
        streaming_signed,            // STREAMING-AWS4-HMAC-SHA256-PAYLOAD
        streaming_signed_trailer,    // STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
        streaming_unsigned_trailer,  // STREAMING-UNSIGNED-PAYLOAD-TRAILER
    };
    Kind kind = Kind::unsigned_payload;
    std::string sha256_hex;
    std::uint64_t decoded_length = 0;            // streaming: x-amz-decoded-content-length
    std::vector<std::string> declared_trailers;  // x-amz-trailer, lower case
    // Chunk signatures:
    Sha256 signing_key{};
    std::string seed_signature;
    std::string timestamp;
    std::string scope;
};

// The framing of aws-chunked bodies as a state machine over pieces of any size.
class AwsChunks {
   public:
    explicit AwsChunks(BodyClaim claim);
    // Appends to `out` the payload that `in` held. Throws http::BodyFault.
    void feed(std::string_view in, std::string& out);
    // At the end of the framed bytes: throws unless everything was there and proved.
    void end() const;
    const http::Headers& trailers() const { return trailers_; }

   private:
    enum class State { header, data, data_end, trailer, finished };
    bool signed_chunks() const { return claim_.kind != BodyClaim::Kind::streaming_unsigned_trailer; }
    bool with_trailer() const { return claim_.kind != BodyClaim::Kind::streaming_signed; }
    void begin_chunk(std::string_view line);
    void end_chunk();
    void trailer_line(std::string_view line);
    void finish();
    std::string chain(std::string_view algorithm, std::string_view middle, std::string_view digest) const;

    BodyClaim claim_;
    State state_ = State::header;
    std::string line_;
    std::uint64_t left_ = 0;  // of the current chunk
    std::uint64_t decoded_ = 0;
    std::uint64_t last_size_ = ~0ull;
    std::uint64_t chunks_ = 0;
    bool last_chunk_ = false;
    Digest chunk_hash_{Digest::Kind::sha256};
    std::string chunk_signature_;  // as sent with the current chunk
    std::string previous_signature_;
    std::string trailer_text_;
    std::string trailer_signature_;
    std::size_t trailer_bytes_ = 0;
    http::Headers trailers_;
};

std::unique_ptr<http::BodyReader> prove(std::unique_ptr<http::BodyReader> body, BodyClaim claim);

// The verified trailer fields of a body that was read to its end; none for bodies without.
const http::Headers& trailers(const http::BodyReader& body);

}  // namespace sekisho::authn
