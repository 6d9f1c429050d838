// Datagrams: a UDP socket answered on a loop (VPC DNS). The reply goes out from the address the question was sent to.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/ip.h"
#include "http/loop_pool.h"

namespace sekisho::http {

// The answer to one datagram, or nullopt for silence. Runs on the socket's loop and must not wait.
using DatagramHandler =
    std::function<std::optional<std::string>(std::string_view datagram, IpAddress peer, std::uint16_t port)>;

// Serves as long as it lives. Destroying it (any thread; from a loop's thread only its own loop's) closes the socket and
// returns when the handler will not be called again.
class DatagramService {
   public:
    virtual ~DatagramService() = default;
};

// `socket` is bound already, IPv4 or IPv6.
std::unique_ptr<DatagramService> serve_datagrams(LoopPool& loops, Fd socket, DatagramHandler handler);

}  // namespace sekisho::http
