// The head of a reply: status line and fields, as bytes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace sekisho::http {

// How the body's end is told, decided by whoever sends it.
struct Framing {
    enum class Kind { none, length, chunked, until_close, upgrade } kind = Kind::none;
    std::uint64_t length = 0;
};

enum class Reuse { keep_alive, keep_alive_1_0, close };

std::string_view reason(int status);

// Appends the head to `out`. Content-Length, Transfer-Encoding, Connection and Date are written here, whatever the reply's own
// fields say. A line break or NUL inside a field becomes a space: a stored value cannot add fields.
void write_reply_head(std::string& out, int status, const Headers& headers, Framing framing, Reuse reuse,
                      std::string_view date);

}  // namespace sekisho::http
