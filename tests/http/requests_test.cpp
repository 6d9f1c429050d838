// What reaches the handler, and what comes back, for requests that are as they should be.
#include "http/harness.h"

namespace sekisho::http {

TEST(Requests, AGetIsAnsweredAndTheConnectionStaysOpen) {
    TestServer server(echo);
    Wire wire = server.connect();
    for (int i = 0; i < 3; ++i) {
        wire.send("GET /a%20b?x=1&y HTTP/1.1\r\nHost: s3\r\n\r\n");
        EXPECT_EQ(wire.read_reply(), "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\nGET /a%20b?x=1&y");
    }
    EXPECT_EQ(server.server.requests_total(), 3u);
    EXPECT_EQ(server.server.connections_total(), 1u);
}

TEST(Requests, PipelinedRequestsAreAnsweredInOrder) {
    TestServer server(echo);
    EXPECT_EQ(server.exchange("PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                              "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
                              "PUT /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n"
                              "GET /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nPUT /1 [abc]"
              "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nGET /2"
              "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nPUT /3 [xy]"
              "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nGET /4");
}

TEST(Requests, ARequestMayComeByteByByte) {
    TestServer server(echo);
    Wire wire = server.connect();
    for (char c : std::string(
             "\r\nPUT /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n"))
        wire.send({&c, 1});
    std::string reply = wire.read_reply();
    std::string letters;
    for (char c : reply.substr(reply.find("\r\n\r\n") + 4))
        if (c >= 'a' && c <= 'c') letters += c;
    EXPECT_EQ(letters, "abc");
    wire.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nGET /next");
}

TEST(Requests, Http10ClosesUnlessItAsksToKeepTheConnection) {
    TestServer server(echo);
    EXPECT_EQ(server.exchange("GET /old HTTP/1.0\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nGET /old");
    Wire wire = server.connect();
    wire.send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: keep-alive\r\n\r\nGET /old");
    wire.send("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_EQ(wire.read_to_end(), "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nGET /old");
}

TEST(Requests, AnAbsoluteTargetBringsItsOwnHost) {
    TestServer server([](Request request) -> Task<Reply> {
        Reply reply;
        reply.body = request.target + " " + request.path + " " + std::string(*request.headers.find("host"));
        co_return reply;
    });
    EXPECT_EQ(server.exchange("GET http://s3.example:80/k?q HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nContent-Length: 41\r\nConnection: close\r\n\r\nhttp://s3.example:80/k?q /k s3.example:80");
}

TEST(Requests, FieldsKeepTheirSpellingOrderAndRepetition) {
    TestServer server([](Request request) -> Task<Reply> {
        std::string text;
        for (const auto& [name, value] : request.headers) text += name + "=" + value + ";";
        Reply reply;
        reply.body = text;
        co_return reply;
    });
    EXPECT_EQ(
        server.exchange("GET / HTTP/1.1\r\nhOsT:h\r\nX-A: \t1 2 \t\r\nx-a:\r\nX-B: \xc3\xa9\r\nConnection: close\r\n\r\n"),
        "HTTP/1.1 200 OK\r\nContent-Length: 44\r\nConnection: close\r\n\r\nhOsT=h;X-A=1 2;x-a=;X-B=\xc3\xa9;Connection=close;");
}

TEST(Requests, ConnectionFactsComeFromTheSocket) {
    Listener facts;
    facts.name = "here";
    facts.vpce = "vpce-1";
    TestServer server(
        [](Request request) -> Task<Reply> {
            Reply reply;
            reply.body = request.connection.listener->vpce + " " + request.connection.peer.text() + " " +
                         request.connection.local.text() + " " + std::to_string(request.connection.local_port) +
                         (request.connection.tls ? " tls" : " plain");
            co_return reply;
        },
        {}, 1, facts);
    Wire wire = Wire::to(server.port, "127.0.0.1", "127.0.0.9");
    wire.send("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n\r\n");
    std::string expected = "vpce-1 127.0.0.9 127.0.0.1 " + std::to_string(server.port) + " plain";
    EXPECT_EQ(wire.read_reply(),
              "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(expected.size()) + "\r\n\r\n" + expected);
}

TEST(Requests, MappedAddressesOfADualStackListenerAreUnmapped) {
    LoopPool loops(1);
    Server server(loops, {}, nullptr, [](Request request) -> Task<Reply> {
        Reply reply;
        reply.body = request.connection.peer.text() + " " + request.connection.local.text();
        co_return reply;
    });
    Listening listening = listen_on("::");
    server.add_listener(std::move(listening.fd), {});
    Wire wire = Wire::to(listening.port);
    wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(wire.read_reply(), "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n127.0.0.1 127.0.0.1");
}

}  // namespace sekisho::http
