// A server on loopback and a client of literal bytes.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "http/server.h"

namespace sekisho::http {

using namespace std::chrono_literals;

inline constexpr auto patience = 20s;  // far beyond what anything here takes

// A TCP listener on 127.0.0.1 (or ::1, or a dual-stack one), and its port.
struct Listening {
    Fd fd;
    std::uint16_t port = 0;
};
Listening listen_on(const char* address = "127.0.0.1");

// A client that writes and reads bytes as they are.
class Wire {
   public:
    static Wire to(std::uint16_t port, const char* address = "127.0.0.1", const char* from = nullptr);
    static Wire connect(Fd fd, std::uint16_t port, const char* address = "127.0.0.1");
    explicit Wire(Fd fd) : fd_(std::move(fd)) {}

    void send(std::string_view bytes);             // all of it
    bool try_send(std::string_view bytes);         // false: the server has closed
    std::string read_until(std::string_view end);  // through `end`; what came when the server closes or patience ends
    std::string read_exactly(std::size_t bytes);
    std::string read_reply();                  // head and Content-Length body, without its Date field
    std::string read_to_end();                 // until the server closes
    bool ends_without_a_byte();                // closed or reset, nothing sent
    bool was_reset() const { return reset_; }  // the last read ended by a RST
    void finish() { ::shutdown(fd_.get(), SHUT_WR); }
    int get() const { return fd_.get(); }
    void close() { fd_.reset(); }

   private:
    bool fill();  // false: the end
    Fd fd_;
    std::string buffer_;
    bool reset_ = false;
};

std::string without_date(std::string text);

// Limits with short times, so that a time-out is seen soon.
Limits quick();

struct TestServer {
    explicit TestServer(Handler handler, Limits limits = {}, std::size_t loops = 2, Listener facts = {},
                        std::shared_ptr<TlsProvider> tls = nullptr);
    Wire connect() { return Wire::to(port); }
    // One connection, one exchange: what the server says until it closes (the request should make it close).
    std::string exchange(std::string_view request);

    LoopPool loops;
    Server server;
    std::uint16_t port = 0;
    std::uint64_t id = 0;
};

// Answers "METHOD path?query" and the pieces of the body.
Task<Reply> echo(Request request);
// Answers what `path` says, without reading the body.
Task<Reply> ignore_body(Request request);

// "HTTP/1.1 200 OK" with this body, as read_reply gives it.
std::string ok(std::string_view body, std::string_view further_fields = {});
std::string error(std::string_view status, std::string_view body);  // with Connection: close

template <class Condition>
bool eventually(Condition condition) {
    auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::usleep(1000);
    }
    return true;
}

}  // namespace sekisho::http
