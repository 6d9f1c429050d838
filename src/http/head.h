// The head of a request: bytes → method, target, fields and how the body is framed. Pure.
//
// Stricter than RFC 9112 where two readers of one message could disagree about it (request smuggling): one Content-Length of
// digits only, Transfer-Encoding only as "chunked" and never beside Content-Length, no line folding, no bare line ends.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/limits.h"
#include "http/message.h"

namespace sekisho::http {

struct Head {
    std::string method;
    std::string target;
    std::string path;
    std::string query;
    Headers headers;
    bool http_1_1 = true;
    bool keep_alive = true;
    bool chunked = false;
    std::uint64_t content_length = 0;
    bool expects_continue = false;
};

// What the client did wrong, as an error reply.
struct HttpFault {
    int status;
    std::string code;
    std::string message;
};

HttpFault bad_request();
HttpFault head_too_large();
HttpFault target_too_long();
HttpFault request_timeout();
HttpFault internal_error();

// `text` is the whole head, through the empty line.
std::expected<Head, HttpFault> parse_head(std::string_view text, const Limits& limits);

}  // namespace sekisho::http
