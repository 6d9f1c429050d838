// Channel: typed messages with descriptors between two processes, over a unix stream socket.
//
// A message is a type (a word), a body (JSON text, parsed by whoever handles the type) and descriptors (SCM_RIGHTS,
// close-on-exec). Each side takes the other for hostile: lengths and counts are limited, a frame that breaks the form ends the
// channel, and descriptors that belong to no frame are closed.
//
// Frame: "skp1", u32 type bytes, u32 body bytes, u32 descriptors (little endian), the type, the body. Descriptors travel with
// the frame's first byte.
//
// One thread at a time. Nothing here blocks but wait(); a loop polls fd() for POLLIN, and for POLLOUT while wants_write().
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"

namespace sekisho::process {

struct Message {
    std::string type;
    std::string body = {};
    std::vector<Fd> fds = {};
};

// The peer broke the form, or a limit. The channel is of no further use.
class ProtocolError : public std::exception {
   public:
    explicit ProtocolError(std::string what) : what_(std::move(what)) {}
    const char* what() const noexcept override { return what_.c_str(); }

   private:
    std::string what_;
};

struct ChannelLimits {
    std::size_t type_bytes_max = 64;
    std::size_t body_bytes_max = 64u << 20;
    std::size_t fds_max = 16;                   // of one message
    std::size_t queued_bytes_max = 256u << 20;  // that wait to be sent
};

// Bytes and descriptors in, messages out. Separate from the socket so that it can be fuzzed.
class Decoder {
   public:
    explicit Decoder(ChannelLimits limits = {}) : limits_(limits) {}
    void feed(std::string_view bytes, std::vector<Fd> fds);  // throws ProtocolError
    std::optional<Message> next();                           // throws ProtocolError

   private:
    ChannelLimits limits_;
    std::string buffer_;
    std::size_t start_ = 0;  // bytes of buffer_ already given out
    std::deque<Fd> fds_;
};

std::string encode_frame(const Message& message, const ChannelLimits& limits = {});  // throws ProtocolError

class Channel {
   public:
    explicit Channel(Fd socket, ChannelLimits limits = {});
    Channel(Channel&&) = default;
    Channel& operator=(Channel&&) = default;

    int fd() const { return socket_.get(); }
    explicit operator bool() const { return static_cast<bool>(socket_); }

    void send(Message message);  // queues, and writes what the socket takes now
    bool wants_write() const { return !out_.empty(); }
    bool flush();    // writes what the socket takes now; false: the peer is gone
    bool receive();  // reads what is there; false: the peer is gone (messages read before still come by next())
    std::optional<Message> next();

    // Blocks until a message is there; nullopt when the time is up or the peer is gone.
    std::optional<Message> wait(std::chrono::milliseconds timeout);
    // Blocks until everything is written or the peer is gone or the time is up; whether all was written.
    bool drain(std::chrono::milliseconds timeout);

   private:
    struct Outgoing {
        std::string bytes;
        std::size_t sent = 0;
        std::vector<Fd> fds;
    };
    Fd socket_;
    ChannelLimits limits_;
    Decoder decoder_;
    std::deque<Outgoing> out_;
    std::size_t queued_bytes_ = 0;
    bool gone_ = false;
};

std::pair<Fd, Fd> channel_pair();  // throws Fault

}  // namespace sekisho::process
