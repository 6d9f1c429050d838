// TlsStream: OpenSSL over a Socket, one attempt at a time; who waits, and how long, is the caller's affair. Private to http/.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace sekisho::http {

class Socket;

class TlsStream {
   public:
    // Server side. `received` are bytes that were read from the socket before TLS was recognised.
    TlsStream(std::shared_ptr<ssl_ctx_st> context, Socket& socket, std::string received);
    ~TlsStream();

    enum class Outcome { done, want_read, want_write, end, failed };
    Outcome handshake();
    Outcome read(char* data, std::size_t size, std::size_t& n);
    Outcome write(const char* data, std::size_t size, std::size_t& n);
    void close_notify();               // best effort
    std::string_view version() const;  // "1.2", "1.3"; after the handshake

    struct Wire;

   private:
    Outcome outcome(int result);

    std::shared_ptr<ssl_ctx_st> context_;
    std::unique_ptr<Wire> wire_;
    struct Free {
        void operator()(ssl_st* ssl) const;
    };
    std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace sekisho::http
