// The smaller parts: loops, descriptors, datagrams, upgrades, the blocking client.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <atomic>
#include <condition_variable>
#include <thread>

#include "base/loop.h"
#include "base/result.h"
#include "http/client.h"
#include "http/datagram.h"
#include "http/descriptor.h"
#include "http/framed.h"
#include "http/harness.h"

namespace sekisho::http {

TEST(LoopPoolOf, WorkRunsOnItsLoopAndTimersInOrder) {
    LoopPool loops(3);
    std::mutex mutex;
    std::vector<int> order;
    std::atomic<int> done{0};
    for (std::size_t i = 0; i < loops.size(); ++i)
        loops.loop(i).post([&, i] {
            EXPECT_EQ(Loop::current(), &loops.loop(i));
            ++done;
        });
    Loop& loop = loops.next();
    auto note = [&](int n) {
        std::lock_guard lock(mutex);
        order.push_back(n);
        ++done;
    };
    loop.post_after(60ms, [&] { note(2); });
    loop.post_after(20ms, [&] { note(1); });
    loop.post([&] {
        note(0);
        loop.post_after(100ms, [&] { note(3); });
    });
    ASSERT_TRUE(eventually([&] { return done == 7; }));
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3}));
    EXPECT_EQ(Loop::current(), nullptr);
}

TEST(LoopPoolOf, APieceOfWorkThatThrowsDoesNotEndTheLoop) {
    LoopPool loops(1);
    std::atomic<bool> went_on{false};
    loops.loop(0).post([] { throw Fault("somebody's mistake"); });
    loops.loop(0).post([&] { went_on = true; });
    EXPECT_TRUE(eventually([&] { return went_on.load(); }));
}

TEST(LoopPoolOf, QueuedWorkIsDroppedAtTheEnd) {
    auto held = std::make_shared<int>(1);
    {
        LoopPool loops(1);
        loops.loop(0).post_after(1h, [held] {});
    }
    EXPECT_EQ(held.use_count(), 1);
}

namespace {

Task<void> copy_upper(LoopPool& loops, Fd from, Fd to) {
    Descriptor in(loops, std::move(from)), out(loops, std::move(to));
    for (;;) {
        std::string piece = co_await in.read(1000);
        if (piece.empty()) break;
        for (char& c : piece) c = static_cast<char>(std::toupper(c));
        bool written = co_await out.write(std::move(piece));
        if (!written) break;
    }
}

Task<void> wait_until_cancelled(LoopPool& loops, Fd fd, std::atomic<int>& state, Descriptor*& shown) {
    Descriptor descriptor(loops, std::move(fd));
    shown = &descriptor;
    state = 1;
    std::string nothing = co_await descriptor.read(10);
    bool again = co_await descriptor.readable();
    state = nothing.empty() && !again ? 2 : 3;
}

}  // namespace

