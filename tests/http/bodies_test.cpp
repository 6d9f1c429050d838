// Bodies: streamed in, slow senders, the order of "100 Continue", and what happens to a body that nobody reads.
#include <atomic>

#include "base/loop.h"
#include "http/harness.h"

namespace sekisho::http {

namespace {

const std::string too_slow =
    error("400 Bad Request",
          "RequestTimeout: Your socket connection to the server was not read from or written to within "
          "the timeout period.\n");

// Counts and sums what comes, so that order and completeness show.
Task<Reply> checksum(Request request) {
    std::uint64_t bytes = 0, sum = 0, largest = 0;
    for (;;) {
        std::string piece = co_await request.body->read();
        if (piece.empty()) break;
        for (unsigned char c : piece) sum = sum * 31 + c;
        bytes += piece.size();
        largest = std::max<std::uint64_t>(largest, piece.size());
    }
    std::string again = co_await request.body->read();
    Reply reply;
    reply.body = std::to_string(bytes) + " " + std::to_string(sum) + (largest <= 256 * 1024 ? " fits" : " too large") +
                 (again.empty() ? "" : " more");
    co_return reply;
}

std::string expected_checksum(std::string_view body) {
    std::uint64_t sum = 0;
    for (unsigned char c : body) sum = sum * 31 + c;
    return std::to_string(body.size()) + " " + std::to_string(sum) + " fits";
}

std::string large_body(std::size_t bytes) {
    std::string body(bytes, '\0');
    std::uint32_t state = 1;
    for (char& c : body) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return body;
}

}  // namespace

TEST(Bodies, ALargeCountedBodyArrivesWholeInPiecesOfAtMost256KiB) {
    TestServer server(checksum);
    std::string body = large_body(20'000'000);
    Wire wire = server.connect();
    wire.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\n\r\n" + body + "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), ok(expected_checksum(body)));
    EXPECT_EQ(wire.read_reply(), ok("0 0 fits"));
}

