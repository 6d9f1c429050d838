#include "authn/body.h"

#include <gtest/gtest.h>

#include "authn/authenticate.h"
#include "authn/checksums.h"
#include "authn/signing_keys.h"
#include "authn/support.h"
#include "base/bytes.h"

namespace sekisho::authn {
namespace {

// S3 API reference, "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" and
// "… Including Trailing Headers (Chunked Upload)": 65 KiB of 'a'.
BodyClaim example(BodyClaim::Kind kind, std::string seed) {
    BodyClaim claim;
    claim.kind = kind;
    claim.decoded_length = 66560;
    claim.signing_key = derive_signing_key(example_secret, "20130524", "us-east-1", "s3");
    claim.seed_signature = std::move(seed);
    claim.timestamp = "20130524T000000Z";
    claim.scope = "20130524/us-east-1/s3/aws4_request";
    if (kind != BodyClaim::Kind::streaming_signed) claim.declared_trailers = {"x-amz-checksum-crc32c"};
    return claim;
}
BodyClaim plain_example() {
    return example(BodyClaim::Kind::streaming_signed, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
}
BodyClaim trailer_example() {
    return example(BodyClaim::Kind::streaming_signed_trailer,
                   "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
}
BodyClaim unsigned_example(std::uint64_t length) {
    BodyClaim claim;
    claim.kind = BodyClaim::Kind::streaming_unsigned_trailer;
    claim.decoded_length = length;
    claim.declared_trailers = {"x-amz-checksum-crc32"};
    return claim;
}

std::string chunk(std::string_view size, std::string_view signature, std::string_view data) {
    return std::string(size) + ";chunk-signature=" + std::string(signature) + "\r\n" + std::string(data) + "\r\n";
}
const std::string first =
    chunk("10000", "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", std::string(65536, 'a'));
const std::string second =
    chunk("400", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", std::string(1024, 'a'));
const std::string last = chunk("0", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", "");

const std::string trailer_chunks =
    chunk("10000", "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", std::string(65536, 'a')) +
    chunk("400", "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", std::string(1024, 'a')) +
    "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n";
const std::string trailer_field = "x-amz-checksum-crc32c:sOO8/Q==";
const std::string trailer_signature =
    "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";

struct Read {
    std::string body;
    std::string code;  // of the fault; empty: none
    int status = 0;
    http::Headers trailers;
};
Read read(BodyClaim claim, std::string wire, std::size_t piece) {
    Read result;
    auto body = prove(std::make_unique<Pieces>(std::move(wire), piece), std::move(claim));
    try {
        result.body = sync_wait(read_all(body.get()));
        result.trailers = trailers(*body);
    } catch (const http::BodyFault& fault) {
        result.code = fault.code;
        result.status = fault.status;
    }
    return result;
}

TEST(Body, of_the_documentations_chunked_example_is_proved_however_it_is_cut) {
    for (std::size_t piece : {1u, 7u, 4096u, 1u << 18}) {
        Read result = read(plain_example(), first + second + last, piece);
        EXPECT_EQ(result.code, "");
        EXPECT_EQ(result.body, std::string(66560, 'a'));
    }
}

TEST(Body, of_the_documentations_trailer_example_is_proved_in_both_line_forms) {
    EXPECT_EQ(to_base64(checksum(ChecksumAlgorithm::crc32c, std::string(66560, 'a'))), "sOO8/Q==");
    for (std::string separator : {"\r\n", "\n\r\n"}) {
        Read result =
            read(trailer_example(), trailer_chunks + trailer_field + separator + trailer_signature + "\r\n\r\n", 1000);
        EXPECT_EQ(result.code, "");
        EXPECT_EQ(result.body, std::string(66560, 'a'));
        EXPECT_EQ(result.trailers.find("x-amz-checksum-crc32c"), "sOO8/Q==");
    }
}

TEST(Body, says_its_decoded_length) {
    auto body = prove(std::make_unique<Pieces>(first + second + last), plain_example());
    EXPECT_EQ(body->content_length(), 66560u);
}

TEST(Body, in_chunks_fails_when_anything_was_changed) {
    auto changed = [](std::string text, std::size_t at, char c) {
        text[at] = c;
        return text;
    };
    struct {
        std::string_view what;
        std::string wire;
        std::string_view code;
        int status;
    } const table[] = {
        {"a byte", changed(first, 200, 'b') + second + last, "SignatureDoesNotMatch", 403},
        {"a chunk signature", changed(first, 25, 'f') + second + last, "SignatureDoesNotMatch", 403},
        {"two chunks swapped", second + first + last, "SignatureDoesNotMatch", 403},
        {"the last chunk missing", first + second, "IncompleteBody", 400},
        {"a chunk missing", first + last, "SignatureDoesNotMatch", 403},
        {"cut within data", first.substr(0, 5000), "IncompleteBody", 400},
        {"no signature", "10000\r\n" + std::string(65536, 'a') + "\r\n", "IncompleteBody", 400},
        {"no hexadecimal size", "1000x;chunk-signature=00\r\n", "IncompleteBody", 400},
        {"a size past 64 bits", "10000000000000000;chunk-signature=00\r\n", "IncompleteBody", 400},
        {"more than declared", "10401;chunk-signature=00\r\n", "IncompleteBody", 400},
        {"an endless line", std::string(1000, '1'), "IncompleteBody", 400},
        {"a bare newline", changed(first, first.find('\r'), ' ') + second + last, "IncompleteBody", 400},
        {"more after the end", first + second + last + "GET / HTTP/1.1", "IncompleteBody", 400},
        {"nothing", "", "IncompleteBody", 400},
    };
    for (const auto& wrong : table) {
        for (std::size_t piece : {5u, 1u << 18}) {
            Read result = read(plain_example(), wrong.wire, piece);
            EXPECT_EQ(result.code, wrong.code) << wrong.what;
            EXPECT_EQ(result.status, wrong.status) << wrong.what;
        }
    }
}

TEST(Body, must_have_exactly_the_declared_length) {
    BodyClaim longer = plain_example();
    longer.decoded_length = 66561;
    EXPECT_EQ(read(longer, first + second + last, 1 << 18).code, "IncompleteBody");
    BodyClaim shorter = plain_example();
    shorter.decoded_length = 66559;
    EXPECT_EQ(read(shorter, first + second + last, 1 << 18).code, "IncompleteBody");
}

TEST(Body, fails_when_its_trailer_was_changed_left_out_or_not_declared) {
    const std::string end = "\r\n\r\n";
    struct {
        std::string_view what;
        std::string wire;
        std::string_view code;
    } const table[] = {
        {"another checksum", "x-amz-checksum-crc32c:AAAAAA==\r\n" + trailer_signature + end, "SignatureDoesNotMatch"},
        {"another signature", trailer_field + "\r\nx-amz-trailer-signature:00" + end, "SignatureDoesNotMatch"},
        {"no signature", trailer_field + end, "IncompleteBody"},
        {"no fields", trailer_signature + end, "MalformedTrailerError"},
        {"nothing", "\r\n", "MalformedTrailerError"},
        {"not declared", "x-amz-checksum-sha1:AAAA\r\n" + trailer_signature + end, "MalformedTrailerError"},
        {"twice", trailer_field + "\r\n" + trailer_field + "\r\n" + trailer_signature + end, "MalformedTrailerError"},
        {"after the signature", trailer_field + "\r\n" + trailer_signature + "\r\nx:y" + end, "MalformedTrailerError"},
        {"no colon", "x-amz-checksum-crc32c\r\n" + trailer_signature + end, "MalformedTrailerError"},
        {"endless", "x-amz-checksum-crc32c:" + std::string(10'000, 'A'), "MalformedTrailerError"},
    };
    for (const auto& wrong : table)
        EXPECT_EQ(read(trailer_example(), trailer_chunks + wrong.wire, 1 << 18).code, wrong.code) << wrong.what;
}

TEST(Body, with_unsigned_chunks_gives_its_trailer_after_the_end_only) {
    auto body =
        prove(std::make_unique<Pieces>("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", 9), unsigned_example(5));
    EXPECT_EQ(trailers(*body).size(), 0u);
    EXPECT_EQ(sync_wait(read_all(body.get())), "hello");
    EXPECT_EQ(trailers(*body).find("x-amz-checksum-crc32"), "NhCmhg==");
}

TEST(Body, may_have_a_small_chunk_only_at_the_end) {
    std::string small = "5\r\nhello\r\n", large = "2000\r\n" + std::string(8192, 'x') + "\r\n";
    std::string end = "0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    EXPECT_EQ(read(unsigned_example(8197), large + small + end, 1 << 18).code, "");
    Read result = read(unsigned_example(8197), small + large + end, 1 << 18);
    EXPECT_EQ(result.code, "InvalidChunkSizeError");
    EXPECT_EQ(result.status, 403);
}

TEST(Body, with_a_hash_is_refused_at_its_end_when_the_hash_differs) {
    BodyClaim claim;
    claim.kind = BodyClaim::Kind::sha256;
    claim.sha256_hex = sha256_hex("hello");
    EXPECT_EQ(read(claim, "hello", 2).body, "hello");
    Read result = read(claim, "hellp", 2);
    EXPECT_EQ(result.code, "XAmzContentSHA256Mismatch");
    EXPECT_EQ(result.status, 400);
    EXPECT_EQ(read(claim, "", 2).code, "XAmzContentSHA256Mismatch");
}

// The documentation's chunked upload as a whole request; what is stored is not aws-chunked.
TEST(Body, of_a_verified_request_loses_its_transfer_coding) {
    http::Request request = make_request(
        "PUT", "/examplebucket/chunkObject.txt",
        {{"Host", "s3.amazonaws.com"},
         {"x-amz-date", "20130524T000000Z"},
         {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
         {"Authorization",
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;"
          "content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,"
          "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"},
         {"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
         {"Content-Encoding", "aws-chunked"},
         {"x-amz-decoded-content-length", "66560"},
         {"Content-Length", "66824"}},
        first + second + last, 10'000);
    OneKey key;
    SigningKeys keys;
    Expected expected{.dialect = wire::Dialect::rest_xml, .service = "s3", .region = "us-east-1"};
    auto caller = authenticate(request, expected, key, keys, *parse_amz_basic("20130524T000000Z"));
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_FALSE(request.headers.find("content-encoding"));
    EXPECT_EQ(read_all(request), std::string(66560, 'a'));
}

}  // namespace
}  // namespace sekisho::authn
