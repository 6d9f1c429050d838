#include "authn/checksums.h"

#include <utility>

#include "authn/crc.h"
#include "base/bytes.h"
#include "base/check.h"

namespace sekisho::authn {

namespace {

struct Row {
    std::string_view name, element, header;
    std::size_t size;
};
constexpr Row rows[] = {
    {"CRC32", "ChecksumCRC32", "x-amz-checksum-crc32", 4},
    {"CRC32C", "ChecksumCRC32C", "x-amz-checksum-crc32c", 4},
    {"CRC64NVME", "ChecksumCRC64NVME", "x-amz-checksum-crc64nvme", 8},
    {"SHA1", "ChecksumSHA1", "x-amz-checksum-sha1", 20},
    {"SHA256", "ChecksumSHA256", "x-amz-checksum-sha256", 32},
};
const Row& row(ChecksumAlgorithm algorithm) { return rows[static_cast<std::size_t>(algorithm)]; }

const Crc& crc_of(ChecksumAlgorithm algorithm) {
    switch (algorithm) {
        case ChecksumAlgorithm::crc32:
            return Crc::crc32();
        case ChecksumAlgorithm::crc32c:
            return Crc::crc32c();
        default:
            return Crc::crc64nvme();
    }
}

std::string big_endian(std::uint64_t value, std::size_t size) {
    std::string out(size, '\0');
    for (std::size_t i = size; i-- > 0; value >>= 8) out[i] = static_cast<char>(value & 0xff);
    return out;
}

std::uint64_t from_big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

}  // namespace

std::string_view name(ChecksumAlgorithm algorithm) { return row(algorithm).name; }
std::string_view element_name(ChecksumAlgorithm algorithm) { return row(algorithm).element; }
std::string_view header_name(ChecksumAlgorithm algorithm) { return row(algorithm).header; }
std::size_t size_of(ChecksumAlgorithm algorithm) { return row(algorithm).size; }
std::string_view name(ChecksumType type) { return type == ChecksumType::full_object ? "FULL_OBJECT" : "COMPOSITE"; }

bool is_crc(ChecksumAlgorithm algorithm) {
    return algorithm != ChecksumAlgorithm::sha1 && algorithm != ChecksumAlgorithm::sha256;
}

std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view text) {
    for (ChecksumAlgorithm algorithm : checksum_algorithms)
        if (equal_ignoring_case(row(algorithm).name, text)) return algorithm;
    return std::nullopt;
}

std::optional<ChecksumAlgorithm> checksum_of_header(std::string_view header) {
    for (ChecksumAlgorithm algorithm : checksum_algorithms)
        if (equal_ignoring_case(row(algorithm).header, header)) return algorithm;
    return std::nullopt;
}

std::optional<std::string> parse_checksum(ChecksumAlgorithm algorithm, std::string_view base64) {
    std::optional<std::string> raw = from_base64(base64);
    if (!raw || raw->size() != size_of(algorithm)) return std::nullopt;
    return raw;
}

Checksum::Checksum(ChecksumAlgorithm algorithm) : algorithm_(algorithm), state_(std::uint64_t{0}) {
    if (algorithm == ChecksumAlgorithm::sha1) state_.emplace<Digest>(Digest::Kind::sha1);
    if (algorithm == ChecksumAlgorithm::sha256) state_.emplace<Digest>(Digest::Kind::sha256);
}

void Checksum::update(std::string_view bytes) {
    if (auto* crc = std::get_if<std::uint64_t>(&state_))
        *crc = crc_of(algorithm_).update(*crc, bytes);
    else
        std::get<Digest>(state_).update(bytes);
}

std::string Checksum::finish() {
    if (auto* crc = std::get_if<std::uint64_t>(&state_)) return big_endian(std::exchange(*crc, 0), size_of(algorithm_));
    return std::get<Digest>(state_).finish();
}

std::string checksum(ChecksumAlgorithm algorithm, std::string_view bytes) {
    Checksum checksum(algorithm);
    checksum.update(bytes);
    return checksum.finish();
}

std::string composite_checksum(ChecksumAlgorithm algorithm, std::span<const std::string> parts) {
    Checksum checksum(algorithm);
    for (const std::string& part : parts) checksum.update(part);
    return checksum.finish();
}

std::string full_object_crc(ChecksumAlgorithm algorithm, std::span<const PartCrc> parts) {
    SEKISHO_CHECK(is_crc(algorithm));
    const Crc& crc = crc_of(algorithm);
    std::uint64_t whole = 0;
    for (const PartCrc& part : parts) whole = crc.combine(whole, from_big_endian(part.raw), part.length);
    return big_endian(whole, size_of(algorithm));
}

}  // namespace sekisho::authn
