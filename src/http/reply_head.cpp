#include "http/reply_head.h"

#include <charconv>
#include <span>

#include "base/bytes.h"

namespace sekisho::http {

std::string_view reason(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 411:
            return "Length Required";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Requested Range Not Satisfiable";
        case 417:
            return "Expectation Failed";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

namespace {

void append_number(std::string& out, std::uint64_t number) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

bool is_ours(std::string_view name) {
    switch (name.size()) {
        case 4:
            return equal_ignoring_case(name, "Date");
        case 10:
            return equal_ignoring_case(name, "Connection");
        case 14:
            return equal_ignoring_case(name, "Content-Length");
        case 17:
            return equal_ignoring_case(name, "Transfer-Encoding");
        default:
            return false;
    }
}

void append_safely(std::string& out, std::string_view text) {
    std::size_t start = out.size();
    out.append(text);
    for (char& c : std::span(out).subspan(start))
        if (c <= '\r' && (c == '\r' || c == '\n' || c == '\0')) c = ' ';
}

}  // namespace

void write_reply_head(std::string& out, int status, const Headers& headers, Framing framing, Reuse reuse,
                      std::string_view date) {
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::uint64_t>(status));
    out.push_back(' ');
    out.append(reason(status)).append("\r\n");
    for (const auto& [name, value] : headers) {
        if (is_ours(name)) continue;
        append_safely(out, name);
        out.append(": ");
        append_safely(out, value);
        out.append("\r\n");
    }
    out.append("Date: ").append(date).append("\r\n");
    if (framing.kind == Framing::Kind::length) {
        out.append("Content-Length: ");
        append_number(out, framing.length);
        out.append("\r\n");
    } else if (framing.kind == Framing::Kind::chunked) {
        out.append("Transfer-Encoding: chunked\r\n");
    }
    if (framing.kind == Framing::Kind::upgrade)
        out.append("Connection: Upgrade\r\n");
    else if (reuse == Reuse::close)
        out.append("Connection: close\r\n");
    else if (reuse == Reuse::keep_alive_1_0)
        out.append("Connection: keep-alive\r\n");
    out.append("\r\n");
}

}  // namespace sekisho::http
