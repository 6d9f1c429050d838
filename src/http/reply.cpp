// Sending replies: strings, files, streams, and handing the connection over.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"
#include "base/log.h"
#include "base/result.h"
#include "http/conversation.h"
#include "http/core.h"

namespace sekisho::http {

namespace {

// Up to here a file is read and goes out with its head in one call; beyond it, sendfile is cheaper (of 64 KiB: 24 us, not 29).
constexpr std::uint64_t small_file_bytes_max = 16 * 1024;
constexpr std::size_t burst_bytes = 4 * 1024 * 1024;
constexpr std::size_t raw_piece_bytes = 64 * 1024;

Framing framing_of(const Reply& reply, bool head_request, bool http_1_1) {
    using Kind = Framing::Kind;
    if (std::holds_alternative<Upgrade>(reply.body)) return {Kind::upgrade, 0};
    if (reply.status < 200 || reply.status == 204 || reply.status == 304) return {Kind::none, 0};
    if (head_request && reply.head_content_length) return {Kind::length, *reply.head_content_length};
    if (auto* text = std::get_if<std::string>(&reply.body)) return {Kind::length, text->size()};
    if (auto* file = std::get_if<FileBody>(&reply.body)) return {Kind::length, file->length};
    const auto& stream = std::get<StreamBody>(reply.body);
    if (stream.length) return {Kind::length, *stream.length};
    return {http_1_1 ? Kind::chunked : Kind::until_close, 0};
}

}  // namespace

Task<bool> Conversation::send_reply(Reply reply, Outgoing& how) {
    Framing framing = framing_of(reply, how.head_request, how.http_1_1);
    if (framing.kind == Framing::Kind::until_close) how.reusable = false;
    bool bodyless = how.head_request || framing.kind == Framing::Kind::none || framing.kind == Framing::Kind::upgrade;

    // What can fail proves itself before a success is claimed for it: a small file whole, a stream by its first piece.
    auto* stream = std::get_if<StreamBody>(&reply.body);
    auto* file = std::get_if<FileBody>(&reply.body);
    bool small_file = file && !bodyless && file->length <= small_file_bytes_max;
    std::string first_piece;
    bool failed = small_file && !read_small_file(*file);
    if (stream && !bodyless && stream->length) {
        std::optional<std::string> pulled = co_await pull(stream->source.get());
        if (!channel_.socket.is_open()) co_return false;
        failed = !pulled;
        if (pulled) first_piece = std::move(*pulled);
    }
    if (failed) {
        reply = render(internal_error());
        framing = framing_of(reply, how.head_request, how.http_1_1);
        small_file = false;
    }

    Reuse reuse = !how.reusable ? Reuse::close : how.http_1_1 ? Reuse::keep_alive : Reuse::keep_alive_1_0;
    head_out_.clear();
    write_reply_head(head_out_, reply.status, reply.headers, framing, reuse, shard_.date());

    if (bodyless) co_return co_await channel_.send(head_out_);
    if (auto* text = std::get_if<std::string>(&reply.body)) co_return co_await channel_.send(head_out_, *text);
    if (small_file) co_return co_await send_small_file(file->length);
    if (file) {
        bool sent = co_await channel_.send(head_out_, std::string_view(), true);
        if (sent) sent = co_await channel_.send_file(std::move(*file));
        if (!sent) reset();
        co_return sent;
    }
    bool sent = co_await channel_.send(head_out_, first_piece);
    if (sent) sent = co_await send_stream(std::move(*stream), first_piece.size(), framing.kind == Framing::Kind::chunked);
    // Whoever promised more than came must not let the client believe that this was all.
    if (!sent) reset();
    co_return sent;
}

bool Conversation::read_small_file(const FileBody& file) {
    if (!shard_.scratch) shard_.scratch = std::make_unique_for_overwrite<char[]>(small_file_bytes_max);
    if (file.length == 0) return true;
    ssize_t n = ::pread(file.fd, shard_.scratch.get(), file.length, static_cast<off_t>(file.offset));
    if (n != static_cast<ssize_t>(file.length)) log::error("a file gave {} bytes of {}", n, file.length);
    return n == static_cast<ssize_t>(file.length);
}

Task<bool> Conversation::send_small_file(std::size_t length) {
    char* bytes = shard_.scratch.get();
    if (channel_.is_tls()) {
        std::string copy(bytes, length);
        co_return co_await channel_.send(head_out_, copy);
    }
    std::array<iovec, 2> pieces{iovec{head_out_.data(), head_out_.size()}, iovec{bytes, length}};
    ssize_t sent = channel_.socket.try_send(pieces);
    if (sent < 0) co_return false;
    std::size_t total = head_out_.size() + length, done = static_cast<std::size_t>(sent);
    if (done == total) co_return true;
    // The client is slower than that: the scratch belongs to the next connection, the rest waits in memory of its own.
    std::string rest;
    rest.reserve(total - done);
    if (done < head_out_.size()) rest.append(head_out_, done);
    std::size_t of_file = done > head_out_.size() ? done - head_out_.size() : 0;
    rest.append(bytes + of_file, length - of_file);
    co_return co_await channel_.send(rest);
}

Task<std::optional<std::string>> Conversation::pull(BodySource* source) {
    std::optional<std::string> piece;
    try {
        piece = co_await source->read();
    } catch (const std::exception& e) {
        log::error("reply on {}: {}", facts_.listener->name, e.what());
    } catch (...) {
        log::error("reply on {}: its source failed", facts_.listener->name);
    }
    if (!shard_.loop->is_current()) co_await yield_to_others(*shard_.loop);
    co_return piece;
}

Task<bool> Conversation::send_stream(StreamBody body, std::uint64_t sent_already, bool chunked) {
    std::uint64_t total = sent_already;
    std::size_t since_yield = 0;
    for (;;) {
        if (body.length && total > *body.length) co_return false;
        std::optional<std::string> pulled = co_await pull(body.source.get());
        if (!pulled) co_return false;
        std::string piece = std::move(*pulled);
        if (piece.empty()) break;
        total += piece.size();
        since_yield += piece.size();
        if (body.length && total > *body.length) co_return false;
        char size_line[20];
        std::size_t size_line_bytes = 0;
        if (chunked) {
            char* end = std::to_chars(size_line, size_line + 16, piece.size(), 16).ptr;
            *end++ = '\r', *end++ = '\n';
            size_line_bytes = static_cast<std::size_t>(end - size_line);
            piece.append("\r\n");
        }
        std::string_view prefix(size_line, size_line_bytes);
        bool sent = co_await channel_.send(prefix, piece);
        if (!sent) co_return false;
        if (since_yield >= burst_bytes) {
            since_yield = 0;
            co_await yield_to_others(*shard_.loop);
        }
    }
    if (body.length) co_return total == *body.length;
    if (!chunked) co_return true;
    co_return co_await channel_.send("0\r\n\r\n");
}

// The connection as the upgrade's owner sees it; ends with the conversation at the latest.
class Conversation::Raw final : public RawConnection, public std::enable_shared_from_this<Raw> {
   public:
    explicit Raw(std::shared_ptr<Conversation> conversation) : conversation_(std::move(conversation)) {}

