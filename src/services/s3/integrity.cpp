#include "services/s3/integrity.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t md5_bytes = 16;
constexpr std::string_view trailer_header = "x-amz-trailer";

std::unexpected<ApiError> invalid(std::string message) { return fail(error::s3::InvalidRequest, std::move(message)); }

std::unexpected<ApiError> unsupported_algorithm() {
    return invalid(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, "
        "SHA1, SHA256]");
}

std::unexpected<ApiError> invalid_value(authn::ChecksumAlgorithm algorithm) {
    return invalid(fmt::format("Value for {} header is invalid.", authn::header_name(algorithm)));
}

}  // namespace

Result<Claims> parse_claims(const http::Headers& headers) {
    Claims claims;
    if (auto md5 = headers.find("Content-MD5")) {
        claims.md5 = from_base64(*md5);
        if (!claims.md5 || claims.md5->size() != md5_bytes)
            return fail(error::s3::InvalidDigest, std::string(error::s3::InvalidDigest.text),
                        {{"Content-MD5", std::string(*md5)}});
    }
    for (authn::ChecksumAlgorithm algorithm : authn::checksum_algorithms) {
        auto value = headers.find(authn::header_name(algorithm));
        if (!value) continue;
        if (claims.algorithm)
            return invalid("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        claims.algorithm = algorithm;
        claims.checksum = authn::parse_checksum(algorithm, *value);
        if (!claims.checksum) return invalid_value(algorithm);
    }
    if (auto trailer = headers.find(trailer_header)) {
        for (std::string_view name : split(*trailer, ',')) {
            auto algorithm = authn::checksum_of_header(trim(name));
            if (!algorithm) return invalid("The value specified in the x-amz-trailer header is not supported");
            if (claims.algorithm)
                return invalid("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
            claims.algorithm = algorithm;
        }
    }
    if (auto wanted = headers.find("x-amz-sdk-checksum-algorithm")) {
        auto algorithm = authn::parse_checksum_algorithm(*wanted);
        if (!algorithm && !equal_ignoring_case(*wanted, "MD5")) return unsupported_algorithm();
        if (algorithm && !claims.algorithm && !claims.md5)
            return invalid(
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were "
                "found.");
        if (algorithm && claims.algorithm && *algorithm != *claims.algorithm)
            return invalid("Value for x-amz-sdk-checksum-algorithm header is invalid.");
    }
    return claims;
}

Result<void> require_digest(const http::Headers& headers) {
    auto claims = parse_claims(headers);
    if (!claims) return fail(std::move(claims.error()));
    if (claims->md5 || claims->algorithm) return {};
    return invalid("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

Integrity::Integrity(Claims claims) : claims_(std::move(claims)) {
    if (claims_.algorithm) checksum_.emplace(*claims_.algorithm);
}

void Integrity::also(authn::ChecksumAlgorithm algorithm) {
    if (!checksum_) checksum_.emplace(algorithm);
}

void Integrity::update(std::string_view bytes) {
    size_ += bytes.size();
    md5_.update(bytes);
    if (checksum_) checksum_->update(bytes);
}

Result<Integrity::Proved> Integrity::finish(const http::Headers& trailers) {
    Proved proved{size_, md5_.finish(), std::nullopt};
    if (claims_.md5 && *claims_.md5 != proved.md5)
        return fail(error::s3::BadDigest, std::string(error::s3::BadDigest.text),
                    {{"ExpectedDigest", to_base64(*claims_.md5)}, {"CalculatedDigest", to_base64(proved.md5)}});
    if (!checksum_) return proved;
    authn::ChecksumAlgorithm algorithm = checksum_->algorithm();
    proved.checksum = StoredChecksum{algorithm, authn::ChecksumType::full_object, checksum_->finish()};
    if (claims_.algorithm && !claims_.checksum) {
        auto value = trailers.find(authn::header_name(algorithm));
        if (!value)
            return fail(error::s3::InvalidRequest,
                        fmt::format("The {} trailer that was announced is missing.", authn::header_name(algorithm)));
        claims_.checksum = authn::parse_checksum(algorithm, trim(*value));
        if (!claims_.checksum) return invalid_value(algorithm);
    }
    if (claims_.checksum && *claims_.checksum != proved.checksum->raw)
        return fail(error::s3::BadDigest,
                    fmt::format("The {} you specified did not match the calculated checksum.", authn::name(algorithm)));
    return proved;
}

std::string checksum_text(const StoredChecksum& checksum, std::size_t parts) {
    std::string text = to_base64(checksum.raw);
    if (checksum.type == authn::ChecksumType::composite && parts != 0) text += fmt::format("-{}", parts);
    return text;
}

void write_checksum(wire::XmlWriter& xml, const StoredChecksum& checksum, std::size_t parts) {
    xml.text(authn::element_name(checksum.algorithm), checksum_text(checksum, parts));
    xml.text("ChecksumType", authn::name(checksum.type));
}

void add_checksum_headers(http::Reply& reply, const StoredChecksum& checksum, std::size_t parts) {
    reply.headers.add(std::string(authn::header_name(checksum.algorithm)), checksum_text(checksum, parts));
    reply.headers.add("x-amz-checksum-type", std::string(authn::name(checksum.type)));
}

}  // namespace sekisho::s3
