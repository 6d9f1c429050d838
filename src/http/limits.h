// Limits: what a stranger may make the server hold or wait for. Each has an error of its own (server.h) and a test.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sekisho::http {

struct Limits {
    std::size_t head_bytes_max = 16 * 1024;   // request line and fields: 400 RequestHeaderSectionTooLarge
    std::size_t target_bytes_max = 8 * 1024;  // 414 URITooLong
    std::size_t fields_max = 200;             // 400 RequestHeaderSectionTooLarge
    std::size_t chunk_line_bytes_max = 4096;  // a chunk's size line, or the trailers: 400 InvalidRequest

    std::chrono::milliseconds idle_timeout{60'000};       // between requests: closed without a word
    std::chrono::milliseconds head_timeout{20'000};       // first byte to the end of the head: 400 RequestTimeout
    std::chrono::milliseconds body_timeout{20'000};       // without a byte of the body: 400 RequestTimeout
    std::uint64_t body_bytes_per_second_min = 500;        // beyond body_timeout in all: 400 RequestTimeout
    std::chrono::milliseconds write_timeout{60'000};      // the client takes no byte: reset
    std::chrono::milliseconds handshake_timeout{10'000};  // TLS: closed
    std::chrono::milliseconds proxy_timeout{5'000};       // PROXY header of a named peer: closed
    std::chrono::milliseconds linger_timeout{2'000};      // after an early reply: how long unread body is thrown away

    std::size_t connections_max = 10'000;  // in all: further ones are reset
    std::size_t connections_per_listener_max = 5'000;
};

}  // namespace sekisho::http
