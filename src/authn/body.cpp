#include "authn/body.h"

#include <algorithm>

#include "base/bytes.h"
#include "wire/errors/authn.h"

namespace sekisho::authn {

namespace {

constexpr std::size_t chunk_line_bytes_max = 256;  // "<16 digits>;chunk-signature=<64 digits>" has 97
constexpr std::size_t trailer_bytes_max = 4096;
constexpr std::uint64_t chunk_bytes_min = 8192;  // but for the last chunk with data
constexpr std::string_view hash_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

[[noreturn]] void fault(const ErrorCode& code) {
    throw http::BodyFault{code.status, std::string(code.code), std::string(code.text)};
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
    if (text.empty() || text.size() > 16) return std::nullopt;
    std::uint64_t value = 0;
    for (char c : text) {
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return std::nullopt;
        value = value << 4 | static_cast<unsigned>(digit);
    }
    return value;
}

class ProvenBody final : public http::BodyReader {
   public:
    ProvenBody(std::unique_ptr<http::BodyReader> raw, BodyClaim claim) : raw_(std::move(raw)), kind_(claim.kind) {
        decoded_length_ = claim.decoded_length;
        if (kind_ == BodyClaim::Kind::sha256)
            expected_ = std::move(claim.sha256_hex);
        else if (kind_ != BodyClaim::Kind::unsigned_payload)
            chunks_.emplace(std::move(claim));
    }

    Task<std::string> read() override {
        for (;;) {
            if (ended_) co_return std::string();
            std::string piece = co_await raw_->read();
            if (piece.empty()) {
                end();
                ended_ = true;
                co_return std::string();
            }
            if (kind_ == BodyClaim::Kind::sha256) hash_.update(piece);
            if (!chunks_) co_return piece;
            std::string payload;
            payload.reserve(piece.size());
            chunks_->feed(piece, payload);
            if (!payload.empty()) co_return payload;
        }
    }

    std::optional<std::uint64_t> content_length() const override {
        return chunks_ ? std::optional(decoded_length_) : raw_->content_length();
    }

    const http::Headers& trailers() const {
        static const http::Headers none;
        return chunks_ && ended_ ? chunks_->trailers() : none;
    }

   private:
    void end() {
        if (chunks_) chunks_->end();
        if (kind_ == BodyClaim::Kind::sha256 && !equal_in_constant_time(to_hex(hash_.finish()), expected_))
            fault(error::XAmzContentSHA256Mismatch);
    }

    std::unique_ptr<http::BodyReader> raw_;
    BodyClaim::Kind kind_;
    std::uint64_t decoded_length_ = 0;
    std::string expected_;
    Digest hash_{Digest::Kind::sha256};
    std::optional<AwsChunks> chunks_;
    bool ended_ = false;
};

}  // namespace

AwsChunks::AwsChunks(BodyClaim claim) : claim_(std::move(claim)), previous_signature_(claim_.seed_signature) {}

// What chunk and trailer signatures have in common: each signs the one before it.
std::string AwsChunks::chain(std::string_view algorithm, std::string_view middle, std::string_view digest) const {
    std::string text;
    text.append(algorithm).append(1, '\n').append(claim_.timestamp).append(1, '\n').append(claim_.scope).append(1, '\n');
    text.append(previous_signature_).append(1, '\n').append(middle).append(to_hex(digest));
    return to_hex(view(hmac_sha256(view(claim_.signing_key), text)));
}

void AwsChunks::begin_chunk(std::string_view line) {
    std::size_t semicolon = line.find(';');
    std::optional<std::uint64_t> size = parse_hex(line.substr(0, semicolon));
    if (!size) fault(error::IncompleteBody);
    constexpr std::string_view extension = ";chunk-signature=";
    if (signed_chunks()) {
        if (semicolon == std::string_view::npos || !line.substr(semicolon).starts_with(extension)) fault(error::IncompleteBody);
        chunk_signature_ = line.substr(semicolon + extension.size());
    } else if (semicolon != std::string_view::npos) {
        fault(error::IncompleteBody);
    }
    last_chunk_ = *size == 0;
    if (!last_chunk_ && chunks_ > 0 && last_size_ < chunk_bytes_min) fault(error::InvalidChunkSize);
    if (*size > claim_.decoded_length - decoded_) fault(error::IncompleteBody);
    ++chunks_;
    last_size_ = left_ = *size;
    decoded_ += *size;
    if (!last_chunk_) {
        state_ = State::data;
        return;
    }
    end_chunk();
    if (decoded_ != claim_.decoded_length) fault(error::IncompleteBody);
    state_ = with_trailer() ? State::trailer : State::data_end;
}

void AwsChunks::end_chunk() {
    if (!signed_chunks()) return;
    std::string middle = std::string(hash_of_nothing) + "\n";
    std::string signature = chain("AWS4-HMAC-SHA256-PAYLOAD", middle, chunk_hash_.finish());
    if (!equal_in_constant_time(signature, chunk_signature_)) fault(error::S3SignatureDoesNotMatch);
    previous_signature_ = std::move(signature);
}

void AwsChunks::trailer_line(std::string_view line) {
    if (line.empty()) {
        // The documentation's example ends a signed trailer's fields with "\n\r\n" before the signature.
        if (signed_chunks() && trailer_signature_.empty() && trailers_.size() > 0) return;
        finish();
        return;
    }
    std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !trailer_signature_.empty()) fault(error::MalformedTrailer);
    std::string name = to_lower(trim(line.substr(0, colon)));
    std::string_view value = trim(line.substr(colon + 1));
    if (name == "x-amz-trailer-signature") {
        if (!signed_chunks() || value.empty()) fault(error::MalformedTrailer);
        trailer_signature_ = value;
        return;
    }
    const auto& declared = claim_.declared_trailers;
    if (std::find(declared.begin(), declared.end(), name) == declared.end() || trailers_.find(name))
        fault(error::MalformedTrailer);
    trailer_text_.append(name).append(1, ':').append(value).append(1, '\n');
    trailers_.add(std::move(name), std::string(value));
}

