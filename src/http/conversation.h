// Conversation: one connection from its first byte to its last: PROXY header, TLS, then requests and replies in order.
// Private to http/. On its shard's thread only.
#pragma once

#include <memory>
#include <string>

#include "base/task.h"
#include "http/channel.h"
#include "http/chunks.h"
#include "http/head.h"
#include "http/reply_head.h"
#include "http/server.h"

namespace sekisho::http {

struct ListenerState;
struct Shard;

class Conversation : public std::enable_shared_from_this<Conversation> {
   public:
    Conversation(std::shared_ptr<Server::Core> core, Shard& shard, std::shared_ptr<ListenerState> listener, Fd fd);

    static Task<void> run(std::shared_ptr<Conversation> self);

    const std::shared_ptr<ListenerState>& listener() const { return listener_; }
    Shard& shard() { return shard_; }
    Channel& channel() { return channel_; }
    // Between requests, with nothing received: may be closed without anybody missing an answer.
    bool is_idle() const { return idle_; }
    void reset() { channel_.socket.reset(); }

   private:
    friend class RequestBody;
    class Raw;

    // Destinations, PROXY header, TLS; fills in the facts. False: the connection is over.
    Task<bool> greet();
    Task<bool> read_proxy_header();
    void read_socket_facts();

    Task<void> serve();
    // The size of the head at the front of the buffer; 0: the connection is over (an error reply has been sent if due).
    Task<std::size_t> read_head();
    // True: the connection can carry another request.
    Task<bool> answer(Head head);
    Task<Reply> run_handler(Head head);

    // Sending replies (reply.cpp). False: the connection is lost.
    struct Outgoing {
        bool head_request = false;
        bool http_1_1 = true;
        bool reusable = true;
    };
    Task<bool> send_reply(Reply reply, Outgoing& how);
    Task<bool> send_stream(StreamBody body, std::uint64_t sent_already, bool chunked);
    Task<std::optional<std::string>> pull(BodySource* source);  // nullopt: it failed
    bool read_small_file(const FileBody& file);  // into the shard's scratch; no wait may come before send_small_file
    Task<bool> send_small_file(std::size_t length);
    Task<void> upgrade(Upgrade function);
    Task<void> send_fault(HttpFault fault, bool head_request);
    Task<void> linger();
    Reply render(HttpFault fault) const;

    // The body of the request in progress (body.cpp).
    enum class BodyState { complete, unread, broken };
    std::unique_ptr<BodyReader> begin_body(const Head& head);
    BodyState body_state() const;
    Task<std::string> read_body();
    Task<bool> send_continue();  // false: the client is gone
    Task<std::string> read_counted();
    Task<std::string> read_chunked();
    void drain_small_body();
    Milliseconds arm_body_deadline();  // now
    [[noreturn]] void body_failed(ssize_t n);

    std::shared_ptr<Server::Core> core_;
    Shard& shard_;
    std::shared_ptr<ListenerState> listener_;
    Channel channel_;
    Connection facts_;
    bool idle_ = true;
    bool first_request_ = true;
    std::string head_out_;

    struct Body {
        std::uint64_t request = 0;  // which request it belongs to: a reader kept too long finds another number
        std::uint64_t remaining = 0;
        std::unique_ptr<ChunkDecoder> chunks;
        bool chunks_done = false;
        bool broken = false;
        bool continue_wanted = false;
        std::size_t piece_bytes = 0;
        std::uint64_t received = 0;
        Milliseconds waited{0};
    } body_;
};

}  // namespace sekisho::http
