// Each limit of limits.h, seen from the client.
#include <sys/resource.h>

#include <future>

#include "base/log.h"
#include "base/loop.h"
#include "http/harness.h"

namespace sekisho::http {

namespace {

const std::string too_large =
    error("400 Bad Request",
          "RequestHeaderSectionTooLarge: Your request header and metadata sections exceed the maximum "
          "allowed size.\n");
const std::string too_long = error("414 URI Too Long", "URITooLong: The URI of your request is too long.\n");

Task<Reply> sizes(Request request) {
    Reply reply;
    reply.body = std::to_string(request.target.size()) + " " + std::to_string(request.headers.size());
    co_return reply;
}

}  // namespace

TEST(LimitsOf, TheHeadMayHave16KiBAndNotOneByteMore) {
    TestServer server(sizes);
    std::string start = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX: ", end = "\r\n\r\n";
    std::string fitting = start + std::string(16 * 1024 - start.size() - end.size(), 'x') + end;
    EXPECT_EQ(server.exchange(fitting), ok("1 3", "Connection: close\r\n"));
    EXPECT_EQ(server.exchange(start + "x" + fitting.substr(start.size())), too_large);
}

TEST(LimitsOf, AnEndlessHeadIsCutOff) {
    TestServer server(sizes);
    Wire wire = server.connect();
    wire.send("GET / HTTP/1.1\r\nHost: h\r\n");
    while (wire.try_send("X-Y: " + std::string(1000, 'z') + "\r\n") && server.server.connections_open() < 2) {
        char byte;
        if (::recv(wire.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) break;
    }
    wire.finish();
    EXPECT_EQ(wire.read_to_end(), too_large);
}

TEST(LimitsOf, TheTargetMayHave8KiB) {
    TestServer server(sizes);
    std::string end = " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(server.exchange("GET /" + std::string(8191, 'k') + end), ok("8192 2", "Connection: close\r\n"));
    EXPECT_EQ(server.exchange("GET /" + std::string(8192, 'k') + end), too_long);
    EXPECT_EQ(server.exchange("GET /" + std::string(16 * 1024, 'k')), too_long);
}

TEST(LimitsOf, ThereMayBe200Fields) {
    TestServer server(sizes);
    std::string head = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
    for (int i = 0; i < 198; ++i) head += "X:\r\n";
    EXPECT_EQ(server.exchange(head + "\r\n"), ok("1 200", "Connection: close\r\n"));
    EXPECT_EQ(server.exchange(head + "X:\r\n\r\n"), too_large);
}

TEST(LimitsOf, AHeadThatDoesNotEndInTimeIsToldSo) {
    TestServer server(sizes, quick());
    EXPECT_EQ(server.exchange("GET / HTTP/1.1\r\nHost:"),
              error("400 Bad Request",
                    "RequestTimeout: Your socket connection to the server was not read from or written to within the timeout "
                    "period.\n"));
}

TEST(LimitsOf, AHeadThatTricklesIsNoBetter) {
    TestServer server(sizes, quick(), 1);
    Wire wire = server.connect();
    wire.send("GET / HTTP/1.1\r\nX:");
    auto begun = std::chrono::steady_clock::now();
    char byte;
    while (wire.try_send("x") && ::recv(wire.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           std::chrono::steady_clock::now() - begun < patience)
        ::usleep(5'000);
    wire.finish();
    EXPECT_TRUE(wire.read_to_end().starts_with("HTTP/1.1 400 Bad Request"));
}

TEST(LimitsOf, ConnectionsThatSayNothingAreClosedWithoutAWord) {
    TestServer server(sizes, quick(), 1);
    Wire silent = server.connect();
    EXPECT_TRUE(silent.ends_without_a_byte());
    Wire idle = server.connect();
    idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(idle.read_reply(), ok("1 1"));
    EXPECT_TRUE(idle.ends_without_a_byte());
}

TEST(LimitsOf, ConnectionsBeyondTheMostInAllAreReset) {
    Limits limits;
    limits.connections_max = 3;
    TestServer server(sizes, limits);
    std::vector<Wire> wires;
    for (int i = 0; i < 3; ++i) {
        wires.push_back(server.connect());
        wires.back().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(wires.back().read_reply(), ok("1 1"));
    }
    Wire fourth = server.connect();
    EXPECT_TRUE(fourth.ends_without_a_byte());
    wires.pop_back();
    EXPECT_TRUE(eventually([&] { return server.server.connections_open() == 2; }));
    Wire next = server.connect();
    next.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(next.read_reply(), ok("1 1"));
}

TEST(LimitsOf, OneListenerCannotTakeAnothersConnections) {
    Limits limits;
    limits.connections_per_listener_max = 1;
    TestServer server(sizes, limits);
    Listening second = listen_on();
    server.server.add_listener(std::move(second.fd), {});
    Wire first = server.connect();
    first.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(first.read_reply(), ok("1 1"));
    Wire refused = server.connect();
    EXPECT_TRUE(refused.ends_without_a_byte());
    Wire other = Wire::to(second.port);
    other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(other.read_reply(), ok("1 1"));
}

Task<void> sleep_once() { co_await sleep_for(std::chrono::milliseconds(1)); }

TEST(LimitsOf, AcceptingRecoversFromAShortageOfDescriptors) {
    TestServer server(sizes, {}, 1);
    Wire before = server.connect();
    before.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(before.read_reply(), ok("1 1"));

    // What a shortage needs is used once before it: the sanitizer's first check of an object's type takes a descriptor.
    log::info("no more descriptors from here on");
    std::promise<void> slept;
    server.loops.loop(0).post([&] { spawn(sleep_once(), [&](std::exception_ptr) { slept.set_value(); }); });
    slept.get_future().wait();

    rlimit was{};
    ::getrlimit(RLIMIT_NOFILE, &was);
    Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    rlimit none{static_cast<rlim_t>(client.get() + 1), was.rlim_max};  // not one more
    std::vector<Fd> holes;
    ::setrlimit(RLIMIT_NOFILE, &none);
    for (int fd; (fd = ::dup(0)) >= 0;) holes.emplace_back(fd);
    Wire starved = Wire::connect(std::move(client), server.port);
    starved.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    before.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(before.read_reply(), ok("1 1"));  // the loop goes on, the new connection waits
    EXPECT_EQ(server.server.connections_total(), 1u);
    holes.clear();
    ::setrlimit(RLIMIT_NOFILE, &was);
    EXPECT_EQ(starved.read_reply(), ok("1 1"));
}

TEST(LimitsOf, AThousandConnectionsAreServedAtOnce) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    TestServer server(sizes);
    std::vector<Wire> wires;
    for (int i = 0; i < 1000; ++i) wires.push_back(server.connect());
    for (int round = 0; round < 2; ++round) {
        for (Wire& wire : wires) wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        for (Wire& wire : wires) ASSERT_EQ(wire.read_reply(), ok("1 1"));
    }
    EXPECT_EQ(server.server.connections_open(), 1000u);
    wires.clear();
    EXPECT_TRUE(eventually([&] { return server.server.connections_open() == 0; }));
}

}  // namespace sekisho::http