void AwsChunks::finish() {
    if (with_trailer()) {
        if (trailers_.size() != claim_.declared_trailers.size()) fault(error::MalformedTrailer);
        if (signed_chunks()) {
            std::string signature = chain("AWS4-HMAC-SHA256-TRAILER", "", view(sha256(trailer_text_)));
            if (!equal_in_constant_time(signature, trailer_signature_)) fault(error::S3SignatureDoesNotMatch);
        }
    }
    state_ = State::finished;
}

void AwsChunks::feed(std::string_view in, std::string& out) {
    while (!in.empty()) {
        if (state_ == State::data) {
            std::string_view data = in.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size())));
            if (signed_chunks()) chunk_hash_.update(data);
            out.append(data);
            in.remove_prefix(data.size());
            left_ -= data.size();
            if (left_ == 0) {
                end_chunk();
                state_ = State::data_end;
            }
            continue;
        }
        if (state_ == State::finished) {
            // Some clients end with one empty line more.
            if (++trailer_bytes_ > trailer_bytes_max || (in[0] != '\r' && in[0] != '\n')) fault(error::IncompleteBody);
            in.remove_prefix(1);
            continue;
        }
        std::size_t newline = in.find('\n');
        std::string_view part = in.substr(0, newline);
        std::size_t most = state_ == State::trailer ? trailer_bytes_max : chunk_line_bytes_max;
        if (line_.size() + part.size() > most)
            fault(state_ == State::trailer ? error::MalformedTrailer : error::IncompleteBody);
        line_.append(part);
        if (newline == std::string_view::npos) return;
        in.remove_prefix(newline + 1);
        std::string line = std::move(line_);
        line_.clear();
        bool carriage_return = line.ends_with('\r');
        if (carriage_return) line.pop_back();
        switch (state_) {
            case State::header:
                if (!carriage_return) fault(error::IncompleteBody);
                begin_chunk(line);
                break;
            case State::data_end:
                if (!carriage_return || !line.empty()) fault(error::IncompleteBody);
                if (last_chunk_)
                    finish();
                else
                    state_ = State::header;
                break;
            case State::trailer:
                trailer_bytes_ += line.size() + 2;
                if (trailer_bytes_ > trailer_bytes_max) fault(error::MalformedTrailer);
                trailer_line(line);
                break;
            default:
                break;
        }
    }
}

void AwsChunks::end() const {
    if (state_ != State::finished) fault(error::IncompleteBody);
}

std::unique_ptr<http::BodyReader> prove(std::unique_ptr<http::BodyReader> body, BodyClaim claim) {
    if (claim.kind == BodyClaim::Kind::unsigned_payload) return body;
    return std::make_unique<ProvenBody>(std::move(body), std::move(claim));
}

const http::Headers& trailers(const http::BodyReader& body) {
    static const http::Headers none;
    const auto* proven = dynamic_cast<const ProvenBody*>(&body);
    return proven ? proven->trailers() : none;
}

}  // namespace sekisho::authn
