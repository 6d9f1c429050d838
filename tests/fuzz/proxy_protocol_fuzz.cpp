// PROXY protocol v2 from a peer: never beyond the bytes given, and what it takes is never more than there is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/proxy_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    sekisho::http::ProxyParse parsed = sekisho::http::parse_proxy_header(bytes);
    if (parsed.state != sekisho::http::ProxyParse::State::complete) return 0;
    if (parsed.header.bytes > size || parsed.header.bytes > sekisho::http::proxy_header_bytes_max) std::abort();
    // The same header is read whatever follows it.
    sekisho::http::ProxyParse alone = sekisho::http::parse_proxy_header(bytes.substr(0, parsed.header.bytes));
    if (alone.state != parsed.state || alone.header.vpce != parsed.header.vpce) std::abort();
    return 0;
}
