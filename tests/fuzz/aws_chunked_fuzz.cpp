// A stranger's aws-chunked body: the first byte chooses kind and cut; signed bodies never end well without the key, and
// unsigned ones give the same payload however they are cut.
#include <cstdlib>

#include "authn/body.h"

using namespace sekisho;

namespace {
struct Outcome {
    bool ended = false;
    std::string payload;
};
Outcome run(const authn::BodyClaim& claim, std::string_view wire, std::size_t piece) {
    Outcome outcome;
    try {
        authn::AwsChunks chunks(claim);
        for (; !wire.empty(); wire.remove_prefix(std::min(piece, wire.size())))
            chunks.feed(wire.substr(0, piece), outcome.payload);
        chunks.end();
        outcome.ended = true;
    } catch (const http::BodyFault&) {
    }
    return outcome;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    using Kind = authn::BodyClaim::Kind;
    authn::BodyClaim claim;
    claim.kind = data[0] % 3 == 0   ? Kind::streaming_signed
                 : data[0] % 3 == 1 ? Kind::streaming_signed_trailer
                                    : Kind::streaming_unsigned_trailer;
    claim.decoded_length = data[1];
    claim.declared_trailers = {"x-amz-checksum-crc32"};
    std::string_view wire(reinterpret_cast<const char*>(data + 2), size - 2);
    Outcome whole = run(claim, wire, wire.size() + 1), cut = run(claim, wire, 1 + data[0] / 3);
    if (whole.ended != cut.ended || (whole.ended && whole.payload != cut.payload)) std::abort();
    if (whole.ended && (claim.kind != Kind::streaming_unsigned_trailer || whole.payload.size() != claim.decoded_length))
        std::abort();
    return 0;
}
