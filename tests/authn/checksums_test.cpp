#include "authn/checksums.h"

#include <gtest/gtest.h>

#include "authn/crc.h"
#include "base/bytes.h"
#include "base/entropy.h"

namespace sekisho::authn {
namespace {

constexpr std::string_view digits = "123456789";

// Check values of the CRC catalogue (reveng.sourceforge.io) and of FIPS 180.
TEST(Checksums, match_the_published_check_values) {
    EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::crc32, digits)), "cbf43926");
    EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::crc32c, digits)), "e3069283");
    EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::crc64nvme, digits)), "ae8b14860a799888");
    EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(to_hex(checksum(ChecksumAlgorithm::sha256, "abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksums, of_nothing_are_zero_for_crcs) {
    EXPECT_EQ(to_base64(checksum(ChecksumAlgorithm::crc32, "")), "AAAAAA==");
    EXPECT_EQ(to_base64(checksum(ChecksumAlgorithm::crc64nvme, "")), "AAAAAAAAAAA=");
}

std::string random_bytes(SeededEntropy& entropy, std::size_t size) {
    std::string out(size, '\0');
    entropy.fill(std::as_writable_bytes(std::span(out)));
    return out;
}

TEST(Checksums, do_not_depend_on_how_the_bytes_were_cut_nor_on_the_way_they_are_computed) {
    SeededEntropy entropy(7);
    for (std::size_t size : {0, 1, 15, 16, 63, 64, 65, 127, 128, 129, 191, 192, 200, 1000, 4096, 65537}) {
        std::string bytes = random_bytes(entropy, size);
        for (const Crc* crc : {&Crc::crc32(), &Crc::crc32c(), &Crc::crc64nvme()}) {
            std::uint64_t mask = crc == &Crc::crc64nvme() ? ~0ull : 0xffffffff;
            EXPECT_EQ(crc->update(0, bytes), crc->by_tables(mask, bytes) ^ mask) << size;
        }
        for (ChecksumAlgorithm algorithm : checksum_algorithms) {
            Checksum pieces(algorithm);
            for (std::size_t at = 0; at < size;) {
                std::size_t n = 1 + entropy.u64() % 700;
                pieces.update(std::string_view(bytes).substr(at, n));
                at += n;
            }
            EXPECT_EQ(to_hex(pieces.finish()), to_hex(checksum(algorithm, bytes))) << name(algorithm) << " " << size;
        }
    }
}

TEST(Checksums, of_a_whole_object_follow_from_its_parts_crcs_and_lengths) {
    SeededEntropy entropy(8);
    for (ChecksumAlgorithm algorithm : {ChecksumAlgorithm::crc32, ChecksumAlgorithm::crc32c, ChecksumAlgorithm::crc64nvme}) {
        std::string whole;
        std::vector<PartCrc> parts;
        for (std::size_t size : {5000, 1, 0, 333, 70000}) {
            std::string part = random_bytes(entropy, size);
            parts.push_back({checksum(algorithm, part), size});
            whole += part;
        }
        EXPECT_EQ(to_hex(full_object_crc(algorithm, parts)), to_hex(checksum(algorithm, whole))) << name(algorithm);
    }
}

TEST(Checksums, of_parts_are_hashed_again_for_a_composite_value) {
    std::vector<std::string> parts{checksum(ChecksumAlgorithm::sha256, "a"), checksum(ChecksumAlgorithm::sha256, "b")};
    EXPECT_EQ(composite_checksum(ChecksumAlgorithm::sha256, parts), checksum(ChecksumAlgorithm::sha256, parts[0] + parts[1]));
}

TEST(Checksums, are_known_by_name_and_header_without_regard_to_case) {
    EXPECT_EQ(parse_checksum_algorithm("crc64nvme"), ChecksumAlgorithm::crc64nvme);
    EXPECT_EQ(checksum_of_header("X-Amz-Checksum-Sha1"), ChecksumAlgorithm::sha1);
    EXPECT_EQ(parse_checksum_algorithm("MD5"), std::nullopt);
    EXPECT_EQ(checksum_of_header("x-amz-checksum-type"), std::nullopt);
}

TEST(Checksums, are_refused_in_text_form_unless_base64_of_exactly_their_size) {
    EXPECT_EQ(parse_checksum(ChecksumAlgorithm::crc32, "y/Q5Jg=="), std::string("\xcb\xf4\x39\x26"));
    EXPECT_EQ(parse_checksum(ChecksumAlgorithm::crc32, "y/Q5JgA="), std::nullopt);
    EXPECT_EQ(parse_checksum(ChecksumAlgorithm::crc32, "y/Q5Jg"), std::nullopt);
    EXPECT_EQ(parse_checksum(ChecksumAlgorithm::crc32, "not base"), std::nullopt);
}

// RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
TEST(Hmac, matches_the_rfc_vectors) {
    auto hex = [](std::string_view key, std::string_view text) { return to_hex(view(hmac_sha256(key, text))); };
    EXPECT_EQ(hex(std::string(20, '\x0b'), "Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, starts_anew_after_each_result) {
    Digest md5(Digest::Kind::md5);
    md5.update("ab");
    md5.update("c");
    EXPECT_EQ(to_hex(md5.finish()), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(to_hex(md5.finish()), "d41d8cd98f00b204e9800998ecf8427e");
}

}  // namespace
}  // namespace sekisho::authn
