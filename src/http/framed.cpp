#include "http/framed.h"

#include <sys/socket.h>

#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "base/log.h"
#include "http/socket.h"
#include "http/socket_address.h"

namespace sekisho::http {

std::optional<std::string> FrameReader::next() {
    if (too_long_ || buffer_.size() < 2) return std::nullopt;
    std::size_t length =
        static_cast<std::size_t>(static_cast<unsigned char>(buffer_[0])) << 8 | static_cast<unsigned char>(buffer_[1]);
    too_long_ = length > message_bytes_max_;
    if (too_long_ || buffer_.size() < 2 + length) return std::nullopt;
    std::string message = buffer_.substr(2, length);
    buffer_.erase(0, 2 + length);
    return message;
}

namespace frames {
namespace {

constexpr std::size_t reply_bytes_max = 0xffff;
constexpr Milliseconds accept_pause{100};  // when the process is out of descriptors or memory

struct Connection {
    Connection(AsioLoop& loop, Fd fd) : socket(loop, std::move(fd)) { std::tie(peer, port) = peer_of(socket.get()); }
    Socket socket;
    IpAddress peer;
    std::uint16_t port = 0;
};

// Everything but the last three members is used on the loop's thread only.
struct Shared : std::enable_shared_from_this<Shared> {
    Shared(AsioLoop& l, DatagramHandler h, FrameLimits m) : loop(l), handler(std::move(h)), limits(m) {}
    AsioLoop& loop;
    DatagramHandler handler;
    FrameLimits limits;
    std::unique_ptr<Socket> listener;
    std::set<Connection*> connections;
    std::map<IpAddress, std::size_t> connections_of;
    std::size_t running = 0;  // coroutines
    bool stopping = false, sweeping = false;

    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;

    void one_ended() {
        if (--running > 0) return;
        listener.reset();
        std::lock_guard lock(mutex);
        ended = true;
        changed.notify_all();
    }
    void stop() {
        stopping = true;
        if (listener) listener->close();
        for (Connection* connection : connections) connection->socket.close();
    }
    void sweep_later() {
        if (std::exchange(sweeping, true)) return;
        loop.post_after(limits.message_timeout / 4, [weak = weak_from_this()] {
            auto self = weak.lock();
            if (!self) return;
            self->sweeping = false;
            for (Connection* connection : self->connections) connection->socket.expire_if_due(coarse_now());
            if (!self->connections.empty()) self->sweep_later();
        });
    }
};

Task<bool> send_frame(std::shared_ptr<Connection> connection, std::string reply) {
    std::string frame{static_cast<char>(reply.size() >> 8), static_cast<char>(reply.size())};
    frame += reply;
    for (std::size_t at = 0; at < frame.size();) {
        iovec piece{frame.data() + at, frame.size() - at};
        ssize_t n = connection->socket.try_send(std::span(&piece, 1));
        if (n < 0) co_return false;
        at += static_cast<std::size_t>(n);
        if (n > 0) continue;
        bool ready = co_await connection->socket.writable();
        if (!ready || connection->socket.expired()) co_return false;
    }
    co_return true;
}

Task<void> converse(std::shared_ptr<Shared> shared, std::shared_ptr<Connection> connection) {
    FrameReader reader(shared->limits.message_bytes_max);
    char piece[1024];
    while (!shared->stopping) {
        // Once per message: single bytes in good time are no reason to stay.
        connection->socket.arm(shared->limits.message_timeout);
        std::optional<std::string> message;
        while (!(message = reader.next())) {
            if (reader.too_long()) co_return;
            ssize_t n = co_await connection->socket.receive(piece, sizeof piece);
            if (n <= 0 || connection->socket.expired() || shared->stopping) co_return;
            reader.came({piece, static_cast<std::size_t>(n)});
        }
        std::optional<std::string> reply = shared->handler(*message, connection->peer, connection->port);
        if (!reply || reply->size() > reply_bytes_max) co_return;
        bool sent = co_await send_frame(connection, std::move(*reply));
        if (!sent) co_return;
    }
}

void begin(const std::shared_ptr<Shared>& shared, Fd fd) {
    if (shared->connections.size() >= shared->limits.connections_max) return;
    auto connection = std::make_shared<Connection>(shared->loop, std::move(fd));
    std::size_t& of_peer = shared->connections_of[connection->peer];
    if (of_peer >= shared->limits.connections_per_peer_max) return;
    ++of_peer;
    shared->connections.insert(connection.get());
    ++shared->running;
    shared->sweep_later();
    spawn(converse(shared, connection), [shared, connection](std::exception_ptr failure) {
        try {
            if (failure) std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            log::error("framed message: {}", e.what());
        }
        connection->socket.close();
        shared->connections.erase(connection.get());
        if (--shared->connections_of[connection->peer] == 0) shared->connections_of.erase(connection->peer);
        shared->one_ended();
    });
}

Task<void> accept_loop(std::shared_ptr<Shared> shared) {
    while (!shared->stopping && shared->listener->is_open()) {
        bool ready = co_await shared->listener->readable();
        if (!ready || shared->stopping) co_return;
        Fd fd(::accept4(shared->listener->get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        int error = fd ? 0 : errno;
        if (fd) {
            try {
                begin(shared, std::move(fd));
            } catch (const std::exception& e) {
                log::error("framed connection: {}", e.what());
            }
        } else if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
            co_await sleep_for(accept_pause);
        } else if (error == EINVAL) {
            co_return;  // another holder of the socket shut it down
        }
    }
}

class Service final : public FramedService {
   public:
    explicit Service(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    ~Service() override {
        if (shared_->loop.is_current()) {
            shared_->stop();
            return;
        }
        shared_->loop.post([shared = shared_] { shared->stop(); });
        std::unique_lock lock(shared_->mutex);
        shared_->changed.wait(lock, [&] { return shared_->ended; });
    }

   private:
    std::shared_ptr<Shared> shared_;
};

}  // namespace
}  // namespace frames

std::unique_ptr<FramedService> serve_frames(LoopPool& loops, Fd socket, DatagramHandler handler, FrameLimits limits) {
    auto& loop = static_cast<AsioLoop&>(loops.next());
    auto shared = std::make_shared<frames::Shared>(loop, std::move(handler), limits);
    auto fd = std::make_shared<Fd>(std::move(socket));
    loop.post([shared, fd] {
        shared->running = 1;
        try {
            if (!shared->stopping) shared->listener = std::make_unique<Socket>(shared->loop, std::move(*fd));
        } catch (const std::exception& e) {
            log::error("framed socket: {}", e.what());
        }
        if (!shared->listener) return shared->one_ended();
        spawn(frames::accept_loop(shared), [shared](std::exception_ptr) { shared->one_ended(); });
    });
    return std::make_unique<frames::Service>(shared);
}

}  // namespace sekisho::http
