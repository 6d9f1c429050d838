// A client's bytes on a connection, over a socket pair, as the server meets them: head, framing, body, pipelining. The first
// byte of the input says how the rest is cut into writes. Whatever comes, the connection ends, every request that the handler
// saw keeps the rules, and the answers start as answers.
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "http/server.h"

namespace {

using namespace sekisho;
using namespace sekisho::http;

void check(const Request& request) {
    std::size_t lengths = request.headers.all("Content-Length").size();
    std::size_t encodings = request.headers.all("Transfer-Encoding").size();
    if (lengths + encodings > 1 || request.headers.all("Host").size() > 1) std::abort();
    if (request.path.empty() || request.path.find('?') != std::string::npos) std::abort();
    for (const auto& [name, value] : request.headers)
        if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos || name.empty()) std::abort();
}

Task<Reply> handle(Request request) {
    check(request);
    std::uint64_t bytes = 0;
    if (request.method != "IGNORE") {
        for (;;) {
            std::string piece = co_await request.body->read();
            if (piece.empty()) break;
            bytes += piece.size();
        }
        auto length = request.body->content_length();
        if (length && *length != bytes) std::abort();
    }
    Reply reply;
    reply.body = std::to_string(bytes);
    co_return reply;
}

Limits limits() {
    Limits short_ones;
    short_ones.head_timeout = short_ones.idle_timeout = short_ones.body_timeout = short_ones.linger_timeout =
        std::chrono::milliseconds(2000);
    return short_ones;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static LoopPool* loops = new LoopPool(1);  // for the whole run: no thread per input
    static Server* server = new Server(*loops, limits(), nullptr, handle);
    static auto facts = std::make_shared<const Listener>();
    if (size == 0) return 0;
    std::size_t step = data[0] == 0 ? size : data[0];
    std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) std::abort();
    Fd client(pair[1]);
    server->add_connection(Fd(pair[0]), facts);
    std::string answers;
    auto receive = [&](int flags) {
        char buffer[16 * 1024];
        ssize_t n = ::recv(client.get(), buffer, sizeof buffer, flags);
        if (n > 0) answers.append(buffer, static_cast<std::size_t>(n));
        return n;
    };
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, step);
        ssize_t n = ::send(client.get(), piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
        if (n < 0 && errno != EAGAIN) break;
        while (receive(MSG_DONTWAIT) > 0) {
        }
    }
    ::shutdown(client.get(), SHUT_WR);
    while (receive(0) > 0) {
    }
    if (!answers.empty() && !answers.starts_with("HTTP/1.1 ")) std::abort();
    return 0;
}