TEST(Descriptors, PipesAreReadAndWrittenOnTheLoop) {
    LoopPool loops(1);
    int in[2], out[2];
    ASSERT_EQ(::pipe(in) | ::pipe(out), 0);
    std::atomic<bool> ended{false};
    loops.loop(0).post([&] { spawn(copy_upper(loops, Fd(in[0]), Fd(out[1])), [&](std::exception_ptr) { ended = true; }); });
    Fd writer(in[1]), reader(out[0]);
    std::string sent(300'000, 'a'), got;
    std::thread writing([&] {
        EXPECT_EQ(::write(writer.get(), sent.data(), sent.size()), static_cast<ssize_t>(sent.size()));
        writer.reset();
    });
    char bytes[10'000];
    for (ssize_t n; (n = ::read(reader.get(), bytes, sizeof bytes)) > 0;) got.append(bytes, static_cast<std::size_t>(n));
    writing.join();
    EXPECT_TRUE(got == std::string(300'000, 'A'));
    EXPECT_TRUE(eventually([&] { return ended.load(); }));
}

TEST(Descriptors, CancelEndsAWait) {
    LoopPool loops(1);
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    Fd writer(pipe[1]);
    std::atomic<int> state{0};
    Descriptor* shown = nullptr;
    loops.loop(0).post([&] { spawn(wait_until_cancelled(loops, Fd(pipe[0]), state, shown), [](std::exception_ptr) {}); });
    ASSERT_TRUE(eventually([&] { return state == 1; }));
    loops.loop(0).post([&] { shown->cancel(); });
    EXPECT_TRUE(eventually([&] { return state >= 2; }));
    EXPECT_EQ(state, 2);
}

namespace {

Fd udp_socket(const char* address, std::uint16_t& port) {
    Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    inet_pton(AF_INET, address, &at.sin_addr);
    if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) throw_errno("bind");
    socklen_t size = sizeof at;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&at), &size);
    port = ntohs(at.sin_port);
    timeval wait{20, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    return fd;
}

}  // namespace

TEST(Datagrams, AnswersComeFromTheAddressTheyWereAskedAt) {
    LoopPool loops(2);
    std::uint16_t port = 0, own = 0;
    auto service = serve_datagrams(loops, udp_socket("0.0.0.0", port),
                                   [](std::string_view datagram, IpAddress peer, std::uint16_t) -> std::optional<std::string> {
                                       if (datagram == "silence") return std::nullopt;
                                       if (datagram == "fault") throw Fault("a bad question");
                                       return std::string(datagram) + " from " + peer.text();
                                   });
    Fd client = udp_socket("127.0.0.1", own);
    for (const char* asked : {"127.0.0.1", "127.0.0.53", "127.9.9.9"}) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        inet_pton(AF_INET, asked, &to.sin_addr);
        for (const char* text : {"silence", "fault", "hello"})
            ASSERT_GT(::sendto(client.get(), text, strlen(text), 0, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
        char bytes[100];
        sockaddr_in from{};
        socklen_t size = sizeof from;
        ssize_t n = ::recvfrom(client.get(), bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
        ASSERT_GT(n, 0);
        EXPECT_EQ(std::string(bytes, static_cast<std::size_t>(n)), "hello from 127.0.0.1");
        EXPECT_EQ(from.sin_addr.s_addr, to.sin_addr.s_addr) << asked;
    }
    service.reset();
    std::uint16_t again = port;
    EXPECT_TRUE(udp_socket("0.0.0.0", again));  // the port is free: the socket is closed
}

TEST(Datagrams, AServiceMayEndOnItsOwnLoop) {
    LoopPool loops(1);
    std::uint16_t port = 0;
    auto service = serve_datagrams(loops, udp_socket("127.0.0.1", port), [](auto...) { return std::nullopt; });
    std::atomic<bool> ended{false};
    loops.loop(0).post([&] {
        service.reset();
        ended = true;
    });
    EXPECT_TRUE(eventually([&] { return ended.load(); }));
}

namespace {

std::string framed(std::string_view message) {
    return std::string{static_cast<char>(message.size() >> 8), static_cast<char>(message.size())} + std::string(message);
}
std::optional<std::string> shouted(std::string_view message, IpAddress, std::uint16_t) {
    if (message == "silence") return std::nullopt;
    if (message == "fault") throw Fault("a bad question");
    if (message == "large") return std::string(60'000, 'x');
    return std::string(message) + "!";
}

}  // namespace

TEST(Frames, ManyQuestionsOfOneConnectionAreAnsweredInOrderHoweverTheyAreCut) {
    LoopPool loops(2);
    Listening listening = listen_on();
    auto service = serve_frames(loops, std::move(listening.fd), shouted);
    Wire wire = Wire::to(listening.port);
    wire.send(framed("one") + framed("") + framed("large"));
    EXPECT_EQ(wire.read_exactly(6 + 3), framed("one!") + framed("!"));
    EXPECT_EQ(wire.read_exactly(60'002), framed(std::string(60'000, 'x')));
    for (char c : framed("byte by byte")) wire.send({&c, 1});
    EXPECT_EQ(wire.read_exactly(15), framed("byte by byte!"));
}

TEST(Frames, SilenceAFaultAndAMessageThatIsTooLongEndTheirConnectionOnly) {
    LoopPool loops(1);
    Listening listening = listen_on();
    auto service = serve_frames(loops, std::move(listening.fd), shouted, {.message_bytes_max = 100});
    Wire good = Wire::to(listening.port);
    for (const std::string& text :
         {framed("silence"), framed("fault"), framed(std::string(101, 'x')), std::string("\xff\xff")}) {
        Wire bad = Wire::to(listening.port);
        bad.send(text);
        EXPECT_TRUE(bad.ends_without_a_byte()) << text.substr(2, 10);
    }
    good.send(framed(std::string(100, 'y')));
    EXPECT_EQ(good.read_exactly(103), framed(std::string(100, 'y') + "!"));
}

TEST(Frames, ASlowQuestionAndAnIdleConnectionEnd) {
    LoopPool loops(1);
    Listening listening = listen_on();
    auto service = serve_frames(loops, std::move(listening.fd), shouted, {.message_timeout = 200ms});
    Wire idle = Wire::to(listening.port), slow = Wire::to(listening.port);
    slow.send(std::string_view("\x0f\xff", 2));
    while (slow.try_send("x")) ::usleep(20'000);  // never quiet for 200 ms
    EXPECT_TRUE(idle.ends_without_a_byte());
}

TEST(Frames, ConnectionsAreLimitedInAllAndPerPeer) {
    LoopPool loops(1);
    Listening listening = listen_on("0.0.0.0");
    auto service = serve_frames(loops, std::move(listening.fd), shouted, {.connections_max = 3, .connections_per_peer_max = 2});
    auto works = [](Wire& wire) {
        wire.send(framed("x"));
        return wire.read_exactly(4) == framed("x!");
    };
    Wire first = Wire::to(listening.port), second = Wire::to(listening.port);
    EXPECT_TRUE(works(first) && works(second));
    Wire third = Wire::to(listening.port);
    EXPECT_TRUE(third.ends_without_a_byte());
    Wire other = Wire::to(listening.port, "127.0.0.1", "127.0.0.2");
    EXPECT_TRUE(works(other));
    Wire fifth = Wire::to(listening.port, "127.0.0.1", "127.0.0.3");
    EXPECT_TRUE(fifth.ends_without_a_byte());
    first.close();
    EXPECT_TRUE(eventually([&] {
        Wire again = Wire::to(listening.port);
        return again.try_send(framed("x")) && again.read_exactly(4) == framed("x!");
    }));
}

TEST(Frames, TheEndOfTheServiceEndsItsConnections) {
    LoopPool loops(2);
    Listening listening = listen_on();
    auto service = serve_frames(loops, std::move(listening.fd), shouted);
    Wire wire = Wire::to(listening.port);
    wire.send(framed("x"));
    EXPECT_EQ(wire.read_exactly(4), framed("x!"));
    service.reset();
    EXPECT_TRUE(wire.ends_without_a_byte());
    LoopPool own(1);
    service = serve_frames(own, listen_on().fd, shouted);
    std::atomic<bool> ended{false};
    own.loop(0).post([&] {
        service.reset();
        ended = true;
    });
    EXPECT_TRUE(eventually([&] { return ended.load(); }));
}

namespace {

// Says "ready", then gives back what comes in capitals, until "bye".
Task<void> shout(std::shared_ptr<RawConnection> connection) {
    co_await connection->write("ready\n");
    for (;;) {
        std::string piece = co_await connection->read();
        if (piece.empty() || piece == "bye") break;
        for (char& c : piece) c = static_cast<char>(std::toupper(c));
        co_await connection->write(std::move(piece));
    }
    co_await connection->write("end\n");
}

Task<Reply> upgrading(Request request) {
    Reply reply;
    if (request.headers.find("Upgrade") != "shout") {
        reply.status = 426;
        reply.body = "upgrade";
        co_return reply;
    }
    reply.status = 101;
    reply.headers.add("Upgrade", "shout");
    reply.body = Upgrade(shout);
    co_return reply;
}

}  // namespace

TEST(Upgrades, TheConnectionBelongsToTheFunctionAfterThe101) {
    TestServer server(upgrading, quick());
    Wire wire = server.connect();
    wire.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\nearly");
    EXPECT_EQ(without_date(wire.read_until("\r\n\r\n")),
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\nConnection: Upgrade\r\n\r\n");
    EXPECT_EQ(wire.read_exactly(11), "ready\nEARLY");
    Wire silent = server.connect();
    EXPECT_TRUE(silent.ends_without_a_byte());  // the time-outs of requests have passed: a session may be silent longer
    wire.send("later");
    EXPECT_EQ(wire.read_exactly(5), "LATER");
    wire.send("bye");
    EXPECT_EQ(wire.read_to_end(), "end\n");
    EXPECT_FALSE(wire.was_reset());
}

TEST(Upgrades, RemovingTheListenerEndsThem) {
    TestServer server(upgrading);
    Wire wire = server.connect();
    wire.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n");
    wire.read_until("ready\n");
    sync_wait(server.server.remove_listener(server.id));
    EXPECT_TRUE(wire.ends_without_a_byte());
    EXPECT_TRUE(eventually([&] { return server.server.connections_open() == 0; }));
}

TEST(Clients, RequestsGoOverOneConnectionAndUpgradesHandItOver) {
    TestServer server(upgrading);
    ClientEndpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = server.port;
    Client client(endpoint);
    EXPECT_EQ(client.request({}).status, 426);
    EXPECT_EQ(client.request({}).body, "upgrade");
    ClientRequest request;
    request.headers.add("Connection", "Upgrade");
    request.headers.add("Upgrade", "shout");
    ClientReply reply;
    auto stream = client.upgrade(request, reply);
    ASSERT_TRUE(stream);
    EXPECT_EQ(reply.status, 101);
    std::string got;
    while (got.size() < 6) got += stream->read();
    EXPECT_EQ(got, "ready\n");
    EXPECT_EQ(stream->try_read(), std::nullopt);
    stream->write("abc");
    EXPECT_EQ(stream->read(), "ABC");
    stream->close_write();
    EXPECT_EQ(stream->read(), "end\n");
    EXPECT_EQ(stream->read(), "");
    EXPECT_EQ(server.server.connections_total(), 1u);
    ClientRequest refused;
    EXPECT_FALSE(client.upgrade(refused, reply));
    EXPECT_EQ(reply.status, 426);
}

TEST(Clients, BodiesStreamAndClosedConnectionsAreOpenedAgain) {
    TestServer server([](Request request) -> Task<Reply> {
        Reply reply;
        reply.body = std::string(500'000, 'x');
        reply.close = request.path == "/close";
        reply.head_content_length = 7;
        co_return reply;
    });
    ClientEndpoint endpoint;
    endpoint.host = "localhost";
    endpoint.port = server.port;
    Client client(endpoint);
    for (const char* target : {"/", "/close", "/"}) {
        ClientRequest request;
        request.target = target;
        std::size_t bytes = 0;
        ClientReply reply = client.request(request, [&](std::string_view piece) { bytes += piece.size(); });
        EXPECT_EQ(bytes, 500'000u);
        EXPECT_EQ(reply.body, "");
    }
    ClientRequest head;
    head.method = "HEAD";
    EXPECT_EQ(client.request(head).headers.find("content-length"), "7");
    EXPECT_EQ(server.server.connections_total(), 2u);
}

TEST(Clients, UnixSocketsAndFailures) {
    LoopPool loops(1);
    Server server(loops, {}, nullptr, echo);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "/tmp/sekisho-http-%d.sock", ::getpid());
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(fd.get(), 10), 0);
    server.add_listener(std::move(fd), {});
    ClientEndpoint endpoint;
    endpoint.unix_path = address.sun_path;
    Client client(endpoint);
    ClientRequest request;
    request.method = "POST";
    request.body = "hi";
    EXPECT_EQ(client.request(request).body, "POST / [hi]");
    ::unlink(address.sun_path);

    ClientEndpoint nobody;
    nobody.host = "127.0.0.1";
    nobody.port = 1;
    Client refused(nobody);
    EXPECT_THROW(refused.request({}), Fault);
}

}  // namespace sekisho::http
