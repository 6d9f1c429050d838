// A small blocking HTTP/1.1 client for the command line and the tests: plain or TLS, over TCP or a Unix socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "http/message.h"

namespace sekisho::http {

struct ClientEndpoint {
    std::string host;  // name or address; also the Host field and the name that TLS checks
    std::uint16_t port = 0;
    bool tls = false;
    std::string ca_file;    // PEM; empty: the system's
    std::string unix_path;  // not empty: connect here instead of host:port
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds io_timeout{60'000};  // without a byte in either direction
};

struct ClientRequest {
    std::string method = "GET";
    std::string target = "/";
    Headers headers;  // Host and Content-Length are added unless given
    std::string body;
};

struct ClientReply {
    int status = 0;
    Headers headers;
    std::string body;  // empty where a callback took it
};

// Raw bytes after a 101.
class ClientStream {
   public:
    virtual ~ClientStream() = default;
    virtual std::string read() = 0;  // what is there, waiting for at least one byte however long; empty at the end
    virtual std::optional<std::string> try_read() = 0;  // without waiting; nullopt: nothing there
    virtual void write(std::string_view bytes) = 0;
    virtual void close_write() = 0;
    virtual int descriptor() const = 0;  // for poll(2), after try_read() gave nullopt
};

// One connection, opened at the first request and again when the server closed it. One thread at a time. Throws Fault.
class Client {
   public:
    explicit Client(ClientEndpoint endpoint);
    ~Client();

    using OnBody = std::function<void(std::string_view piece)>;
    ClientReply request(const ClientRequest& request, const OnBody& on_body = {});
    // Sends an upgrade request. Status 101: the stream; else null, and `reply` says why.
    std::unique_ptr<ClientStream> upgrade(const ClientRequest& request, ClientReply& reply);

   private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace sekisho::http
