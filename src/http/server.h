// Server: sockets → Request, Reply → sockets. HTTP/1.1 and 1.0, plain and TLS on one port by the first byte, PROXY protocol v2
// from the peers a listener names.
//
// It does not know what a request means: the handler does. What a client does wrong below that (framing, limits, time) is
// answered here, rendered by `errors`. Any thread may call.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/task.h"
#include "http/limits.h"
#include "http/loop_pool.h"
#include "http/message.h"
#include "http/tls.h"

namespace sekisho::http {

// Runs on the loop that owns the connection. A thrown BodyFault becomes its error reply, any other exception InternalError
// (500).
using Handler = std::function<Task<Reply>(Request)>;

// An error of the HTTP layer as a reply: status, AWS's code, a message. The default is plain text.
using ErrorRenderer = std::function<Reply(int status, std::string code, std::string message)>;

class Server {
   public:
    // `tls` may be null: then TLS connections are closed. `loops` must outlive the server.
    Server(LoopPool& loops, Limits limits, std::shared_ptr<TlsProvider> tls, Handler handler, ErrorRenderer errors = {});
    ~Server();  // stop() without grace
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Serves a bound and listening socket (TCP or Unix). Returns the listener's id: facts.id, or a new one where that is 0.
    // Throws Fault when the id is in use.
    std::uint64_t add_listener(Fd listening_socket, Listener facts);

    // Serves one connected socket as if a listener with these facts had accepted it; remove_listener(facts->id) ends it too.
    void add_connection(Fd connected_socket, std::shared_ptr<const Listener> facts);

    // Stops accepting (also for other holders of the same socket) and resets every open connection of that listener, also in
    // mid-request. INVARIANT: once it completes, no client gets another byte from that listener; what was in socket buffers is
    // thrown away with the reset. It waits for the sockets, not for handlers still running: their replies have nowhere to go,
    // and a handler may itself wait for this. Completes at once for an unknown id.
    Task<void> remove_listener(std::uint64_t id);

    // Stops accepting, closes idle connections, lets requests in progress finish until `grace` has passed, then resets what is
    // left. The listening sockets themselves are left alone for whoever else holds them. Blocks; not from a loop's thread.
    // False: some handlers still had not returned a second after that.
    bool stop(std::chrono::milliseconds grace);

    std::uint64_t connections_open() const;
    std::uint64_t connections_total() const;
    std::uint64_t requests_total() const;

    class Core;

   private:
    std::shared_ptr<Core> core_;
};

}  // namespace sekisho::http
