// PROXY protocol v2: the parser, and who may and must speak it.
#include "http/proxy_protocol.h"

#include "base/bytes.h"
#include "http/harness.h"

namespace sekisho::http {

namespace {

using namespace std::string_literals;
using State = ProxyParse::State;

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string number(std::size_t value) { return {static_cast<char>(value >> 8), static_cast<char>(value)}; }
std::string tlv(char type, std::string_view value) { return std::string(1, type) + number(value.size()) + std::string(value); }
std::string header(char version_command, char family, std::string_view rest) {
    return signature + version_command + family + number(rest.size()) + std::string(rest);
}
const std::string v4 = "\x0a\x00\x05\xa7\x34\xd8\x01\x0a\x9c\x40\x01\xbb"s;  // 10.0.5.167:40000 → 52.216.1.10:443
const std::string vpce_tlv = tlv('\xEA', "\x01vpce-0a1b2c3d4e5f60718");
const std::string good = header('\x21', '\x11', v4 + vpce_tlv);

State state(std::string_view bytes) { return parse_proxy_header(bytes).state; }

Task<Reply> who(Request request) {
    const Connection& connection = request.connection;
    Reply reply;
    reply.body = connection.peer.text() + " " + std::to_string(connection.peer_port) + " " + connection.local.text() + " " +
                 connection.proxy_vpce;
    co_return reply;
}

Listener named() {
    Listener facts;
    facts.proxy_protocol_from = {*Cidr::parse("127.0.0.2/32")};
    return facts;
}

const std::string request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

}  // namespace

TEST(ProxyHeader, TcpOverIPv4WithAnEndpointId) {
    auto parsed = parse_proxy_header(good + "GET /");
    ASSERT_EQ(parsed.state, State::complete);
    ASSERT_TRUE(parsed.header.addresses);
    EXPECT_EQ(parsed.header.addresses->source.text(), "10.0.5.167");
    EXPECT_EQ(parsed.header.addresses->source_port, 40000);
    EXPECT_EQ(parsed.header.addresses->destination.text(), "52.216.1.10");
    EXPECT_EQ(parsed.header.addresses->destination_port, 443);
    EXPECT_EQ(parsed.header.vpce, "vpce-0a1b2c3d4e5f60718");
    EXPECT_EQ(parsed.header.bytes, good.size());
}

TEST(ProxyHeader, TcpOverIPv6) {
    std::string addresses = std::string(15, '\0') + "\x01" + std::string(15, '\0') + "\x02" + number(1) + number(2);
    auto parsed = parse_proxy_header(header('\x21', '\x21', addresses));
    ASSERT_EQ(parsed.state, State::complete);
    EXPECT_EQ(parsed.header.addresses->source.text(), "::1");
    EXPECT_EQ(parsed.header.addresses->destination.text(), "::2");
    EXPECT_EQ(parsed.header.vpce, "");
}

TEST(ProxyHeader, LocalHasNoAddresses) {
    auto parsed = parse_proxy_header(header('\x20', '\x00', "anything"));
    ASSERT_EQ(parsed.state, State::complete);
    EXPECT_FALSE(parsed.header.addresses);
    EXPECT_EQ(parsed.header.vpce, "");
}

TEST(ProxyHeader, EveryPrefixIsIncomplete) {
    for (std::size_t n = 0; n < good.size(); ++n) EXPECT_EQ(state(good.substr(0, n)), State::incomplete) << n;
}

TEST(ProxyHeader, OtherVersionsCommandsAndFamiliesAreBad) {
    EXPECT_EQ(state("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"), State::bad);
    EXPECT_EQ(state("GET / HTTP/1.1\r\n"), State::bad);
    EXPECT_EQ(state(header('\x11', '\x11', v4)), State::bad);
    EXPECT_EQ(state(header('\x22', '\x11', v4)), State::bad);
    EXPECT_EQ(state(header('\x21', '\x00', v4)), State::bad);                      // unspecified
    EXPECT_EQ(state(header('\x21', '\x12', v4)), State::bad);                      // UDP
    EXPECT_EQ(state(header('\x21', '\x31', std::string(216, '\0'))), State::bad);  // Unix
    EXPECT_EQ(state(header('\x21', '\x21', v4)), State::bad);                      // too short for IPv6
    EXPECT_EQ(state(header('\x21', '\x11', v4.substr(1))), State::bad);
}

TEST(ProxyHeader, TlvsMustFitAndTheEndpointIdMustBeOne) {
    auto with = [](std::string tlvs) { return state(header('\x21', '\x11', v4 + tlvs)); };
    EXPECT_EQ(with(tlv('\x04', "noop") + tlv('\xEA', "\x02other") + tlv('\x99', "")), State::complete);
    EXPECT_EQ(with("\xEA"), State::bad);
    EXPECT_EQ(with(vpce_tlv.substr(0, 10)), State::bad);
    EXPECT_EQ(with(vpce_tlv + vpce_tlv), State::bad);
    for (std::string id :
         {""s, "vpce-"s, "vpc-1"s, "vpce-ABC"s, "vpce-1 "s, "vpce-1\n"s, "vpce-1\0"s, "vpce-" + std::string(60, 'a')})
        EXPECT_EQ(with(tlv('\xEA', "\x01" + id)), State::bad) << id;
}

TEST(ProxyHeader, MoreThan4KiBIsBadAtOnce) {
    EXPECT_EQ(state(signature + "\x21\x11" + number(4081)), State::bad);
    EXPECT_EQ(state(signature + "\x21\x11" + number(4080)), State::incomplete);
}

TEST(ProxyHeader, AChecksumThatIsSentMustBeRight) {
    // CRC-32C over the header with the checksum's bytes as zero, worked out bit by bit.
    std::string zero = header('\x21', '\x11', v4 + tlv('\x03', "\0\0\0\0"s));
    std::uint32_t crc = ~0u;
    for (unsigned char c : zero) {
        crc ^= c;
        for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
    }
    crc = ~crc;
    std::string right = number(crc >> 16) + number(crc & 0xFFFF), wrong = right;
    wrong[3] ^= 1;
    EXPECT_EQ(state(header('\x21', '\x11', v4 + tlv('\x03', right))), State::complete);
    EXPECT_EQ(state(header('\x21', '\x11', v4 + tlv('\x03', wrong))), State::bad);
    EXPECT_EQ(state(header('\x21', '\x11', v4 + tlv('\x03', "abc"))), State::bad);
}

TEST(ProxyListener, ANamedPeersHeaderTellsWhoAsks) {
    TestServer server(who, {}, 1, named());
    Wire wire = Wire::to(server.port, "127.0.0.1", "127.0.0.2");
    wire.send(good.substr(0, 20));
    wire.send(good.substr(20) + request);
    EXPECT_EQ(wire.read_to_end(), ok("10.0.5.167 40000 52.216.1.10 vpce-0a1b2c3d4e5f60718", "Connection: close\r\n"));
}

TEST(ProxyListener, LocalIsThePeerItself) {
    TestServer server(who, {}, 1, named());
    Wire wire = Wire::to(server.port, "127.0.0.1", "127.0.0.2");
    wire.send(header('\x20', '\x00', "") + request);
    EXPECT_TRUE(wire.read_to_end().find("\r\n\r\n127.0.0.2 ") != std::string::npos);
}

TEST(ProxyListener, ANamedPeerWithoutTheHeaderIsClosed) {
    TestServer server(who, quick(), 1, named());
    for (std::string bytes : {request, "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n" + request, header('\x21', '\x12', v4) + request}) {
        Wire wire = Wire::to(server.port, "127.0.0.1", "127.0.0.2");
        wire.send(bytes);
        EXPECT_TRUE(wire.ends_without_a_byte());
    }
    Wire slow = Wire::to(server.port, "127.0.0.1", "127.0.0.2");
    slow.send(good.substr(0, 20));
    EXPECT_TRUE(slow.ends_without_a_byte());
    EXPECT_EQ(server.server.requests_total(), 0u);
}

TEST(ProxyListener, AnybodyElsesHeaderIsABadRequest) {
    TestServer with_names(who, {}, 1, named()), ordinary(who, {}, 1);
    for (TestServer* server : {&with_names, &ordinary}) {
        EXPECT_EQ(server->exchange(good + request),
                  error("400 Bad Request", "BadRequest: An error occurred when parsing the HTTP request.\n"));
        EXPECT_EQ(server->server.requests_total(), 0u);
    }
}

TEST(ProxyListener, AnUnnamedPeerIsServedAsItself) {
    TestServer server(who, {}, 1, named());
    EXPECT_TRUE(server.exchange(request).find("\r\n\r\n127.0.0.1 ") != std::string::npos);
}

TEST(ProxyListener, ASecondHeaderOnTheSameConnectionIsABadRequest) {
    TestServer server(who, {}, 1, named());
    Wire wire = Wire::to(server.port, "127.0.0.1", "127.0.0.2");
    wire.send(good + good + request);
    EXPECT_EQ(wire.read_to_end(), error("400 Bad Request", "BadRequest: An error occurred when parsing the HTTP request.\n"));
}

TEST(Destinations, ConnectionsToOtherAddressesAreReset) {
    Listener facts;
    facts.only_destinations = {*Cidr::parse("127.0.1.0/24")};
    LoopPool loops(1);
    Server server(loops, {}, nullptr, who);
    Listening listening = listen_on("0.0.0.0");
    server.add_listener(std::move(listening.fd), facts);
    Wire other = Wire::to(listening.port, "127.0.0.1");
    other.try_send(request);
    EXPECT_TRUE(other.ends_without_a_byte());
    EXPECT_TRUE(other.was_reset());
    Wire right = Wire::to(listening.port, "127.0.1.5", "127.0.0.1");
    right.send(request);
    EXPECT_TRUE(right.read_to_end().find(" 127.0.1.5 ") != std::string::npos);
    EXPECT_EQ(server.requests_total(), 1u);
}

}  // namespace sekisho::http
