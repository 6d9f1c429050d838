// Removing a listener is a guarantee: once it completes, no client hears from it again. And ending the server.
#include <atomic>
#include <thread>

#include "base/loop.h"
#include "base/result.h"
#include "http/harness.h"

namespace sekisho::http {

namespace {

void remove(Server& server, std::uint64_t id) { sync_wait(server.remove_listener(id)); }

// Handlers that wait until the test lets them go on.
struct Gate {
    std::atomic<int> waiting{0};
    std::atomic<bool> open{false};

    static Task<Reply> handle(Gate& gate, Request request) {
        ++gate.waiting;
        while (!gate.open) co_await sleep_for(1ms);
        --gate.waiting;
        Reply reply;
        reply.body = request.path;
        co_return reply;
    }
    Handler handler() {
        return [this](Request request) { return handle(*this, std::move(request)); };
    }
};

class Endless final : public BodySource {
   public:
    Task<std::string> read() override {
        std::string piece(10'000, 'x');
        co_return piece;
    }
};

Task<Reply> endless(Request) {
    Reply reply;
    reply.body = StreamBody{std::make_unique<Endless>(), std::nullopt};
    co_return reply;
}

bool connects(std::uint16_t port) {
    try {
        Wire wire = Wire::to(port);
        return !wire.ends_without_a_byte();
    } catch (const Fault&) {
        return false;
    }
}

}  // namespace

TEST(Removal, AReplyThatHasNotBegunIsNeverSent) {
    Gate gate;
    TestServer server(gate.handler());
    Wire wire = server.connect();
    wire.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return gate.waiting == 1; }));
    remove(server.server, server.id);  // completes although the handler has not ended
    gate.open = true;
    EXPECT_TRUE(wire.ends_without_a_byte());
    EXPECT_TRUE(wire.was_reset());
    EXPECT_TRUE(eventually([&] { return gate.waiting == 0; }));
}

TEST(Removal, AHandlerMayRemoveTheListenerItCameBy) {
    static Server* the_server;
    static std::atomic<bool> removed;
    removed = false;
    TestServer server([](Request request) -> Task<Reply> {
        co_await the_server->remove_listener(request.connection.listener->id);
        removed = true;
        co_return Reply();
    });
    the_server = &server.server;
    Wire wire = server.connect();
    wire.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(wire.ends_without_a_byte());
    EXPECT_TRUE(eventually([&] { return removed.load(); }));
}

TEST(Removal, AReplyInTheMiddleIsCutOff) {
    TestServer server(endless);
    Wire wire = server.connect();
    wire.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    wire.read_exactly(1'000'000);
    remove(server.server, server.id);
    wire.read_to_end();
    EXPECT_TRUE(wire.was_reset());
}

TEST(Removal, ConnectionsThatWaitInTheBacklogAreResetAlsoForOtherHoldersOfTheSocket) {
    Gate gate;
    LoopPool loops(1);
    Server server(loops, {}, nullptr, gate.handler());
    Listening listening = listen_on();
    Fd other_holder(::dup(listening.fd.get()));
    Listener facts;
    facts.id = 7;
    server.add_listener(std::move(listening.fd), facts);
    Wire idle = Wire::to(listening.port);
    remove(server, 7);
    EXPECT_TRUE(idle.ends_without_a_byte());
    EXPECT_FALSE(connects(listening.port));
}

TEST(Removal, OtherListenersGoOnAndTheIdIsFreeAgain) {
    TestServer server(echo);
    Listening second = listen_on();
    Listener facts;
    facts.id = 42;
    EXPECT_EQ(server.server.add_listener(std::move(second.fd), facts), 42u);
    EXPECT_THROW(server.server.add_listener(listen_on().fd, facts), Fault);
    Wire stays = server.connect(), goes = Wire::to(second.port);
    for (Wire* wire : {&stays, &goes}) {
        wire->send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(wire->read_reply(), ok("GET /a"));
    }
    remove(server.server, 42);
    EXPECT_TRUE(goes.ends_without_a_byte());
    stays.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(stays.read_reply(), ok("GET /b"));
    Listening third = listen_on();
    server.server.add_listener(std::move(third.fd), facts);
    Wire again = Wire::to(third.port);
    again.send("GET /c HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(again.read_reply(), ok("GET /c"));
    remove(server.server, 4711);  // nobody's: completes at once
}

// Keep-alive clients in full swing, from several threads, over several loops: what they hear after the removal has completed.
TEST(Removal, UnderLoadNoClientHearsAnythingAfterwards) {
    for (int round = 0; round < 10; ++round) {
        TestServer server(echo);
        std::atomic<bool> removed{false}, stop{false};
        std::atomic<int> replies{0}, late{0};
        std::vector<std::thread> clients;
        for (int i = 0; i < 8; ++i) {
            clients.emplace_back([&] {
                while (!stop) {
                    try {
                        Wire wire = Wire::to(server.port);
                        while (true) {
                            // The order matters: a reply to a request that was sent after the removal is one too many.
                            bool after = removed;
                            if (!wire.try_send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")) break;
                            if (wire.read_reply() != ok("GET /a")) break;
                            ++replies;
                            if (after) ++late;
                        }
                    } catch (const Fault&) {
                        if (removed) return;  // nobody listens any more
                    }
                }
            });
        }
        ASSERT_TRUE(eventually([&] { return replies > 200; }));
        remove(server.server, server.id);
        removed = true;
        stop = true;
        for (auto& client : clients) client.join();
        EXPECT_EQ(late, 0);
        EXPECT_TRUE(eventually([&] { return server.server.connections_open() == 0; }));
    }
}

TEST(Removal, ConnectionsGivenDirectlyBelongToTheirListenersId) {
    LoopPool loops(1);
    Server server(loops, {}, nullptr, echo);
    auto facts = std::make_shared<Listener>();
    facts->id = 5;
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    server.add_connection(Fd(pair[0]), facts);
    Wire wire{Fd(pair[1])};
    wire.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), ok("GET /a"));
    remove(server, 5);
    EXPECT_TRUE(wire.ends_without_a_byte());
}

TEST(Stop, RequestsInProgressEndAndSoDoTheirConnections) {
    Gate gate;
    TestServer server(gate.handler());
    Wire busy = server.connect(), idle = server.connect();
    busy.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return gate.waiting == 1 && server.server.connections_open() == 2; }));
    std::thread stopping([&] { EXPECT_TRUE(server.server.stop(patience)); });
    EXPECT_TRUE(idle.ends_without_a_byte());
    gate.open = true;
    EXPECT_EQ(busy.read_to_end(), ok("/a", "Connection: close\r\n"));
    stopping.join();
    EXPECT_FALSE(connects(server.port));
    EXPECT_THROW(server.server.add_listener(listen_on().fd, {}), Fault);
}

TEST(Stop, AfterTheGraceWhatIsLeftIsReset) {
    TestServer server(endless);
    Wire wire = server.connect();
    wire.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    wire.read_exactly(1000);
    EXPECT_TRUE(server.server.stop(50ms));
    wire.read_to_end();
    EXPECT_TRUE(wire.was_reset());
}

TEST(Stop, AHandlerThatDoesNotEndIsTold) {
    Gate gate;
    TestServer server(gate.handler());
    Wire wire = server.connect();
    wire.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return gate.waiting == 1; }));
    EXPECT_FALSE(server.server.stop(10ms));
    gate.open = true;
    EXPECT_TRUE(server.server.stop(patience));
}

}  // namespace sekisho::http
