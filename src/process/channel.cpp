#include "process/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/descriptors.h"
#include "base/result.h"

namespace sekisho::process {
namespace {

constexpr std::string_view frame_magic = "skp1";
constexpr std::size_t head_bytes = 16;
constexpr std::size_t read_bytes = 256 << 10;
constexpr std::size_t fds_waiting_max = 1024;  // received, their frame not yet complete

void put_u32(std::string& out, std::size_t value) {
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>((value >> shift) & 0xff));
}

std::uint32_t get_u32(const char* at) {
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(at[i]);
    return value;
}

}  // namespace

std::string encode_frame(const Message& message, const ChannelLimits& limits) {
    if (message.type.empty() || message.type.size() > limits.type_bytes_max)
        throw ProtocolError("message type of a wrong length");
    if (message.body.size() > limits.body_bytes_max) throw ProtocolError("message \"" + message.type + "\" is too large");
    if (message.fds.size() > limits.fds_max) throw ProtocolError("message \"" + message.type + "\" has too many descriptors");
    std::string out;
    out.reserve(head_bytes + message.type.size() + message.body.size());
    out += frame_magic;
    put_u32(out, message.type.size());
    put_u32(out, message.body.size());
    put_u32(out, message.fds.size());
    out += message.type;
    out += message.body;
    return out;
}

void Decoder::feed(std::string_view bytes, std::vector<Fd> fds) {
    if (start_ > 0 && start_ == buffer_.size()) {
        buffer_.clear();
        start_ = 0;
    } else if (start_ > read_bytes) {
        buffer_.erase(0, start_);
        start_ = 0;
    }
    buffer_ += bytes;
    for (auto& fd : fds) fds_.push_back(std::move(fd));
    if (fds_.size() > fds_waiting_max) throw ProtocolError("too many descriptors wait for their frames");
}

std::optional<Message> Decoder::next() {
    std::size_t available = buffer_.size() - start_;
    if (available < head_bytes) return std::nullopt;
    const char* head = buffer_.data() + start_;
    if (std::string_view(head, frame_magic.size()) != frame_magic) throw ProtocolError("frame without its magic");
    std::size_t type_bytes = get_u32(head + 4), body_bytes = get_u32(head + 8), fd_count = get_u32(head + 12);
    // INVARIANT: limits are checked before anything is waited for, so a peer cannot make this side buffer without end.
    if (type_bytes == 0 || type_bytes > limits_.type_bytes_max) throw ProtocolError("frame with a type of a wrong length");
    if (body_bytes > limits_.body_bytes_max) throw ProtocolError("frame above the size limit");
    if (fd_count > limits_.fds_max) throw ProtocolError("frame with too many descriptors");
    if (available < head_bytes + type_bytes + body_bytes) return std::nullopt;
    if (fds_.size() < fd_count) throw ProtocolError("frame without its descriptors");
    Message message;
    message.type.assign(head + head_bytes, type_bytes);
    message.body.assign(head + head_bytes + type_bytes, body_bytes);
    for (std::size_t i = 0; i < fd_count; ++i) {
        message.fds.push_back(std::move(fds_.front()));
        fds_.pop_front();
    }
    start_ += head_bytes + type_bytes + body_bytes;
    // Descriptors that no frame has asked for by the time that every byte is consumed were smuggled in.
    if (start_ == buffer_.size() && !fds_.empty()) throw ProtocolError("descriptors that belong to no frame");
    return message;
}

Channel::Channel(Fd socket, ChannelLimits limits) : socket_(std::move(socket)), limits_(limits), decoder_(limits) {}

void Channel::send(Message message) {
    if (gone_) return;
    Outgoing out{encode_frame(message, limits_), 0, std::move(message.fds)};
    if (queued_bytes_ + out.bytes.size() > limits_.queued_bytes_max)
        throw ProtocolError("the peer does not read: queue is full");
    queued_bytes_ += out.bytes.size();
    out_.push_back(std::move(out));
    flush();
}

bool Channel::flush() {
    while (!out_.empty() && !gone_) {
        Outgoing& out = out_.front();
        std::vector<int> numbers;
        for (const auto& fd : out.fds) numbers.push_back(fd.get());
        ssize_t n = send_with_descriptors(socket_.get(), std::string_view(out.bytes).substr(out.sent), numbers, MSG_DONTWAIT);
        if (n < 0) {
            if (errno == EINTR) continue;
            // ETOOMANYREFS: the peer has more descriptors in flight than it may; it will read them.
            if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ETOOMANYREFS) return true;
            gone_ = true;
            out_.clear();
            queued_bytes_ = 0;
            return false;
        }
        out.fds.clear();  // delivered with the first byte; our copies are closed
        out.sent += static_cast<std::size_t>(n);
        queued_bytes_ -= static_cast<std::size_t>(n);
        if (out.sent == out.bytes.size()) out_.pop_front();
    }
    return !gone_;
}

bool Channel::receive() {
    std::vector<char> bytes(read_bytes);
    for (;;) {
        Received in = receive_with_descriptors(socket_.get(), bytes, MSG_DONTWAIT);
        if (in.bytes < 0 && errno == EINTR) continue;
        if (in.bytes < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
        if (in.bytes <= 0) return false;
        if (in.cut_off) throw ProtocolError("descriptors were cut off");
        std::size_t n = static_cast<std::size_t>(in.bytes);
        decoder_.feed(std::string_view(bytes.data(), n), std::move(in.fds));
        if (n < bytes.size()) return true;  // the rest comes with the next poll
    }
}

std::optional<Message> Channel::next() { return decoder_.next(); }

std::optional<Message> Channel::wait(std::chrono::milliseconds timeout) {
    auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        if (auto message = next()) return message;
        auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0) return std::nullopt;
        pollfd item{fd(), static_cast<short>(POLLIN | (wants_write() ? POLLOUT : 0)), 0};
        if (::poll(&item, 1, static_cast<int>(std::min<long long>(left, 1 << 30))) < 0 && errno != EINTR) throw_errno("poll");
        if (item.revents & POLLOUT) flush();
        if (item.revents & (POLLIN | POLLHUP | POLLERR)) {
            bool open = receive();
            if (auto message = next()) return message;
            if (!open) return std::nullopt;
        }
    }
}

bool Channel::drain(std::chrono::milliseconds timeout) {
    auto deadline = std::chrono::steady_clock::now() + timeout;
    while (flush() && wants_write()) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0) return false;
        pollfd item{fd(), POLLOUT, 0};
        if (::poll(&item, 1, static_cast<int>(left)) < 0 && errno != EINTR) throw_errno("poll");
    }
    return !gone_;
}

std::pair<Fd, Fd> channel_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) throw_errno("socketpair");
    return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace sekisho::process
