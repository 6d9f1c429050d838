// Socket: one non-blocking descriptor on one loop, with awaiters instead of callbacks and one deadline. Private to http/.
//
// Used on its loop's thread only. A wait ends by readiness, by the deadline (expired() is true then) or by close().
#pragma once

#include <sys/uio.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <limits>
#include <span>

#include "base/fd.h"
#include "http/asio_loop.h"

namespace sekisho::http {

using Milliseconds = std::chrono::milliseconds;

// Coarse monotonic time; a few nanoseconds to read, a few milliseconds off.
Milliseconds coarse_now();

class Socket {
   public:
    Socket(AsioLoop& loop, Fd fd);  // sets it non-blocking
    ~Socket();

    AsioLoop& loop() const { return loop_; }
    bool is_open() const { return open_; }
    int get() const { return fd_; }

    // co_await receive(…): bytes read; 0 at the end; -1 on error, deadline, close.
    class Receive;
    Receive receive(char* data, std::size_t size);
    // co_await readable() / writable(): false on error, deadline, close.
    class Wait;
    Wait readable();
    Wait writable();

    // One attempt each: bytes taken (0: would block), -1 when the connection is lost.
    ssize_t try_send(std::span<const iovec> pieces, bool more_follows = false);
    ssize_t try_send_file(int file, std::uint64_t offset, std::size_t bytes);
    ssize_t try_receive(char* data, std::size_t size);  // 0: the end, -2: would block

    // The deadline of the waits to come; the owner's sweep calls expire_if_due now and then.
    void arm(Milliseconds timeout) { deadline_ = coarse_now() + timeout, expired_ = false; }
    void disarm() { deadline_ = Milliseconds::max(), expired_ = false; }
    bool expired() const { return expired_; }
    void expire_if_due(Milliseconds now);

    void cancel();  // ends the waits in progress
    void shutdown_write();
    void close();  // with what the kernel still has to send
    void reset();  // at once: what is not sent yet is thrown away, the peer gets a RST

   private:
    friend class Receive;
    friend class Wait;
    AsioLoop& loop_;
    boost::asio::posix::stream_descriptor descriptor_;
    int fd_;
    bool open_ = true;
    bool expired_ = false;
    Milliseconds deadline_ = Milliseconds::max();
};

class Socket::Receive {
   public:
    Receive(Socket& socket, char* data, std::size_t size) : socket_(socket), data_(data), size_(size) {}
    bool await_ready() const noexcept { return !socket_.open_; }
    void await_suspend(std::coroutine_handle<> waiter);
    ssize_t await_resume() const noexcept { return result_; }

   private:
    Socket& socket_;
    char* data_;
    std::size_t size_;
    ssize_t result_ = -1;
};

class Socket::Wait {
   public:
    Wait(Socket& socket, boost::asio::posix::descriptor_base::wait_type what) : socket_(socket), what_(what) {}
    bool await_ready() const noexcept { return !socket_.open_; }
    void await_suspend(std::coroutine_handle<> waiter);
    bool await_resume() const noexcept { return result_ && socket_.open_; }

   private:
    Socket& socket_;
    boost::asio::posix::descriptor_base::wait_type what_;
    bool result_ = false;
};

inline Socket::Receive Socket::receive(char* data, std::size_t size) { return {*this, data, size}; }
inline Socket::Wait Socket::readable() { return {*this, boost::asio::posix::descriptor_base::wait_read}; }
inline Socket::Wait Socket::writable() { return {*this, boost::asio::posix::descriptor_base::wait_write}; }

}  // namespace sekisho::http
