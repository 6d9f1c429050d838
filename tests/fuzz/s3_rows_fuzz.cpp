// Rows of object shards: damaged ones are refused, never believed.
#include "base/result.h"
#include "services/s3/rows.h"

using namespace sekisho::s3;

namespace {
template <class Decode>
void decode_and_encode(Decode decode, std::string_view bytes) {
    try {
        auto row = decode(bytes);
        if (decode(encode(row)) != row) __builtin_trap();
    } catch (const sekisho::Fault&) {
    }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    decode_and_encode(decode_object, bytes);
    decode_and_encode(decode_listing, bytes);
    decode_and_encode(decode_upload, bytes);
    decode_and_encode(decode_part, bytes);
    return 0;
}
