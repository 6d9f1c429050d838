// Channel: the bytes of one connection, plain or TLS: buffered input, output that waits, time-outs. Private to http/.
//
// One coroutine reads and one writes at a time, on the socket's loop.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/task.h"
#include "http/limits.h"
#include "http/message.h"
#include "http/socket.h"
#include "http/tls_stream.h"

namespace sekisho::http {

class Channel {
   public:
    Channel(AsioLoop& loop, Fd fd, const Limits& limits) : socket(loop, std::move(fd)), limits_(limits) {}

    Socket socket;

    // Everything received so far becomes the start of the handshake. False: no TLS came about.
    Task<bool> start_tls(std::shared_ptr<ssl_ctx_st> context);
    bool is_tls() const { return tls_ != nullptr; }
    std::string_view tls_version() const { return tls_ ? tls_->version() : std::string_view(); }

    // Input that was received and not consumed yet.
    std::string_view buffered() const { return {input_.get() + begin_, end_ - begin_}; }
    void consume(std::size_t n);
    // Receives more into the buffer, which holds `buffered_max` at most (and must have room). > 0, 0: the end, -1: error,
    // deadline or close. The caller arms the socket's deadline.
    Task<ssize_t> fill(std::size_t buffered_max);
    // The same, but only what is there already: -2 when nothing is.
    ssize_t try_fill(std::size_t buffered_max);
    // Past the buffer, straight to `data`; the buffer must be empty.
    Task<ssize_t> receive(char* data, std::size_t size);

    // Sends both; false when the connection is lost (the write time-out resets it).
    Task<bool> send(std::string_view first, std::string_view second = std::string_view(), bool more_follows = false);
    Task<bool> send_file(FileBody file);

    // The plain fast paths, without a coroutine: a span to receive into, and how much came.
    std::span<char> room(std::size_t buffered_max);
    void came(std::size_t n) { end_ += n; }

    void finish();  // tells the peer that nothing more will be sent

   private:
    Task<bool> wait_writable();
    Task<bool> send_plain(std::string_view first, std::string_view second, bool more_follows);
    Task<bool> send_tls(std::string_view bytes);
    Task<bool> send_tls_both(std::string_view first, std::string_view second);
    Task<bool> send_file_plain(FileBody file);
    Task<bool> send_file_by_copy(FileBody file);

    const Limits& limits_;
    std::unique_ptr<TlsStream> tls_;
    std::unique_ptr<char[]> input_;
    std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

// Lets the loop's other connections run.
Task<void> yield_to_others(AsioLoop& loop);

}  // namespace sekisho::http
