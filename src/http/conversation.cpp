#include "http/conversation.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <tuple>

#include "base/log.h"
#include "http/core.h"
#include "http/proxy_protocol.h"
#include "http/socket_address.h"

namespace sekisho::http {

namespace {

constexpr char tls_handshake_record = 0x16;

bool any_contains(const std::vector<Cidr>& blocks, const IpAddress& ip) {
    return std::ranges::any_of(blocks, [&](const Cidr& block) { return block.contains(ip); });
}

}  // namespace

Conversation::Conversation(std::shared_ptr<Server::Core> core, Shard& shard, std::shared_ptr<ListenerState> listener, Fd fd)
    : core_(std::move(core)),
      shard_(shard),
      listener_(std::move(listener)),
      channel_(*shard.loop, std::move(fd), core_->limits) {}

Task<void> Conversation::run(std::shared_ptr<Conversation> self) {
    // Faults of one connection (no memory, the kernel) end that connection.
    try {
        if (co_await self->greet()) co_await self->serve();
    } catch (const std::exception& e) {
        log::error("connection on {}: {}", self->facts_.listener ? self->facts_.listener->name : "?", e.what());
        self->reset();
    }
    self->channel_.socket.close();
}

void Conversation::read_socket_facts() {
    facts_.listener = listener_->facts;
    std::tie(facts_.peer, facts_.peer_port) = peer_of(channel_.socket.get());
    std::tie(facts_.local, facts_.local_port) = local_of(channel_.socket.get());
    int on = 1;  // not TCP: an error, of no consequence
    ::setsockopt(channel_.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(channel_.socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

Task<bool> Conversation::greet() {
    read_socket_facts();
    const Listener& listener = *facts_.listener;
    if (!listener.only_destinations.empty() && !any_contains(listener.only_destinations, facts_.local)) {
        reset();
        co_return false;
    }
    // Everybody else's PROXY header is just a bad request line.
    if (any_contains(listener.proxy_protocol_from, facts_.peer)) {
        bool read = co_await read_proxy_header();
        if (!read) {
            reset();
            co_return false;
        }
    }
    channel_.socket.arm(core_->limits.head_timeout);
    if (channel_.buffered().empty()) {
        ssize_t n = co_await channel_.fill(core_->limits.head_bytes_max);
        if (n <= 0) co_return false;
    }
    if (channel_.buffered().front() != tls_handshake_record) co_return true;
    if (core_->tls) facts_.tls = co_await channel_.start_tls(core_->tls->server_context());
    if (!facts_.tls) reset();
    facts_.tls_version = channel_.tls_version();
    co_return facts_.tls;
}

Task<bool> Conversation::read_proxy_header() {
    channel_.socket.arm(core_->limits.proxy_timeout);
    for (;;) {
        ProxyParse parsed = parse_proxy_header(channel_.buffered());
        if (parsed.state == ProxyParse::State::bad) co_return false;
        if (parsed.state == ProxyParse::State::complete) {
            channel_.consume(parsed.header.bytes);
            if (const auto& addresses = parsed.header.addresses) {
                facts_.peer = addresses->source;
                facts_.peer_port = addresses->source_port;
                facts_.local = addresses->destination;
                facts_.local_port = addresses->destination_port;
                facts_.proxy_vpce = std::move(parsed.header.vpce);
            }
            co_return true;
        }
        ssize_t n = co_await channel_.fill(proxy_header_bytes_max);
        if (n <= 0) co_return false;
    }
}

Task<void> Conversation::serve() {
    for (;;) {
        std::size_t size = co_await read_head();
        if (size == 0) co_return;
        std::expected<Head, HttpFault> head = parse_head(channel_.buffered().substr(0, size), core_->limits);
        channel_.consume(size);
        if (!head) {
            co_await send_fault(std::move(head.error()), false);
            co_return;
        }
        core_->requests_total.fetch_add(1, std::memory_order_relaxed);
        bool goes_on = co_await answer(std::move(*head));
        if (!goes_on) co_return;
    }
}

Task<std::size_t> Conversation::read_head() {
    const Limits& limits = core_->limits;
    std::size_t searched = 0;
    bool begun = false;
    bool waits_idly = !first_request_ && channel_.buffered().empty();
    channel_.socket.arm(waits_idly ? limits.idle_timeout : limits.head_timeout);
    first_request_ = false;
    for (;;) {
        // RFC 9112 section 2.2: empty lines before a request are passed over.
        while (!begun && channel_.buffered().starts_with("\r\n")) channel_.consume(2);
        std::string_view there = channel_.buffered();
        if (!begun && !there.empty() && there != "\r") {
            begun = true;
            if (!std::isalpha(static_cast<unsigned char>(there.front()))) {
                co_await send_fault(bad_request(), false);
                co_return 0;
            }
        }
        std::size_t end = there.find("\r\n\r\n", searched);
        if (end != there.npos && end + 4 <= limits.head_bytes_max) {
            channel_.socket.disarm();
            idle_ = false;
            co_return end + 4;
        }
        if (there.size() >= limits.head_bytes_max) {
            bool target_alone = there.find("\r\n") == there.npos;
            HttpFault fault = target_alone ? target_too_long() : head_too_large();
            co_await send_fault(std::move(fault), false);
            co_return 0;
        }
        searched = there.size() < 3 ? 0 : there.size() - 3;

        idle_ = there.empty();
        if (shard_.stopping && idle_) co_return 0;
        ssize_t n;
        if (channel_.is_tls()) {
            n = co_await channel_.fill(limits.head_bytes_max);
        } else {
            std::span<char> to = channel_.room(limits.head_bytes_max);
            n = co_await channel_.socket.receive(to.data(), to.size());
            if (n > 0) channel_.came(static_cast<std::size_t>(n));
        }
        // The deadline may have passed although bytes came just then.
        if (n <= 0 || channel_.socket.expired()) {
            if (begun && channel_.socket.expired()) co_await send_fault(request_timeout(), false);
            co_return 0;
        }
        if (there.empty()) channel_.socket.arm(limits.head_timeout);
    }
}

Reply Conversation::render(HttpFault fault) const {
    Reply reply;
    if (core_->errors) {
        reply = core_->errors(fault.status, std::move(fault.code), std::move(fault.message));
        if (!std::holds_alternative<std::string>(reply.body)) reply.body = std::string();  // an error is text
        return reply;
    }
    reply.status = fault.status;
    reply.headers.add("Content-Type", "text/plain");
    reply.body = fault.code + ": " + fault.message + "\n";
    return reply;
}

Task<void> Conversation::send_fault(HttpFault fault, bool head_request) {
    idle_ = false;
    body_.broken = true;
    Reply reply = render(std::move(fault));
    reply.close = true;
    Outgoing how{head_request, true, false};
    bool sent = co_await send_reply(std::move(reply), how);
    if (sent) co_await linger();
}

Task<Reply> Conversation::run_handler(Head head) {
    Request request;
    request.body = begin_body(head);
    request.method = std::move(head.method);
    request.target = std::move(head.target);
    request.path = std::move(head.path);
    request.query = std::move(head.query);
    request.headers = std::move(head.headers);
    request.connection = facts_;
    std::optional<HttpFault> fault;
    try {
        co_return co_await core_->handler(std::move(request));
    } catch (BodyFault& body) {
        fault = HttpFault{body.status, std::move(body.code), std::move(body.message)};
    } catch (const std::exception& e) {
        log::error("request on {}: {}", facts_.listener->name, e.what());
    } catch (...) {
        log::error("request on {}: an unknown exception", facts_.listener->name);
    }
    co_return render(fault ? std::move(*fault) : internal_error());
}

Task<bool> Conversation::answer(Head head) {
    Outgoing how{head.method == "HEAD", head.http_1_1, head.keep_alive};
    Reply reply = co_await run_handler(std::move(head));
    // Replies to what came in one turn of the loop go out one after the other: the client's processor is woken once, not for each.
    co_await yield_to_others(*shard_.loop);
    // INVARIANT: a connection that was closed under its handler sends nothing.
    if (!channel_.socket.is_open()) co_return false;

    // An empty body that nobody read. RFC 9110 section 10.1.1 allows an answer without "100 Continue" here, but botocore then
    // takes this answer's status line for the next answer's, and waits a minute for an end: so it is sent, or the connection
    // ends, as it does after any other answer that came early.
    if (body_.continue_wanted && body_state() == BodyState::complete && channel_.buffered().empty()) {
        bool sent = reply.status < 300 && co_await send_continue();
        if (!sent) how.reusable = false;
    }
    if (!std::holds_alternative<StreamBody>(reply.body)) drain_small_body();  // a stream may still read it
    if (reply.close || shard_.stopping || body_state() != BodyState::complete) how.reusable = false;

    if (auto* function = std::get_if<Upgrade>(&reply.body)) {
        Upgrade take_over = std::move(*function);
        bool sent = co_await send_reply(std::move(reply), how);
        if (sent) co_await upgrade(std::move(take_over));
        co_return false;
    }
    bool sent = co_await send_reply(std::move(reply), how);
    bool unread = body_state() != BodyState::complete;
    body_.request += 1;  // a reader that the handler kept is a stranger from here on
    if (sent && how.reusable && !unread) co_return true;
    if (sent && (unread || !channel_.buffered().empty())) co_await linger();
    co_return false;
}

// Closing with unread input makes the kernel send a reset, which can destroy the reply before the client has read it. So the
// end is announced, and what still comes is thrown away for a while.
Task<void> Conversation::linger() {
    channel_.finish();
    Milliseconds end = coarse_now() + 15 * core_->limits.linger_timeout;
    char ignored[16 * 1024];
    for (;;) {
        Milliseconds left = end - coarse_now();
        if (left <= Milliseconds(0)) co_return;
        channel_.socket.arm(std::min(left, core_->limits.linger_timeout));
        ssize_t n = co_await channel_.socket.receive(ignored, sizeof ignored);
        if (n <= 0) co_return;
    }
}

}  // namespace sekisho::http
