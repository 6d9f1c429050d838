// Heads that two readers could understand differently, or that are no HTTP at all: refused before any handler sees them.
#include "http/harness.h"
#include "http/head.h"

namespace sekisho::http {

namespace {

const std::string bad = error("400 Bad Request", "BadRequest: An error occurred when parsing the HTTP request.\n");

// The refusal is the only answer: what follows the bad head on the connection is not taken for a request.
void expect_only_refusal(std::string_view head, const std::string& expected = bad) {
    TestServer server(echo, quick(), 1);
    Wire wire = server.connect();
    wire.send(head);
    wire.try_send("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    wire.finish();
    EXPECT_EQ(wire.read_to_end(), expected) << head;
    EXPECT_EQ(server.server.requests_total(), 0u) << head;
}

}  // namespace

TEST(Refusals, BothContentLengthAndTransferEncoding) {
    expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n");
}

TEST(Refusals, ContentLengthsThatAreNotOnePlainNumber) {
    for (const char* length : {"+5", "-1", "5, 5", "5 5", "0x5", "", "5a", "99999999999999999999", "\v5"})
        expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::string(length) + "\r\n\r\n");
    expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n");
    expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\n");
}

TEST(Refusals, TransferEncodingsOtherThanChunkedOnce) {
    const std::string not_implemented =
        error("501 Not Implemented", "NotImplemented: A header you provided implies functionality that is not implemented\n");
    for (const char* encoding : {"identity", "gzip, chunked", "xchunked", "chunked, identity", "chunked;q=1", ""})
        expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + std::string(encoding) + "\r\n\r\n",
                            not_implemented);
    expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
    expect_only_refusal("PUT / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(Refusals, FoldedLinesAndBareLineEnds) {
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX:\r\n\tb\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\n Host: h\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\nX: a\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\rX: a\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\nHost: h\r\n\r\n");
}

TEST(Refusals, ControlCharactersAndMalformedNames) {
    using namespace std::string_literals;
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"s);
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\x01\r\n\r\n"s);
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX: a\x7f\r\n\r\n"s);
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX : a\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: h\r\nX\0: a\r\n\r\n"s);
    expect_only_refusal("GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n"s);
}

TEST(Refusals, HostsThatAreMissingDoubledOrNoNames) {
    expect_only_refusal("GET / HTTP/1.1\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n");
    expect_only_refusal("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n");
    expect_only_refusal("GET http://a@b/ HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(Refusals, RequestLinesThatAreNone) {
    expect_only_refusal("GET  / HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("GET / a HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("GET /\r\nHost: h\r\n\r\n");
    expect_only_refusal("G(T / HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("GET index HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("GET * HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("GET / http/1.1\r\nHost: h\r\n\r\n");
    expect_only_refusal("\x80GET / HTTP/1.1\r\n\r\n");
    expect_only_refusal("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(Refusals, OtherVersionsAndExpectations) {
    expect_only_refusal(
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        error("505 HTTP Version Not Supported", "HTTPVersionNotSupported: The HTTP version specified is not supported.\n"));
    expect_only_refusal("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\n",
                        error("417 Expectation Failed", "ExpectationFailed: The expectation given in Expect cannot be met.\n"));
}

TEST(Refusals, TheRendererGivesThemTheirForm) {
    LoopPool loops(1);
    Server server(loops, {}, nullptr, echo, [](int status, std::string code, std::string message) {
        Reply reply;
        reply.status = status;
        reply.body = "<Code>" + code + "</Code>" + (message.empty() ? "" : "…");
        return reply;
    });
    Listening listening = listen_on();
    server.add_listener(std::move(listening.fd), {});
    Wire wire = Wire::to(listening.port);
    wire.send("nonsense\r\n\r\n");
    wire.finish();
    EXPECT_EQ(wire.read_to_end(),
              "HTTP/1.1 400 Bad Request\r\nContent-Length: 26\r\nConnection: close\r\n\r\n<Code>BadRequest</Code>…");
}

TEST(Refusals, AHeadThatIsStrictAndPlainPasses) {
    auto head = parse_head("OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 007\r\n\r\n", Limits());
    ASSERT_TRUE(head);
    EXPECT_EQ(head->content_length, 7u);
    EXPECT_EQ(head->path, "*");
}

}  // namespace sekisho::http
