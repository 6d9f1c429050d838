// CRCs of S3's checksums, reflected, up to 64 bits wide: CRC32 (ISO-HDLC), CRC32C (Castagnoli), CRC64NVME.
// Long inputs are folded with carry-less multiplication where the processor has it, else eight tables at a time.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sekisho::authn {

class Crc {
   public:
    // `polynomial`: bits reversed (the coefficient of x^0 is the highest of `width` bits), as catalogues' "reflected" form.
    Crc(int width, std::uint64_t polynomial);

    // The CRC of what was hashed to `crc` followed by `bytes`; start with 0. Initial value and final xor are all ones.
    std::uint64_t update(std::uint64_t crc, std::string_view bytes) const;
    // The CRC of A followed by B, given those of A and B and B's length.
    std::uint64_t combine(std::uint64_t crc_a, std::uint64_t crc_b, std::uint64_t length_b) const;

    std::uint64_t by_tables(std::uint64_t state, std::string_view bytes) const;  // no initial or final xor

    static const Crc& crc32();
    static const Crc& crc32c();
    static const Crc& crc64nvme();

   private:
    std::uint64_t multiply(std::uint64_t a, std::uint64_t b) const;  // modulo the polynomial
    std::uint64_t power_of_x(std::uint64_t exponent) const;          // x^exponent modulo the polynomial
    std::uint64_t folded(std::uint64_t state, std::string_view bytes) const;

    int width_;
    std::uint64_t mask_;
    std::uint64_t polynomial_;
    std::array<std::array<std::uint64_t, 256>, 8> tables_;
    // Multipliers that move 128 bits by 512 and by 128 bits: for the register's low half (higher powers) and its high half.
    std::array<std::uint64_t, 2> by_512_, by_128_;
};

}  // namespace sekisho::authn
