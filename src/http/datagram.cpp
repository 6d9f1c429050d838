#include "http/datagram.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "base/log.h"
#include "base/result.h"
#include "http/socket.h"
#include "http/socket_address.h"

namespace sekisho::http {

namespace {

constexpr std::size_t datagram_bytes_max = 64 * 1024;
constexpr int datagrams_per_turn = 64;

// One datagram with the address it was sent to, kept in the form in which sendmsg takes it back.
struct Received {
    sockaddr_storage peer{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec piece{};
    msghdr message{};
    ssize_t bytes = -1;

    void receive(int fd, char* buffer) {
        piece = {buffer, datagram_bytes_max};
        message = {};
        message.msg_name = &peer, message.msg_namelen = sizeof peer;
        message.msg_iov = &piece, message.msg_iovlen = 1;
        message.msg_control = control.data(), message.msg_controllen = control.size();
        bytes = ::recvmsg(fd, &message, 0);
    }

    void answer(int fd, std::string& reply) {
        alignas(cmsghdr) std::array<char, 256> from{};
        msghdr out{};
        out.msg_name = &peer, out.msg_namelen = message.msg_namelen;
        piece = {reply.data(), reply.size()};
        out.msg_iov = &piece, out.msg_iovlen = 1;
        for (cmsghdr* item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
            if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
                in_pktinfo info;
                std::memcpy(&info, CMSG_DATA(item), sizeof info);
                info.ipi_ifindex = 0;  // ipi_spec_dst is the answer's source; the way out is left to the routing
                put(out, from, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
            } else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
                in6_pktinfo info;
                std::memcpy(&info, CMSG_DATA(item), sizeof info);
                put(out, from, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
            }
        }
        // A datagram may be lost; a full buffer or an unreachable peer is no fault of this socket.
        ::sendmsg(fd, &out, MSG_NOSIGNAL | MSG_DONTWAIT);
    }

   private:
    static void put(msghdr& out, std::array<char, 256>& control, int level, int type, const void* value, std::size_t size) {
        out.msg_control = control.data(), out.msg_controllen = control.size();
        cmsghdr* item = CMSG_FIRSTHDR(&out);
        item->cmsg_level = level, item->cmsg_type = type, item->cmsg_len = CMSG_LEN(size);
        std::memcpy(CMSG_DATA(item), value, size);
        out.msg_controllen = CMSG_SPACE(size);
    }
};

struct Shared {
    explicit Shared(AsioLoop& l, DatagramHandler h) : loop(l), handler(std::move(h)) {}
    AsioLoop& loop;
    DatagramHandler handler;
    std::unique_ptr<Socket> socket;  // on the loop's thread
    bool stopping = false;           // on the loop's thread

    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;

    void end() {
        socket.reset();
        std::lock_guard lock(mutex);
        ended = true;
        changed.notify_all();
    }
};

Task<void> serve(std::shared_ptr<Shared> shared) {
    auto buffer = std::make_unique_for_overwrite<char[]>(datagram_bytes_max);
    while (!shared->stopping) {
        bool ready = co_await shared->socket->readable();
        if (!ready) break;
        for (int i = 0; i < datagrams_per_turn && !shared->stopping; ++i) {
            Received received;
            received.receive(shared->socket->get(), buffer.get());
            if (received.bytes < 0) break;  // nothing more, or an ICMP error of an earlier answer
            auto [peer, port] = address_of(received.peer);
            std::string_view datagram(buffer.get(), static_cast<std::size_t>(received.bytes));
            try {
                std::optional<std::string> reply = shared->handler(datagram, peer, port);
                if (reply) received.answer(shared->socket->get(), *reply);
            } catch (const std::exception& e) {
                log::error("datagram: {}", e.what());
            }
        }
    }
}

class Service final : public DatagramService {
   public:
    explicit Service(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    ~Service() override {
        if (shared_->loop.is_current()) {
            // The handler is not running here and now; the coroutine finds the socket closed when it is resumed.
            shared_->stopping = true;
            if (shared_->socket) shared_->socket->close();
            return;
        }
        shared_->loop.post([shared = shared_] {
            shared->stopping = true;
            if (shared->socket) shared->socket->close();
        });
        std::unique_lock lock(shared_->mutex);
        shared_->changed.wait(lock, [&] { return shared_->ended; });
    }

   private:
    std::shared_ptr<Shared> shared_;
};

}  // namespace

std::unique_ptr<DatagramService> serve_datagrams(LoopPool& loops, Fd socket, DatagramHandler handler) {
    int on = 1;
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) throw_errno("getsockname");
    bool v6 = address.ss_family == AF_INET6;
    // A dual-stack socket reports IPv4 addresses as IPv6-mapped ones, also here.
    int failed = v6 ? ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on)
                    : ::setsockopt(socket.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    if (failed) throw_errno("setsockopt(PKTINFO)");

    auto& loop = static_cast<AsioLoop&>(loops.next());
    auto shared = std::make_shared<Shared>(loop, std::move(handler));
    auto fd = std::make_shared<Fd>(std::move(socket));
    loop.post([shared, fd] {
        if (shared->stopping) return shared->end();
        try {
            shared->socket = std::make_unique<Socket>(shared->loop, std::move(*fd));
        } catch (const std::exception& e) {
            log::error("datagram socket: {}", e.what());
            return shared->end();
        }
        spawn(serve(shared), [shared](std::exception_ptr) { shared->end(); });
    });
    return std::make_unique<Service>(shared);
}

}  // namespace sekisho::http
