// Server::Core: the server's shared state, and one Shard per loop. Private to http/.
//
// A Shard is touched on its loop's thread only; what threads share is atomic or under Core's mutex. Conversations and accept
// loops keep the Core alive.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_set>

#include "http/conversation.h"
#include "http/server.h"
#include "http/socket.h"

namespace sekisho::http {

struct ListenerState {
    std::shared_ptr<const Listener> facts;
    std::atomic<bool> removed{false};
    std::atomic<std::size_t> open{0};
    // On the home shard's thread:
    std::size_t home = 0;
    std::unique_ptr<Socket> socket;  // null before it was opened and after it was closed
};

struct Shard {
    AsioLoop* loop = nullptr;
    std::unordered_set<Conversation*> conversations;
    bool sweeping = false;
    bool stopping = false;
    std::unique_ptr<char[]> scratch;  // for one send without a wait in between

    std::string_view date();  // RFC 9110 form, rendered once per second

   private:
    std::string date_;
    std::int64_t date_second_ = 0;
};

class Server::Core : public std::enable_shared_from_this<Server::Core> {
   public:
    Core(LoopPool& loops, Limits limits, std::shared_ptr<TlsProvider> tls, Handler handler, ErrorRenderer errors);

    std::uint64_t add_listener(Fd listening_socket, Listener facts);
    void add_connection(Fd connected_socket, std::shared_ptr<const Listener> facts);
    Task<void> remove_listener(std::uint64_t id);
    bool stop(std::chrono::milliseconds grace);

    // Called by a conversation when it is over, on its shard's thread.
    void ended(Conversation& conversation);

    const Limits limits;
    const std::shared_ptr<TlsProvider> tls;
    const Handler handler;
    const ErrorRenderer errors;
    std::atomic<std::uint64_t> connections_open{0}, connections_total{0}, requests_total{0};

   private:
    static Task<void> accept_loop(std::shared_ptr<Core> self, std::shared_ptr<ListenerState> listener);
    void accepted(Fd fd, const std::shared_ptr<ListenerState>& listener);
    void begin(Shard& shard, Fd fd, std::shared_ptr<ListenerState> listener);
    void on_each_shard(std::function<void(Shard&)> work, std::function<void()> done);
    void sweep(Shard& shard);
    void sweep_later(Shard& shard);
    void background_started();
    void background_ended();

    LoopPool& loops_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::chrono::milliseconds sweep_interval_;
    std::atomic<std::size_t> turn_{0};

    std::mutex mutex_;
    std::condition_variable idle_;
    std::map<std::uint64_t, std::shared_ptr<ListenerState>> listeners_;
    std::uint64_t next_id_ = 1'000'000'000;  // given ids stay below
    std::size_t live_ = 0;                   // accept loops and conversations whose coroutines have not ended
    bool stopped_ = false;
};

}  // namespace sekisho::http
