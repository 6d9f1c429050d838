#include "http/channel.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"

namespace sekisho::http {

namespace {

constexpr std::size_t input_bytes_initial = 4096;
constexpr std::size_t tls_record_bytes = 16 * 1024;
constexpr std::size_t file_piece_bytes = 256 * 1024;  // by read+write
constexpr std::size_t sendfile_bytes = 1024 * 1024;   // one call
constexpr std::size_t burst_bytes = 4 * 1024 * 1024;  // to a client that keeps up, before others get their turn

class ResumeOn {
   public:
    explicit ResumeOn(AsioLoop& loop) : loop_(loop) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        loop_.post([waiter] { waiter.resume(); });
    }
    void await_resume() const noexcept {}

   private:
    AsioLoop& loop_;
};

}  // namespace

Task<void> yield_to_others(AsioLoop& loop) { co_await ResumeOn(loop); }

Task<bool> Channel::start_tls(std::shared_ptr<ssl_ctx_st> context) {
    auto tls = std::make_unique<TlsStream>(std::move(context), socket, std::string(buffered()));
    consume(buffered().size());
    socket.arm(limits_.handshake_timeout);
    for (;;) {
        TlsStream::Outcome outcome = tls->handshake();
        bool ready = false;
        if (outcome == TlsStream::Outcome::want_read)
            ready = co_await socket.readable();
        else if (outcome == TlsStream::Outcome::want_write)
            ready = co_await socket.writable();
        else if (outcome == TlsStream::Outcome::done)
            break;
        if (!ready || socket.expired()) co_return false;
    }
    socket.disarm();
    tls_ = std::move(tls);
    co_return true;
}

void Channel::consume(std::size_t n) {
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
}

std::span<char> Channel::room(std::size_t buffered_max) {
    std::size_t held = end_ - begin_;
    SEKISHO_CHECK(held < buffered_max);
    if (begin_ > 0 && end_ == capacity_) {
        std::memmove(input_.get(), input_.get() + begin_, held);
        begin_ = 0, end_ = held;
    }
    if (end_ == capacity_) {
        std::size_t larger =
            std::min(std::max(capacity_ * 2, input_bytes_initial), std::max(buffered_max, input_bytes_initial));
        auto grown = std::make_unique_for_overwrite<char[]>(larger);
        if (held > 0) std::memcpy(grown.get(), input_.get(), held);
        input_ = std::move(grown);
        capacity_ = larger;
    }
    return {input_.get() + end_, std::min(capacity_ - end_, buffered_max - held)};
}

Task<ssize_t> Channel::fill(std::size_t buffered_max) {
    std::span<char> to = room(buffered_max);
    ssize_t n = co_await receive(to.data(), to.size());
    if (n > 0) came(static_cast<std::size_t>(n));
    co_return n;
}

ssize_t Channel::try_fill(std::size_t buffered_max) {
    std::span<char> to = room(buffered_max);
    if (!tls_) {
        ssize_t n = socket.try_receive(to.data(), to.size());
        if (n > 0) came(static_cast<std::size_t>(n));
        return n;
    }
    std::size_t n = 0;
    switch (tls_->read(to.data(), to.size(), n)) {
        case TlsStream::Outcome::done:
            came(n);
            return static_cast<ssize_t>(n);
        case TlsStream::Outcome::end:
            return 0;
        case TlsStream::Outcome::failed:
            return -1;
        default:
            return -2;
    }
}

Task<ssize_t> Channel::receive(char* data, std::size_t size) {
    if (!tls_) co_return co_await socket.receive(data, size);
    for (;;) {
        std::size_t n = 0;
        bool ready = false;
        switch (tls_->read(data, size, n)) {
            case TlsStream::Outcome::done:
                co_return static_cast<ssize_t>(n);
            case TlsStream::Outcome::end:
                co_return 0;
            case TlsStream::Outcome::failed:
                co_return -1;
            case TlsStream::Outcome::want_read:
                ready = co_await socket.readable();
                break;
            case TlsStream::Outcome::want_write:
                ready = co_await socket.writable();
                break;
        }
        if (!ready) co_return -1;
    }
}

