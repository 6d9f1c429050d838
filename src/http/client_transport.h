// ClientTransport: a connected socket, plain or TLS with the server's name checked; waits with poll(2). Private to http/.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "base/fd.h"
#include "http/client.h"

struct ssl_st;
struct ssl_ctx_st;

namespace sekisho::http {

class ClientTransport {
   public:
    explicit ClientTransport(const ClientEndpoint& endpoint);  // connects; throws Fault
    ~ClientTransport();

    // Bytes read, 0 at the end; nullopt: nothing came within the time (zero: without waiting, negative: for ever).
    std::optional<std::size_t> read(char* data, std::size_t size, std::chrono::milliseconds timeout);
    void write(std::string_view bytes, std::chrono::milliseconds timeout);  // throws Fault
    void close_write();
    int descriptor() const { return fd_.get(); }
    // Whether a kept connection can carry another request, as far as can be seen.
    bool is_usable();

   private:
    void start_tls(const ClientEndpoint& endpoint);
    bool wait(short events, std::chrono::milliseconds timeout) const;

    Fd fd_;
    std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
};

}  // namespace sekisho::http