TEST(Bodies, ALargeChunkedBodyArrivesWhole) {
    TestServer server(checksum);
    std::string body = large_body(3'000'000), sent = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::size_t size = 1;
    for (std::size_t at = 0; at < body.size(); at += size, size = size * 3 % 100'003) {
        std::string piece = body.substr(at, size);
        char line[32];
        std::snprintf(line, sizeof line, "%zX;name=\"v\"\r\n", piece.size());
        sent += line + piece + "\r\n";
    }
    Wire wire = server.connect();
    wire.send(sent + "0\r\nTrailer: x\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), ok(expected_checksum(body)));
}

TEST(Bodies, MalformedChunksAreRefusedAndEndTheConnection) {
    const std::string bad = error("400 Bad Request", "BadRequest: An error occurred when parsing the HTTP request.\n");
    for (const char* chunks :
         {"x\r\n", "-1\r\n", " 3\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\n",
          "0x3\r\nabc\r\n0\r\n\r\n", "0\r\nContent-Length: 3\r\n\r\n", "0\r\nbad trailer\r\n\r\n"}) {
        TestServer server(echo, quick(), 1);
        Wire wire = server.connect();
        wire.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        wire.send(chunks);
        wire.finish();
        EXPECT_EQ(wire.read_to_end(), bad) << chunks;
    }
}

TEST(Bodies, AChunkLineWithoutAnEndIsRefusedAtItsLimit) {
    TestServer server(echo);
    EXPECT_EQ(server.exchange("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;" + std::string(4096, 'x')),
              error("400 Bad Request", "BadRequest: An error occurred when parsing the HTTP request.\n"));
}

TEST(Bodies, ContinueIsSentWhenTheBodyIsFirstRead) {
    TestServer server(echo);
    Wire wire = server.connect();
    wire.send("PUT /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(wire.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    wire.send("abc");
    EXPECT_EQ(wire.read_reply(), ok("PUT /e [abc]"));
    wire.send("GET /f HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), ok("GET /f"));
}

TEST(Bodies, NoContinueWhenTheHandlerAnswersWithoutReading) {
    TestServer server(ignore_body);
    Wire wire = server.connect();
    wire.send("PUT /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(wire.read_to_end(), ok("ignored /e", "Connection: close\r\n"));
}

// botocore takes a final answer that came in place of "100 Continue" for the next one's beginning, unless the connection ends.
TEST(Bodies, AnEmptyBodyIsContinuedToo) {
    for (auto handler : {echo, ignore_body}) {
        TestServer server(handler);
        Wire wire = server.connect();
        for (int i = 0; i < 2; ++i) {
            wire.send("PUT /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
            EXPECT_EQ(wire.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
            EXPECT_EQ(wire.read_reply(), ok(handler == echo ? "PUT /e" : "ignored /e"));
        }
    }
}

TEST(Bodies, ARefusedEmptyBodyIsNotContinuedAndEndsTheConnection) {
    TestServer server([](Request) -> Task<Reply> { throw BodyFault{403, "AccessDenied", "no"}; });
    Wire wire = server.connect();
    wire.send("PUT /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(wire.read_to_end(), error("403 Forbidden", "AccessDenied: no\n"));
}

TEST(Bodies, NoContinueForHttp10) {
    TestServer server(echo);
    EXPECT_EQ(server.exchange("PUT /b HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"),
              ok("PUT /b [x]", "Connection: close\r\n"));
}

TEST(Bodies, ASmallUnreadBodyThatIsThereIsThrownAwayAndTheConnectionGoesOn) {
    TestServer server(ignore_body);
    Wire wire = server.connect();
    wire.send(
        "PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789"
        "PUT /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
        "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), ok("ignored /1"));
    EXPECT_EQ(wire.read_reply(), ok("ignored /2"));
    EXPECT_EQ(wire.read_reply(), ok("ignored /3"));
}

TEST(Bodies, ALargeUnreadBodyEndsTheConnectionButTheReplyIsHeard) {
    TestServer server(ignore_body);
    Wire wire = server.connect();
    wire.send("PUT /big HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n");
    wire.try_send(std::string(5'000'000, 'x'));  // all of it, before the reply is looked at
    EXPECT_EQ(wire.read_to_end(), ok("ignored /big", "Connection: close\r\n"));
    EXPECT_FALSE(wire.was_reset());
}

TEST(Bodies, ASenderThatStopsIsToldSoAfterTheTimeout) {
    TestServer server(echo, quick());
    for (const char* framing : {"Content-Length: 10", "Transfer-Encoding: chunked"})
        EXPECT_EQ(server.exchange("PUT / HTTP/1.1\r\nHost: h\r\n" + std::string(framing) + "\r\n\r\n5"), too_slow);
}

TEST(Bodies, ASenderBelowTheLeastRateIsToldSoAlthoughItKeepsSending) {
    Limits limits = quick();
    limits.body_bytes_per_second_min = 1000;
    TestServer server(echo, limits, 1);
    Wire wire = server.connect();
    wire.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
    auto begun = std::chrono::steady_clock::now();
    while (wire.try_send("x") && std::chrono::steady_clock::now() - begun < patience && server.server.connections_open() == 1)
        ::usleep(10'000);  // 100 bytes a second: never quiet for the 150 ms
    EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
}

TEST(Bodies, TheWaitOfASlowHandlerIsNotTheClientsFault) {
    static std::atomic<bool> begun, go_on;
    begun = go_on = false;
    TestServer server(
        [](Request request) -> Task<Reply> {
            std::string all;
            for (;;) {
                std::string piece = co_await request.body->read();
                if (piece.empty()) break;
                all += piece;
                begun = true;
                while (!go_on) co_await sleep_for(1ms);
            }
            Reply reply;
            reply.body = std::to_string(all.size());
            co_return reply;
        },
        quick());
    Wire wire = server.connect();
    wire.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\n" + std::string(400000, 'x'));
    ASSERT_TRUE(eventually([] { return begun.load(); }));
    Wire silent = server.connect();
    EXPECT_TRUE(silent.ends_without_a_byte());  // what a client may take has passed
    go_on = true;
    EXPECT_EQ(wire.read_reply(), ok("400000"));
}

TEST(Bodies, AClientThatLeavesInMidBodyIsAFaultForTheHandler) {
    static std::atomic<int> faults;
    faults = 0;
    TestServer server([](Request request) -> Task<Reply> {
        try {
            for (;;) {
                std::string piece = co_await request.body->read();
                if (piece.empty()) break;
            }
        } catch (const BodyFault& fault) {
            if (fault.code == "IncompleteBody") ++faults;
            throw;
        }
        co_return Reply();
    });
    {
        Wire wire = server.connect();
        wire.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        wire.finish();  // half closed: it can still hear
        EXPECT_EQ(wire.read_to_end(), error("400 Bad Request",
                                            "IncompleteBody: You did not provide the number of bytes specified by the "
                                            "Content-Length HTTP header\n"));
    }
    EXPECT_EQ(faults, 1);
    EXPECT_TRUE(eventually([&] { return server.server.connections_open() == 0; }));
}

TEST(Bodies, AReaderThatIsKeptPastItsRequestGetsNothingOfTheNext) {
    static std::unique_ptr<BodyReader> kept;
    TestServer server(
        [](Request request) -> Task<Reply> {
            Reply reply;
            if (kept) {
                try {
                    reply.body = co_await kept->read();
                } catch (const BodyFault& fault) {
                    reply.body = fault.code;
                }
                kept.reset();
            } else {
                kept = std::move(request.body);
            }
            co_return reply;
        },
        {}, 1);
    Wire wire = server.connect();
    wire.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), ok(""));
    wire.send("PUT /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nsecret");
    EXPECT_EQ(wire.read_reply(), ok("IncompleteBody"));
}

}  // namespace sekisho::http
