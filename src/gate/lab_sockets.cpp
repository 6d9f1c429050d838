#include "gate/lab_sockets.h"

#include "base/log.h"
#include "http/datagram.h"
#include "http/framed.h"

namespace sekisho::gate {

namespace {

// The lab numbers its sockets from 1; the host's listeners have small numbers of their own.
constexpr std::uint64_t lab_listeners_from = std::uint64_t(1) << 32;

http::Listener listener_of(const net::OpenedSocket& socket) {
    http::Listener listener;
    listener.id = lab_listeners_from + socket.id;
    listener.kind = socket.kind == net::SocketKind::metadata ? http::Listener::Kind::metadata : http::Listener::Kind::api;
    listener.name = socket.name;
    listener.vpce = socket.vpce;
    listener.vpc = socket.vpc;
    listener.account = socket.account;
    listener.region = socket.region;
    listener.internet = socket.internet;
    for (const std::string& text : socket.only_destinations) {
        auto cidr = Cidr::parse(text);
        if (!cidr) throw Fault("the lab announced a socket with a bad CIDR");
        listener.only_destinations.push_back(*cidr);
    }
    return listener;
}

}  // namespace

LabSockets::LabSockets(http::Server& server, http::LoopPool& loops, Resolve resolve)
    : server_(server), loops_(loops), resolve_(std::move(resolve)) {}

process::LabCallbacks LabSockets::callbacks() {
    return {[this](net::OpenedSocket socket, Fd fd) { opened(std::move(socket), std::move(fd)); },
            [this](std::uint64_t id) { return closed(id); }};
}

void LabSockets::opened(net::OpenedSocket socket, Fd fd) {
    if (socket.kind != net::SocketKind::dns) {
        server_.add_listener(std::move(fd), listener_of(socket));
        return;
    }
    auto answer = [this, vpc = socket.vpc](std::string_view message, IpAddress, std::uint16_t) -> std::optional<std::string> {
        auto question = dns::parse_question(message);
        if (!question) return std::nullopt;
        return dns::write_answer(*question, question->wire_name.empty() ? dns::Answer{} : resolve_(*question, vpc));
    };
    std::shared_ptr<void> service;  // an owner of either kind
    if (socket.datagram)
        service = http::serve_datagrams(loops_, std::move(fd), std::move(answer));
    else
        service = http::serve_frames(loops_, std::move(fd), std::move(answer));
    std::lock_guard lock(mutex_);
    if (!stopped_) resolvers_[socket.id] = std::move(service);
}

void LabSockets::stop() {
    std::map<std::uint64_t, std::shared_ptr<void>> closing;
    std::lock_guard lock(mutex_);
    stopped_ = true;
    closing.swap(resolvers_);
}

Task<void> LabSockets::closed(std::uint64_t id) {
    std::shared_ptr<void> resolver;
    {
        std::lock_guard lock(mutex_);
        if (auto found = resolvers_.find(id); found != resolvers_.end()) {
            resolver = std::move(found->second);
            resolvers_.erase(found);
        }
    }
    if (!resolver) co_await server_.remove_listener(lab_listeners_from + id);
}

}  // namespace sekisho::gate
