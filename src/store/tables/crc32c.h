// CRC-32C (Castagnoli, RFC 3720 appendix B.4), with the processor's instruction where there is one.
#pragma once

#include <cstdint>
#include <string_view>

namespace sekisho::store {

// `before` continues a checksum: crc32c(b, crc32c(a)) == crc32c(ab).
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The same without the instruction, for processors that lack it; the tests compare the two.
std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t before = 0);

}  // namespace sekisho::store
