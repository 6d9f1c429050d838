// Replies: every kind of body, on the wire.
#include <fcntl.h>
#include <sys/mman.h>

#include <stdexcept>
#include <thread>

#include "base/clock.h"
#include "base/loop.h"
#include "http/harness.h"

namespace sekisho::http {

namespace {

class Pieces final : public BodySource {
   public:
    explicit Pieces(std::vector<std::string> pieces, bool fails = false) : pieces_(std::move(pieces)), fails_(fails) {}
    Task<std::string> read() override {
        if (next_ < pieces_.size()) co_return pieces_[next_++];
        if (fails_) throw std::runtime_error("the disk is gone");
        co_return std::string();
    }

   private:
    std::vector<std::string> pieces_;
    std::size_t next_ = 0;
    bool fails_;
};

StreamBody stream(std::vector<std::string> pieces, std::optional<std::uint64_t> length, bool fails = false) {
    return {std::make_unique<Pieces>(std::move(pieces), fails), length};
}

// A file with `bytes` bytes that tell their position.
FileBody file(std::size_t bytes, std::uint64_t offset, std::uint64_t length) {
    auto owner = std::make_shared<Fd>(::memfd_create("reply", MFD_CLOEXEC));
    std::string content(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) content[i] = static_cast<char>('a' + i % 23);
    EXPECT_EQ(::pwrite(owner->get(), content.data(), bytes, 0), static_cast<ssize_t>(bytes));
    int fd = owner->get();
    return {owner, fd, offset, length};
}
std::string file_content(std::uint64_t offset, std::uint64_t length) {
    std::string content(length, '\0');
    for (std::size_t i = 0; i < length; ++i) content[i] = static_cast<char>('a' + (offset + i) % 23);
    return content;
}

Task<Reply> by_path(Request request) {
    Reply reply;
    std::string_view path = request.path;
    if (path == "/fields") {
        reply.headers.add("X-Meta", "a\r\nSet-Cookie: x");
        reply.headers.add("Content-Length", "999");
        reply.headers.add("Connection", "nonsense");
        reply.headers.add("Server", "AmazonS3");
        reply.body = "ok";
    } else if (path == "/204") {
        reply.status = 204;
    } else if (path == "/304") {
        reply.status = 304;
        reply.headers.add("ETag", "\"e\"");
        reply.body = "never sent";
    } else if (path == "/418") {
        reply.status = 418;
    } else if (path == "/object") {
        reply.head_content_length = 12345;
        reply.headers.add("ETag", "\"e\"");
    } else if (path == "/close") {
        reply.close = true;
        reply.body = "bye";
    } else if (path == "/small") {
        reply.body = file(10'000, 7, 5'000);
    } else if (path == "/empty-file") {
        reply.body = file(10, 10, 0);
    } else if (path == "/large") {
        reply.body = file(9'000'000, 13, 8'000'000);
    } else if (path == "/huge") {
        reply.body = file(64'000'000, 0, 64'000'000);
    } else if (path == "/short") {
        reply.body = file(100'000, 0, 200'000);
    } else if (path == "/small-short") {
        reply.body = file(10, 0, 20);
    } else if (path == "/stream") {
        reply.body = stream({"abc", "de"}, 5);
    } else if (path == "/chunked") {
        reply.body = stream({"abc", std::string(20, 'd')}, std::nullopt);
    } else if (path == "/stream-short") {
        reply.body = stream({"abc"}, 5);
    } else if (path == "/stream-long") {
        reply.body = stream({"abc", "defg"}, 5);
    } else if (path == "/fails-first") {
        reply.body = stream({}, 5, true);
    } else if (path == "/fails-later") {
        reply.body = stream({"abc"}, 5, true);
    } else if (path == "/chunked-fails") {
        reply.body = stream({"abc"}, std::nullopt, true);
    } else if (path == "/throws") {
        throw std::runtime_error("a fault");
    }
    co_return reply;
}

std::string get(std::string_view path, std::string_view method = "GET", std::string_view version = "1.1") {
    return std::string(method) + " " + std::string(path) + " HTTP/" + std::string(version) +
           "\r\nHost: h\r\nConnection: close\r\n\r\n";
}

}  // namespace

TEST(Replies, FieldsCannotBeForgedByValuesAndFramingIsOurs) {
    TestServer server(by_path);
    EXPECT_EQ(
        server.exchange(get("/fields")),
        "HTTP/1.1 200 OK\r\nX-Meta: a  Set-Cookie: x\r\nServer: AmazonS3\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
}

TEST(Replies, TheDateIsNow) {
    TestServer server(by_path);
    Wire wire = server.connect();
    wire.send(get("/close"));
    std::string head = wire.read_until("\r\n\r\n");
    std::size_t at = head.find("Date: ");
    ASSERT_NE(at, head.npos) << head;
    auto date = parse_http_date(std::string_view(head).substr(at + 6, 29));
    ASSERT_TRUE(date) << head;
    EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - *date), 60s);
}

TEST(Replies, NoContentAndNotModifiedHaveNoBodyAndNoLength) {
    TestServer server(by_path);
    EXPECT_EQ(server.exchange("GET /204 HTTP/1.1\r\nHost: h\r\n\r\n" + get("/304")),
              "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nConnection: close\r\n\r\n");
}