    Task<std::string> read() override {
        SEKISHO_CHECK(conversation_->shard_.loop->is_current());
        Channel& channel = conversation_->channel_;
        std::string piece(channel.buffered());
        channel.consume(piece.size());
        if (!piece.empty() || closed_) co_return piece;
        piece.resize(raw_piece_bytes);
        ssize_t n = co_await channel.receive(piece.data(), piece.size());
        piece.resize(n > 0 && !closed_ ? static_cast<std::size_t>(n) : 0);
        co_return piece;
    }

    Task<void> write(std::string bytes) override {
        SEKISHO_CHECK(conversation_->shard_.loop->is_current());
        if (closed_) throw Fault("write to a connection that was closed");
        bool sent = co_await conversation_->channel_.send(bytes);
        if (!sent) throw Fault("the client's connection is gone");
    }

    bool gone() const override {
        pollfd socket{conversation_->channel_.socket.get(), POLLRDHUP, 0};
        return closed_ || ::poll(&socket, 1, 0) != 0;
    }

    void close() override {
        if (!conversation_->shard_.loop->is_current()) {
            conversation_->shard_.loop->post([self = shared_from_this()] { self->close(); });
            return;
        }
        if (std::exchange(closed_, true)) return;
        conversation_->channel_.finish();
        conversation_->channel_.socket.cancel();
    }

   private:
    std::shared_ptr<Conversation> conversation_;
    bool closed_ = false;
};

Task<void> Conversation::upgrade(Upgrade function) {
    auto raw = std::make_shared<Raw>(shared_from_this());
    try {
        co_await function(raw);
    } catch (const std::exception& e) {
        log::warning("upgraded connection on {}: {}", facts_.listener->name, e.what());
    }
    if (!shard_.loop->is_current()) co_await yield_to_others(*shard_.loop);
    raw->close();
    co_await linger();
}

}  // namespace sekisho::http
