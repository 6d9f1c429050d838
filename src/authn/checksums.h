// Checksums that S3 clients send, as header or trailer, and that S3 stores and returns.
// Source: S3 guide, "Checking object integrity in Amazon S3"; API reference, CompleteMultipartUpload.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "authn/digest.h"

namespace sekisho::authn {

enum class ChecksumAlgorithm { crc32, crc32c, crc64nvme, sha1, sha256 };
enum class ChecksumType { full_object, composite };

inline constexpr std::array checksum_algorithms{ChecksumAlgorithm::crc32, ChecksumAlgorithm::crc32c,
                                                ChecksumAlgorithm::crc64nvme, ChecksumAlgorithm::sha1,
                                                ChecksumAlgorithm::sha256};

std::string_view name(ChecksumAlgorithm algorithm);          // "CRC32", as in x-amz-sdk-checksum-algorithm
std::string_view element_name(ChecksumAlgorithm algorithm);  // "ChecksumCRC32", as in XML
std::string_view header_name(ChecksumAlgorithm algorithm);   // "x-amz-checksum-crc32"
std::size_t size_of(ChecksumAlgorithm algorithm);            // bytes of the raw value
std::optional<ChecksumAlgorithm> parse_checksum_algorithm(std::string_view name);  // "crc32", "CRC32"; case is ignored
std::optional<ChecksumAlgorithm> checksum_of_header(std::string_view header_name);
std::string_view name(ChecksumType type);  // "FULL_OBJECT", "COMPOSITE"
bool is_crc(ChecksumAlgorithm algorithm);  // only these can be FULL_OBJECT for multipart uploads

// nullopt unless it is base64 of exactly the algorithm's size.
std::optional<std::string> parse_checksum(ChecksumAlgorithm algorithm, std::string_view base64);

// Calculates one checksum over pieces.
class Checksum {
   public:
    explicit Checksum(ChecksumAlgorithm algorithm);
    ChecksumAlgorithm algorithm() const { return algorithm_; }
    void update(std::string_view bytes);
    std::string finish();  // raw bytes, most significant first; the object then starts anew

   private:
    ChecksumAlgorithm algorithm_;
    std::variant<std::uint64_t, Digest> state_;
};

std::string checksum(ChecksumAlgorithm algorithm, std::string_view bytes);  // raw

// A multipart upload's COMPOSITE value: the raw checksum of its parts' raw checksums. S3 writes it base64 + "-" + parts.
std::string composite_checksum(ChecksumAlgorithm algorithm, std::span<const std::string> parts);

// A multipart upload's FULL_OBJECT value out of its parts' raw CRCs and lengths, without their bytes.
struct PartCrc {
    std::string raw;
    std::uint64_t length;
};
std::string full_object_crc(ChecksumAlgorithm algorithm, std::span<const PartCrc> parts);

}  // namespace sekisho::authn