TEST(Replies, AnUnknownStatusHasSomeReason) {
    TestServer server(by_path);
    EXPECT_EQ(server.exchange(get("/418")), "HTTP/1.1 418 Status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(Replies, HeadTellsTheLengthAndSendsNothingOfIt) {
    TestServer server(by_path);
    EXPECT_EQ(
        server.exchange("HEAD /object HTTP/1.1\r\nHost: h\r\n\r\nHEAD /small HTTP/1.1\r\nHost: h\r\n\r\n"
                        "HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n" +
                        get("/fields", "HEAD")),
        "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 12345\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        "HTTP/1.1 200 OK\r\nX-Meta: a  Set-Cookie: x\r\nServer: AmazonS3\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
}

TEST(Replies, AReplyMayEndTheConnection) {
    TestServer server(by_path);
    EXPECT_EQ(server.exchange("GET /close HTTP/1.1\r\nHost: h\r\n\r\n"), ok("bye", "Connection: close\r\n"));
}

TEST(Replies, SmallFilesGoOutWhole) {
    TestServer server(by_path);
    EXPECT_EQ(server.exchange(get("/small")), ok(file_content(7, 5'000), "Connection: close\r\n"));
    EXPECT_EQ(server.exchange(get("/empty-file")), ok("", "Connection: close\r\n"));
}

TEST(Replies, LargeFilesGoOutWholeAndTheConnectionGoesOn) {
    TestServer server(by_path);
    Wire wire = server.connect();
    for (int i = 0; i < 2; ++i) {
        wire.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_TRUE(wire.read_reply() == ok(file_content(13, 8'000'000)));
    }
}

TEST(Replies, AFileThatIsShorterThanPromisedEndsInAReset) {
    TestServer server(by_path);
    Wire wire = server.connect();
    wire.send("GET /short HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_LT(wire.read_to_end().size(), 200'000u);
    EXPECT_TRUE(wire.was_reset());
}

TEST(Replies, StreamsAreCountedOrChunked) {
    TestServer server(by_path);
    EXPECT_EQ(server.exchange(get("/stream")), ok("abcde", "Connection: close\r\n"));
    EXPECT_EQ(server.exchange(get("/chunked")),
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
              "3\r\nabc\r\n14\r\ndddddddddddddddddddd\r\n0\r\n\r\n");
    EXPECT_EQ(server.exchange("GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcdddddddddddddddddddd");
}

TEST(Replies, AStreamOfTheWrongLengthIsNeverTakenForWhole) {
    TestServer server(by_path);
    for (const char* path : {"/stream-short", "/stream-long", "/fails-later", "/chunked-fails"}) {
        Wire wire = server.connect();
        wire.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        std::string got = wire.read_to_end();
        EXPECT_TRUE(wire.was_reset()) << path << ": " << got;
        EXPECT_EQ(got.find("0\r\n\r\n"), got.npos) << path << ": " << got;
    }
}

TEST(Replies, WhatFailsBeforeItsFirstByteIsAnInternalError) {
    TestServer server(by_path);
    const std::string body = "InternalError: We encountered an internal error. Please try again.\n";
    EXPECT_EQ(server.exchange(get("/fails-first")), error("500 Internal Server Error", body));
    EXPECT_EQ(server.exchange(get("/small-short")), error("500 Internal Server Error", body));
    EXPECT_EQ(server.exchange(get("/throws")), error("500 Internal Server Error", body));
}

TEST(Replies, AReaderThatStopsIsResetAfterTheWriteTimeout) {
    TestServer server(by_path, quick(), 1);
    Wire wire = server.connect();
    wire.send("GET /huge HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return server.server.requests_total() == 1 && server.server.connections_open() == 0; }));
    EXPECT_LT(wire.read_to_end().size(), 64'000'000u);
    EXPECT_TRUE(wire.was_reset());
}

TEST(Replies, ManySlowReadersOfOneSmallFileGetTheirOwnBytes) {
    // More than the socket buffers hold: the rest waits in each connection's own memory.
    TestServer server(by_path, {}, 1);
    std::vector<Wire> wires;
    constexpr int requests = 2'000;
    for (int i = 0; i < 2; ++i) wires.push_back(server.connect());
    for (Wire& wire : wires)
        for (int i = 0; i < requests; ++i) wire.send("GET /small HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string expected = ok(file_content(7, 5'000));
    for (Wire& wire : wires)
        for (int i = 0; i < requests; ++i) ASSERT_EQ(wire.read_reply(), expected);
}

TEST(Replies, HandlersMayEndOnAnotherThread) {
    TestServer server([](Request) -> Task<Reply> {
        struct ElsewhereAwaiter {
            bool await_ready() { return false; }
            void await_suspend(std::coroutine_handle<> waiter) {
                std::thread([waiter] { waiter.resume(); }).detach();
            }
            void await_resume() {}
        };
        ElsewhereAwaiter elsewhere;
        co_await elsewhere;
        Reply reply;
        reply.body = Loop::current() ? "on a loop" : "elsewhere";
        co_return reply;
    });
    Wire wire = server.connect();
    for (int i = 0; i < 50; ++i) {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(wire.read_reply(), ok("elsewhere"));
    }
}

}  // namespace sekisho::http
