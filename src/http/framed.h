// Framed messages over TCP: two bytes of length before each (DNS over TCP, RFC 1035 section 4.2.2). A connection may carry many
// questions; they are answered in their order, one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "http/datagram.h"
#include "http/loop_pool.h"

namespace sekisho::http {

// Takes bytes as they come and gives whole messages. Holds no more than one message and what one piece brought with it.
class FrameReader {
   public:
    explicit FrameReader(std::size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

    void came(std::string_view piece) { buffer_ += piece; }
    // The next message, or nullopt: more has to come, or it is too long (then nothing sensible follows).
    std::optional<std::string> next();
    bool too_long() const { return too_long_; }

   private:
    std::size_t message_bytes_max_;
    std::string buffer_;
    bool too_long_ = false;
};

struct FrameLimits {
    std::size_t message_bytes_max = 4096;               // a question with every option seen in practice has some hundred
    std::size_t connections_max = 128;                  // more are closed as they come
    std::size_t connections_per_peer_max = 16;          // so that one client does not shut out the others
    std::chrono::milliseconds message_timeout{10'000};  // for a whole message to come, and for an answer to be taken
};

// Serves as long as it lives. Destroying it (any thread; from a loop's thread only its own loop's) closes the socket and its
// connections, and returns when the handler will not be called again.
class FramedService {
   public:
    virtual ~FramedService() = default;
};

// `socket` listens already. Silence of the handler ends the connection.
std::unique_ptr<FramedService> serve_frames(LoopPool& loops, Fd socket, DatagramHandler handler, FrameLimits limits = {});

}  // namespace sekisho::http
