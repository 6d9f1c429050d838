// Reading a request's body: counted, chunked, and what a slow or vanished sender gets.
#include <algorithm>

#include "base/check.h"
#include "http/conversation.h"
#include "http/core.h"

namespace sekisho::http {

namespace {

constexpr std::size_t piece_bytes_max = 256 * 1024;
constexpr std::size_t piece_bytes_initial = 16 * 1024;  // doubled while the client fills them
constexpr std::size_t drained_bytes_max = 64 * 1024;

BodyFault fault(HttpFault told) { return {told.status, std::move(told.code), std::move(told.message)}; }

BodyFault incomplete() {
    return {400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header"};
}

}  // namespace

// What the handler holds. Outlives neither its request's usefulness nor needs the connection to be open.
class RequestBody final : public BodyReader {
   public:
    RequestBody(std::weak_ptr<Conversation> conversation, std::uint64_t request, std::optional<std::uint64_t> length)
        : conversation_(std::move(conversation)), request_(request), length_(length) {}

    Task<std::string> read() override {
        auto conversation = conversation_.lock();
        if (!conversation || conversation->body_.request != request_ || !conversation->channel_.socket.is_open())
            throw incomplete();
        return read_body(std::move(conversation));
    }
    std::optional<std::uint64_t> content_length() const override { return length_; }

   private:
    static Task<std::string> read_body(std::shared_ptr<Conversation> conversation) {
        std::string piece = co_await conversation->read_body();
        co_return piece;
    }

    std::weak_ptr<Conversation> conversation_;
    std::uint64_t request_;
    std::optional<std::uint64_t> length_;
};

std::unique_ptr<BodyReader> Conversation::begin_body(const Head& head) {
    std::uint64_t request = body_.request + 1;
    body_ = Body{};
    body_.request = request;
    body_.remaining = head.content_length;
    body_.piece_bytes = piece_bytes_initial;
    body_.continue_wanted = head.expects_continue;
    if (head.chunked) body_.chunks = std::make_unique<ChunkDecoder>();
    return std::make_unique<RequestBody>(weak_from_this(), request,
                                         head.chunked ? std::nullopt : std::optional(head.content_length));
}

Conversation::BodyState Conversation::body_state() const {
    if (body_.broken) return BodyState::broken;
    bool complete = body_.chunks ? body_.chunks_done : body_.remaining == 0;
    return complete ? BodyState::complete : BodyState::unread;
}

Task<std::string> Conversation::read_body() {
    SEKISHO_CHECK(shard_.loop->is_current());
    if (body_.broken) throw incomplete();
    if (body_.continue_wanted) {
        bool sent = co_await send_continue();
        if (!sent) {
            body_.broken = true;
            throw incomplete();
        }
    }
    if (body_state() == BodyState::complete) co_return std::string();
    std::string piece;
    if (body_.chunks)
        piece = co_await read_chunked();
    else
        piece = co_await read_counted();
    co_return piece;
}

Task<bool> Conversation::send_continue() {
    body_.continue_wanted = false;
    if (!channel_.buffered().empty()) co_return true;  // RFC 9110 section 10.1.1: not needed once something has come
    bool sent = co_await channel_.send("HTTP/1.1 100 Continue\r\n\r\n");
    co_return sent;
}

Task<std::string> Conversation::read_counted() {
    std::string piece;
    std::string_view there = channel_.buffered().substr(0, std::min<std::uint64_t>(body_.remaining, piece_bytes_max));
    if (!there.empty()) {
        piece = there;
        channel_.consume(piece.size());
    } else {
        // Straight into what is given out. Its size follows the sender, so that many slow ones do not hold much.
        std::size_t want = std::min<std::uint64_t>(body_.remaining, body_.piece_bytes);
        piece.resize_and_overwrite(want, [](char*, std::size_t n) { return n; });
        Milliseconds begun = arm_body_deadline();
        ssize_t n = co_await channel_.receive(piece.data(), piece.size());
        body_.waited += coarse_now() - begun;
        if (n <= 0) body_failed(n);
        channel_.socket.disarm();
        piece.resize(static_cast<std::size_t>(n));
        if (piece.size() == want)
            body_.piece_bytes = std::min(body_.piece_bytes * 2, piece_bytes_max);
        else if (piece.size() < want / 4)
            body_.piece_bytes = std::max(body_.piece_bytes / 2, piece_bytes_initial);
    }
    body_.received += piece.size();
    body_.remaining -= piece.size();
    co_return piece;
}

Task<std::string> Conversation::read_chunked() {
    std::string piece;
    for (;;) {
        std::size_t used = 0;
        auto state = body_.chunks->decode(channel_.buffered(), piece, piece_bytes_max, used);
        channel_.consume(used);
        if (state == ChunkDecoder::State::done) {
            body_.chunks_done = true;
            co_return piece;
        }
        if (state == ChunkDecoder::State::bad) {
            body_.broken = true;
            throw fault(bad_request());
        }
        if (!piece.empty()) {
            body_.received += piece.size();
            co_return piece;
        }
        // What is left in the buffer is part of a size line or of the trailers.
        if (channel_.buffered().size() >= core_->limits.chunk_line_bytes_max) {
            body_.broken = true;
            throw fault(bad_request());
        }
        Milliseconds begun = arm_body_deadline();
        ssize_t n = co_await channel_.fill(core_->limits.head_bytes_max);
        body_.waited += coarse_now() - begun;
        if (n <= 0) body_failed(n);
        channel_.socket.disarm();
    }
}

// One wait may last body_timeout; all waits together as long as the least rate allows for what has come. Only time that is
// spent waiting for the client counts.
Milliseconds Conversation::arm_body_deadline() {
    const Limits& limits = core_->limits;
    Milliseconds earned(limits.body_bytes_per_second_min == 0 ? 0 : body_.received * 1000 / limits.body_bytes_per_second_min);
    Milliseconds allowed = limits.body_timeout + earned - body_.waited;
    if (limits.body_bytes_per_second_min == 0) allowed = limits.body_timeout;
    channel_.socket.arm(std::clamp(allowed, Milliseconds(0), limits.body_timeout));
    return coarse_now();
}

void Conversation::body_failed(ssize_t) {
    bool slow = channel_.socket.expired();
    channel_.socket.disarm();
    body_.broken = true;
    throw slow ? fault(request_timeout()) : incomplete();
}

// A body that nobody read: thrown away if all of it is here already, so that the connection can go on.
void Conversation::drain_small_body() {
    std::size_t drained = 0;
    std::string thrown_away;
    while (body_state() == BodyState::unread && drained <= drained_bytes_max) {
        if (channel_.buffered().empty() && channel_.try_fill(core_->limits.head_bytes_max) <= 0) return;
        std::size_t used = 0;
        if (body_.chunks) {
            thrown_away.clear();
            auto state = body_.chunks->decode(channel_.buffered(), thrown_away, drained_bytes_max, used);
            body_.chunks_done = state == ChunkDecoder::State::done;
            body_.broken = state == ChunkDecoder::State::bad;
            if (used == 0 && state == ChunkDecoder::State::more) return;  // half a line: not worth waiting for
        } else {
            used = std::min<std::uint64_t>(channel_.buffered().size(), body_.remaining);
            body_.remaining -= used;
        }
        channel_.consume(used);
        drained += used;
    }
}

}  // namespace sekisho::http