Task<bool> Channel::wait_writable() {
    socket.arm(limits_.write_timeout);
    bool ready = co_await socket.writable();
    if (socket.expired()) socket.reset();
    socket.disarm();
    co_return ready;
}

Task<bool> Channel::send(std::string_view first, std::string_view second, bool more_follows) {
    if (!tls_) return send_plain(first, second, more_follows);
    if (second.empty()) return send_tls(first);
    return send_tls_both(first, second);
}

Task<bool> Channel::send_plain(std::string_view first, std::string_view second, bool more_follows) {
    for (;;) {
        std::array<iovec, 2> pieces{iovec{const_cast<char*>(first.data()), first.size()},
                                    iovec{const_cast<char*>(second.data()), second.size()}};
        ssize_t sent = socket.try_send(pieces, more_follows);
        if (sent < 0) co_return false;
        std::size_t n = static_cast<std::size_t>(sent), of_first = std::min(n, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(n - of_first);
        if (first.empty() && second.empty()) co_return true;
        bool ready = co_await wait_writable();
        if (!ready) co_return false;
    }
}

Task<bool> Channel::send_tls_both(std::string_view first, std::string_view second) {
    // One record, one packet, where they fit.
    std::size_t joined = std::min(second.size(), tls_record_bytes - std::min(first.size(), tls_record_bytes));
    std::string front;
    front.reserve(first.size() + joined);
    front.append(first).append(second.substr(0, joined));
    bool sent = co_await send_tls(front);
    if (!sent) co_return false;
    co_return co_await send_tls(second.substr(joined));
}

Task<bool> Channel::send_tls(std::string_view bytes) {
    std::size_t since_yield = 0;
    while (!bytes.empty()) {
        std::size_t n = 0;
        bool ready = true;
        switch (tls_->write(bytes.data(), bytes.size(), n)) {
            case TlsStream::Outcome::done:
                bytes.remove_prefix(n);
                since_yield += n;
                break;
            case TlsStream::Outcome::want_write:
                ready = co_await wait_writable();
                break;
            case TlsStream::Outcome::want_read:
                socket.arm(limits_.write_timeout);
                ready = co_await socket.readable();
                socket.disarm();
                break;
            default:
                co_return false;
        }
        if (!ready) co_return false;
        if (since_yield >= burst_bytes) {
            co_await yield_to_others(socket.loop());
            since_yield = 0;
        }
    }
    co_return socket.is_open();
}

Task<bool> Channel::send_file(FileBody file) {
    if (!tls_) return send_file_plain(std::move(file));
    return send_file_by_copy(std::move(file));
}

Task<bool> Channel::send_file_plain(FileBody file) {
    std::size_t since_yield = 0;
    while (file.length > 0) {
        ssize_t n = socket.try_send_file(file.fd, file.offset, std::min<std::uint64_t>(file.length, sendfile_bytes));
        if (n < 0) co_return false;
        if (n == 0) {
            bool ready = co_await wait_writable();
            if (!ready) co_return false;
            since_yield = 0;
            continue;
        }
        file.offset += static_cast<std::uint64_t>(n);
        file.length -= static_cast<std::uint64_t>(n);
        since_yield += static_cast<std::size_t>(n);
        if (since_yield >= burst_bytes) {
            co_await yield_to_others(socket.loop());
            since_yield = 0;
        }
    }
    co_return true;
}

Task<bool> Channel::send_file_by_copy(FileBody file) {
    auto piece = std::make_unique_for_overwrite<char[]>(std::min<std::uint64_t>(file.length, file_piece_bytes));
    while (file.length > 0) {
        std::size_t want = std::min<std::uint64_t>(file.length, file_piece_bytes);
        ssize_t n = ::pread(file.fd, piece.get(), want, static_cast<off_t>(file.offset));
        if (n <= 0) co_return false;  // shorter than promised
        std::string_view bytes(piece.get(), static_cast<std::size_t>(n));
        bool sent = co_await send_tls(bytes);
        if (!sent) co_return false;
        file.offset += static_cast<std::uint64_t>(n);
        file.length -= static_cast<std::uint64_t>(n);
    }
    co_return true;
}

void Channel::finish() {
    if (!socket.is_open()) return;
    if (tls_) tls_->close_notify();
    socket.shutdown_write();
}

}  // namespace sekisho::http
