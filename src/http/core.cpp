#include "http/core.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"

namespace sekisho::http {

namespace {

constexpr Milliseconds accept_pause{100};  // when the process is out of descriptors or memory
constexpr int accepts_per_turn = 64;

Milliseconds sweep_interval_of(const Limits& limits) {
    Milliseconds least = std::min({limits.idle_timeout, limits.head_timeout, limits.body_timeout, limits.write_timeout,
                                   limits.handshake_timeout, limits.proxy_timeout, limits.linger_timeout});
    return std::clamp(least / 4, Milliseconds(5), Milliseconds(500));
}

bool is_shortage(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

void reset_now(Fd fd) {
    linger now{1, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

std::string_view Shard::date() {
    std::int64_t second = ::time(nullptr);
    if (second != date_second_) {
        date_ = http_date(from_epoch_millis(second * 1000));
        date_second_ = second;
    }
    return date_;
}

Server::Core::Core(LoopPool& loops, Limits given, std::shared_ptr<TlsProvider> tls_provider, Handler on_request,
                   ErrorRenderer on_error)
    : limits(given),
      tls(std::move(tls_provider)),
      handler(std::move(on_request)),
      errors(std::move(on_error)),
      loops_(loops),
      sweep_interval_(sweep_interval_of(given)) {
    for (std::size_t i = 0; i < loops.size(); ++i) {
        shards_.push_back(std::make_unique<Shard>());
        shards_.back()->loop = &loops.asio_loop(i);
    }
}

void Server::Core::background_started() {
    std::lock_guard lock(mutex_);
    ++live_;
}

void Server::Core::background_ended() {
    std::lock_guard lock(mutex_);
    --live_;
    idle_.notify_all();
}

std::uint64_t Server::Core::add_listener(Fd listening_socket, Listener facts) {
    auto listener = std::make_shared<ListenerState>();
    {
        std::lock_guard lock(mutex_);
        if (stopped_) throw Fault("the server is stopped");
        if (facts.id == 0) facts.id = next_id_++;
        if (!listeners_.emplace(facts.id, listener).second)
            throw Fault("listener " + std::to_string(facts.id) + " is there already");
        ++live_;
    }
    std::uint64_t id = facts.id;
    listener->facts = std::make_shared<const Listener>(std::move(facts));
    listener->home = turn_.fetch_add(1) % shards_.size();
    Shard& home = *shards_[listener->home];
    auto fd = std::make_shared<Fd>(std::move(listening_socket));
    home.loop->post([self = shared_from_this(), &home, listener, fd] {
        if (listener->removed) ::shutdown(fd->get(), SHUT_RDWR);  // removed before it was opened
        if (listener->removed || home.stopping) return self->background_ended();
        try {
            listener->socket = std::make_unique<Socket>(*home.loop, std::move(*fd));
        } catch (const std::exception& e) {
            log::error("listener {}: {}", listener->facts->name, e.what());
            return self->background_ended();
        }
        spawn(accept_loop(self, listener), [self](std::exception_ptr) { self->background_ended(); });
    });
    return id;
}

void Server::Core::add_connection(Fd connected_socket, std::shared_ptr<const Listener> facts) {
    auto listener = std::make_shared<ListenerState>();
    listener->facts = std::move(facts);
    {
        std::lock_guard lock(mutex_);
        if (stopped_) return reset_now(std::move(connected_socket));
    }
    accepted(std::move(connected_socket), listener);
}

Task<void> Server::Core::accept_loop(std::shared_ptr<Core> self, std::shared_ptr<ListenerState> listener) {
    bool was_short = false;
    while (listener->socket->is_open()) {
        bool ready = co_await listener->socket->readable();
        int error = 0;
        for (int i = 0; ready && i < accepts_per_turn && listener->socket->is_open(); ++i) {
            Fd fd(::accept4(listener->socket->get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            error = fd ? 0 : errno;
            if (!fd && (error == ECONNABORTED || error == EINTR || error == EPROTO)) continue;
            if (!fd) break;
            self->accepted(std::move(fd), listener);
            was_short = false;
        }
        if (is_shortage(error)) {
            if (!was_short) log::warning("listener {}: out of descriptors or memory, accepting pauses", listener->facts->name);
            was_short = true;
            co_await sleep_for(accept_pause);
        } else if (error != 0 && error != EAGAIN && error != ECONNABORTED && error != EINTR && error != EPROTO) {
            // Another holder of the socket shut it down.
            log::warning("listener {}: {}", listener->facts->name, std::generic_category().message(error));
            listener->socket->close();
        }
    }
    listener->socket.reset();
}

void Server::Core::accepted(Fd fd, const std::shared_ptr<ListenerState>& listener) {
    bool room = connections_open.fetch_add(1) < limits.connections_max;
    room = listener->open.fetch_add(1) < limits.connections_per_listener_max && room;
    if (!room) {
        connections_open.fetch_sub(1);
        listener->open.fetch_sub(1);
        return reset_now(std::move(fd));
    }
    connections_total.fetch_add(1, std::memory_order_relaxed);
    background_started();
    Shard& shard = *shards_[turn_.fetch_add(1, std::memory_order_relaxed) % shards_.size()];
    if (shard.loop->is_current()) return begin(shard, std::move(fd), listener);
    auto held = std::make_shared<Fd>(std::move(fd));
    shard.loop->post([self = shared_from_this(), &shard, held, listener] { self->begin(shard, std::move(*held), listener); });
}

void Server::Core::begin(Shard& shard, Fd fd, std::shared_ptr<ListenerState> listener) {
    // INVARIANT: after a listener's removal has passed this shard, none of its connections begins here.
    std::shared_ptr<Conversation> conversation;
    if (!listener->removed && !shard.stopping) {
        try {
            conversation = std::make_shared<Conversation>(shared_from_this(), shard, listener, std::move(fd));
        } catch (const std::exception& e) {
            log::error("connection on {}: {}", listener->facts->name, e.what());
        }
    }
    if (!conversation) {
        if (fd) reset_now(std::move(fd));
        listener->open.fetch_sub(1);
        connections_open.fetch_sub(1);
        return background_ended();
    }
    shard.conversations.insert(conversation.get());
    if (!std::exchange(shard.sweeping, true)) sweep_later(shard);
    spawn(Conversation::run(conversation),
          [self = shared_from_this(), conversation](std::exception_ptr) { self->ended(*conversation); });
}

void Server::Core::ended(Conversation& conversation) {
    conversation.shard().conversations.erase(&conversation);
    conversation.listener()->open.fetch_sub(1);
    connections_open.fetch_sub(1);
    background_ended();
}

void Server::Core::sweep(Shard& shard) {
    Milliseconds now = coarse_now();
    for (Conversation* conversation : shard.conversations) conversation->channel().socket.expire_if_due(now);
    shard.sweeping = !shard.conversations.empty();
    if (shard.sweeping) sweep_later(shard);
}

void Server::Core::sweep_later(Shard& shard) {
    shard.loop->post_after(sweep_interval_, [weak = weak_from_this(), &shard] {
        if (auto self = weak.lock()) self->sweep(shard);
    });
}

void Server::Core::on_each_shard(std::function<void(Shard&)> work, std::function<void()> done) {
    auto left = std::make_shared<std::atomic<std::size_t>>(shards_.size());
    auto shared_work = std::make_shared<std::function<void(Shard&)>>(std::move(work));
    auto shared_done = std::make_shared<std::function<void()>>(std::move(done));
    for (auto& shard : shards_) {
        shard->loop->post([self = shared_from_this(), &shard = *shard, left, shared_work, shared_done] {
            (*shared_work)(shard);
            if (left->fetch_sub(1) == 1) (*shared_done)();
        });
    }
}

Task<void> Server::Core::remove_listener(std::uint64_t id) {
    auto self = shared_from_this();
    std::shared_ptr<ListenerState> listener;
    {
        std::lock_guard lock(mutex_);
        auto found = listeners_.find(id);
        if (found != listeners_.end()) {
            listener = found->second;
            listener->removed = true;
        }
    }
    // Every shard closes what it has of the listener; what was accepted and has not begun yet sees `removed`.
    std::function<void(Shard&)> close_all = [self, id, listener](Shard& shard) {
        if (listener && self->shards_[listener->home].get() == &shard && listener->socket) {
            // Also for other holders of the socket, and with it the connections that nobody accepted yet.
            if (listener->socket->is_open()) ::shutdown(listener->socket->get(), SHUT_RDWR);
            listener->socket->close();
        }
        for (Conversation* conversation : shard.conversations)
            if (conversation->listener()->facts->id == id) conversation->reset();
    };
    std::function<void(std::function<void()>)> start = [self, close_all](std::function<void()> resume) {
        self->on_each_shard(close_all, std::move(resume));
    };
    co_await resume_later(std::move(start));
    if (listener) {
        std::lock_guard lock(mutex_);
        listeners_.erase(id);
    }
}

bool Server::Core::stop(std::chrono::milliseconds grace) {
    std::vector<std::shared_ptr<ListenerState>> listeners;
    {
        std::unique_lock lock(mutex_);
        stopped_ = true;
        for (auto& [id, listener] : listeners_) listeners.push_back(listener);
        if (live_ == 0) return true;
    }
    for (auto& shard : shards_) SEKISHO_CHECK(!shard->loop->is_current());
    auto self = shared_from_this();
    on_each_shard(
        [self, listeners](Shard& shard) {
            shard.stopping = true;
            for (auto& listener : listeners)
                if (self->shards_[listener->home].get() == &shard && listener->socket) listener->socket->close();
            for (Conversation* conversation : shard.conversations)
                if (conversation->is_idle()) conversation->channel().socket.close();
        },
        [] {});
    auto wait = [&](std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        return idle_.wait_for(lock, time, [&] { return live_ == 0; });
    };
    if (wait(grace)) return true;
    on_each_shard(
        [](Shard& shard) {
            for (Conversation* conversation : shard.conversations) conversation->reset();
        },
        [] {});
    return wait(std::chrono::seconds(1));
}

}  // namespace sekisho::http
