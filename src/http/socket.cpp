#include "http/socket.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>

#include "base/result.h"

namespace sekisho::http {

Milliseconds coarse_now() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return Milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}

namespace {

int non_blocking(Fd& fd) {
    int flags = fcntl(fd.get(), F_GETFL);
    if (flags < 0 || ((flags & O_NONBLOCK) == 0 && fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) < 0)) throw_errno("fcntl");
    return fd.get();
}

ssize_t taken_or_lost(ssize_t n) {
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
}

}  // namespace

Socket::Socket(AsioLoop& loop, Fd fd) : loop_(loop), descriptor_(loop.context()), fd_(non_blocking(fd)) {
    boost::system::error_code error;
    descriptor_.assign(fd.get(), error);
    if (error) throw Fault("epoll: " + error.message());
    fd.release();
}

Socket::~Socket() { close(); }

void Socket::Receive::await_suspend(std::coroutine_handle<> waiter) {
    socket_.descriptor_.async_read_some(boost::asio::buffer(data_, size_),
                                        [this, waiter](boost::system::error_code error, std::size_t n) {
                                            if (!error)
                                                result_ = static_cast<ssize_t>(n);
                                            else if (error == boost::asio::error::eof)
                                                result_ = 0;
                                            waiter.resume();
                                        });
}

void Socket::Wait::await_suspend(std::coroutine_handle<> waiter) {
    socket_.descriptor_.async_wait(what_, [this, waiter](boost::system::error_code error) {
        result_ = !error;
        waiter.resume();
    });
}

ssize_t Socket::try_send(std::span<const iovec> pieces, bool more_follows) {
    if (!open_) return -1;
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());  // sendmsg does not write to it
    message.msg_iovlen = pieces.size();
    return taken_or_lost(::sendmsg(fd_, &message, MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0)));
}

ssize_t Socket::try_send_file(int file, std::uint64_t offset, std::size_t bytes) {
    if (!open_) return -1;
    off_t from = static_cast<off_t>(offset);
    ssize_t n = ::sendfile(fd_, file, &from, bytes);
    if (n == 0) return -1;  // the file is shorter than promised
    return taken_or_lost(n);
}

ssize_t Socket::try_receive(char* data, std::size_t size) {
    if (!open_) return -1;
    ssize_t n = ::read(fd_, data, size);
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? -2 : -1;
}

void Socket::expire_if_due(Milliseconds now) {
    if (now < deadline_ || !open_) return;
    deadline_ = Milliseconds::max();
    expired_ = true;
    cancel();
}

void Socket::cancel() {
    boost::system::error_code ignored;
    descriptor_.cancel(ignored);
}

void Socket::shutdown_write() {
    if (open_) ::shutdown(fd_, SHUT_WR);
}

void Socket::close() {
    if (!open_) return;
    open_ = false;
    deadline_ = Milliseconds::max();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
}

void Socket::reset() {
    if (!open_) return;
    linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

}  // namespace sekisho::http
