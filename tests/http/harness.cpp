#include "http/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::http {

namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    Address(const char* text, std::uint16_t port) {
        auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
        if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
            v4->sin_family = AF_INET, v4->sin_port = htons(port), size = sizeof *v4;
        } else {
            inet_pton(AF_INET6, text, &v6->sin6_addr);
            v6->sin6_family = AF_INET6, v6->sin6_port = htons(port), size = sizeof *v6;
        }
    }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

}  // namespace

Listening listen_on(const char* text) {
    Address address(text, 0);
    Fd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int off = 0;
    if (address.storage.ss_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (::bind(fd.get(), address.get(), address.size) != 0) throw_errno("bind");
    if (::listen(fd.get(), 4096) != 0) throw_errno("listen");
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address.storage), &address.size);
    std::uint16_t port = address.storage.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port
                                                              : reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port;
    return {std::move(fd), ntohs(port)};
}

Wire Wire::to(std::uint16_t port, const char* text, const char* from) {
    Address address(text, port);
    Fd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (from) {
        Address source(from, 0);
        if (::bind(fd.get(), source.get(), source.size) != 0) throw_errno("bind");
    }
    return connect(std::move(fd), port, text);
}

Wire Wire::connect(Fd fd, std::uint16_t port, const char* text) {
    Address address(text, port);
    if (::connect(fd.get(), address.get(), address.size) != 0) throw_errno("connect");
    return Wire(std::move(fd));
}

void Wire::send(std::string_view bytes) { EXPECT_TRUE(try_send(bytes)) << "the server closed the connection early"; }

bool Wire::try_send(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0) reset_ = true;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool Wire::fill() {
    pollfd waiting{fd_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) {
        ADD_FAILURE() << "nothing came for a long time; so far: " << buffer_.substr(0, 1000);
        return false;
    }
    char bytes[64 * 1024];
    ssize_t n = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (n < 0) reset_ = true;
    if (n <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
}

std::string Wire::read_until(std::string_view end) {
    std::size_t at;
    while ((at = buffer_.find(end)) == buffer_.npos)
        if (!fill()) return std::exchange(buffer_, {});
    std::string taken = buffer_.substr(0, at + end.size());
    buffer_.erase(0, at + end.size());
    return taken;
}

std::string Wire::read_exactly(std::size_t bytes) {
    while (buffer_.size() < bytes)
        if (!fill()) return std::exchange(buffer_, {});
    std::string taken = buffer_.substr(0, bytes);
    buffer_.erase(0, bytes);
    return taken;
}

std::string Wire::read_reply() {
    std::string head = read_until("\r\n\r\n");
    std::size_t at = head.find("Content-Length: ");
    if (at == head.npos) return without_date(head);
    return without_date(head) + read_exactly(std::stoull(head.substr(at + 16)));
}

std::string Wire::read_to_end() {
    while (fill()) {
    }
    return without_date(std::exchange(buffer_, {}));
}

bool Wire::ends_without_a_byte() {
    while (fill()) {
    }
    return buffer_.empty();
}

std::string without_date(std::string text) {
    constexpr std::string_view field = "Date: Mon, 23 Nov 2026 16:12:52 GMT\r\n";
    std::size_t at;
    while ((at = text.find("\r\nDate: ")) != text.npos && text.find(" GMT\r\n", at) == at + 2 + field.size() - 6)
        text.erase(at + 2, field.size());
    return text;
}

Limits quick() {
    Limits limits;
    limits.idle_timeout = limits.head_timeout = limits.body_timeout = limits.write_timeout = limits.handshake_timeout =
        limits.proxy_timeout = limits.linger_timeout = 150ms;
    return limits;
}

TestServer::TestServer(Handler handler, Limits limits, std::size_t loop_count, Listener facts, std::shared_ptr<TlsProvider> tls)
    : loops(loop_count), server(loops, limits, std::move(tls), std::move(handler)) {
    Listening listening = listen_on();
    port = listening.port;
    id = server.add_listener(std::move(listening.fd), std::move(facts));
}

std::string TestServer::exchange(std::string_view request) {
    Wire wire = connect();
    wire.send(request);
    return wire.read_to_end();
}

std::string ok(std::string_view body, std::string_view further_fields) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(further_fields) + "\r\n" +
           std::string(body);
}

std::string error(std::string_view status, std::string_view body) {
    return "HTTP/1.1 " + std::string(status) +
           "\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
           std::string(body);
}

Task<Reply> ignore_body(Request request) {
    Reply reply;
    reply.body = "ignored " + request.path;
    co_return reply;
}

Task<Reply> echo(Request request) {
    std::string body = request.method + " " + request.path;
    if (!request.query.empty()) body += "?" + request.query;
    for (;;) {
        std::string piece = co_await request.body->read();
        if (piece.empty()) break;
        body += " [" + piece + "]";
    }
    Reply reply;
    reply.body = std::move(body);
    co_return reply;
}

}  // namespace sekisho::http
