#include "http/server.h"

#include "base/log.h"
#include "http/core.h"

namespace sekisho::http {

Server::Server(LoopPool& loops, Limits limits, std::shared_ptr<TlsProvider> tls, Handler handler, ErrorRenderer errors)
    : core_(std::make_shared<Core>(loops, limits, std::move(tls), std::move(handler), std::move(errors))) {}

Server::~Server() {
    if (!stop(std::chrono::milliseconds(0))) log::error("the HTTP server ends with requests in progress");
}

std::uint64_t Server::add_listener(Fd listening_socket, Listener facts) {
    return core_->add_listener(std::move(listening_socket), std::move(facts));
}

void Server::add_connection(Fd connected_socket, std::shared_ptr<const Listener> facts) {
    core_->add_connection(std::move(connected_socket), std::move(facts));
}

Task<void> Server::remove_listener(std::uint64_t id) { return core_->remove_listener(id); }
bool Server::stop(std::chrono::milliseconds grace) { return core_->stop(grace); }

std::uint64_t Server::connections_open() const { return core_->connections_open; }
std::uint64_t Server::connections_total() const { return core_->connections_total; }
std::uint64_t Server::requests_total() const { return core_->requests_total; }

}  // namespace sekisho::http
