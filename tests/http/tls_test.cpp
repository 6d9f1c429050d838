// TLS and plain on one port; certificates by name; the CA's files.
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/result.h"
#include "http/certificates.h"
#include "http/client.h"
#include "http/harness.h"

namespace sekisho::http {

namespace {

struct Folder {
    Folder() {
        char name[] = "/tmp/sekisho-http-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

// A CA in a folder of its own, and a server with it.
struct Secure {
    explicit Secure(Handler handler, Limits limits = {}, std::vector<std::string> names = {})
        : ca(std::make_shared<CertificateAuthority>(folder.path, std::move(names), clock, entropy)),
          server(std::move(handler), limits, 2, {}, ca) {}

    std::string ca_file() const { return (folder.path / "ca.pem").string(); }
    ClientEndpoint endpoint(std::string host = "localhost") const {
        ClientEndpoint endpoint;
        endpoint.host = std::move(host);
        endpoint.port = server.port;
        endpoint.tls = true;
        endpoint.ca_file = ca_file();
        return endpoint;
    }
    int run(const std::string& command) const {
        std::string line = "P=" + std::to_string(server.port) + " CA=" + ca_file() + "; " + command;
        return ::system(line.c_str());
    }

    SystemClock clock;
    SystemEntropy entropy;
    Folder folder;
    std::shared_ptr<CertificateAuthority> ca;
    TestServer server;
};

Task<Reply> secured(Request request) {
    std::string body = request.connection.tls ? "tls " : "plain ";
    for (;;) {
        std::string piece = co_await request.body->read();
        if (piece.empty()) break;
        body += std::to_string(piece.size()) + " ";
    }
    Reply reply;
    reply.body = std::move(body);
    co_return reply;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777;
}

}  // namespace

TEST(Tls, OnePortSpeaksBoth) {
    Secure secure(secured);
    Client client(secure.endpoint());
    ClientRequest request;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.request(request).body, "tls ");
    EXPECT_EQ(secure.server.server.connections_total(), 1u);
    EXPECT_EQ(secure.server.exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
              ok("plain ", "Connection: close\r\n"));
}

TEST(Tls, LargeBodiesBothWays) {
    Secure secure([](Request request) -> Task<Reply> {
        std::string all;
        for (;;) {
            std::string piece = co_await request.body->read();
            if (piece.empty()) break;
            all += piece;
        }
        Reply reply;
        reply.body = std::move(all);
        co_return reply;
    });
    Client client(secure.endpoint());
    ClientRequest request;
    request.method = "PUT";
    request.body.resize(5'000'000);
    for (std::size_t i = 0; i < request.body.size(); ++i) request.body[i] = static_cast<char>(i * 7 / 5);
    EXPECT_TRUE(client.request(request).body == request.body);
    request.body = "small";
    EXPECT_EQ(client.request(request).body, "small");
}

TEST(Tls, CurlAndPythonsStrictVerificationAcceptTheLeaves) {
    Secure secure(secured, {}, {"store.example.org", "127.0.0.5"});
    for (const char* name : {"localhost", "s3.us-east-1.amazonaws.com", "a.bucket.s3.eu-west-1.amazonaws.com",
                             "iam.amazonaws.com", "ec2.us-east-1.api.aws", "x.localhost", "store.example.org"})
        EXPECT_EQ(secure.run("curl -sf --cacert $CA --resolve " + std::string(name) + ":$P:127.0.0.1 https://" + name +
                             ":$P/ | grep -q '^tls'"),
                  0)
            << name;
    for (const char* address : {"127.0.0.1", "127.0.0.5"})  // without a name: the default leaf
        EXPECT_EQ(secure.run("curl -sf --cacert $CA --connect-to ::127.0.0.1: https://" + std::string(address) +
                             ":$P/ | grep -q '^tls'"),
                  0)
            << address;
    EXPECT_EQ(secure.run("curl -sf --cacert $CA --resolve evil.example:$P:127.0.0.1 https://evil.example:$P/"), 60 << 8);
    EXPECT_EQ(secure.run("python3 - $P $CA <<'END'\n"
                         "import socket, ssl, sys\n"
                         "context = ssl.create_default_context(cafile=sys.argv[2])\n"
                         "context.verify_flags |= ssl.VERIFY_X509_STRICT\n"
                         "context.set_alpn_protocols(['h2', 'http/1.1'])\n"
                         "for name in 'bucket.s3.us-east-1.amazonaws.com', 'localhost', '127.0.0.1':\n"
                         "    with context.wrap_socket(socket.create_connection(('127.0.0.1', int(sys.argv[1]))),\n"
                         "                             server_hostname=name) as s:\n"
                         "        assert s.selected_alpn_protocol() == 'http/1.1'\n"
                         "        s.sendall(b'GET / HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n')\n"
                         "        assert b'tls' in s.recv(4096)\n"
                         "END"),
              0);
}

TEST(Tls, OldVersionsAndOtherProtocolsAreRefused) {
    Secure secure(secured);
    const std::string client = "openssl s_client -connect 127.0.0.1:$P -servername localhost -CAfile $CA ";
    EXPECT_EQ(secure.run(client + "-tls1_2 </dev/null >/dev/null 2>&1"), 0);
    EXPECT_EQ(secure.run(client + "-tls1_3 </dev/null >/dev/null 2>&1"), 0);
    EXPECT_NE(secure.run(client + "-tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null >/dev/null 2>&1"), 0);
    EXPECT_NE(secure.run(client + "-alpn h2 </dev/null >/dev/null 2>&1"), 0);
}

TEST(Tls, AHandshakeThatStallsOrFailsIsClosed) {
    Secure secure(secured, quick());
    Wire stalled = secure.server.connect();
    stalled.send("\x16\x03\x01");
    EXPECT_TRUE(stalled.ends_without_a_byte());
    Wire garbage = secure.server.connect();
    garbage.send("\x16garbage that is no handshake at all, whatever its first byte says");
    garbage.read_to_end();  // an alert, perhaps
    EXPECT_TRUE(eventually([&] { return secure.server.server.connections_open() == 0; }));
    EXPECT_EQ(secure.server.server.requests_total(), 0u);
}

TEST(Tls, WithoutAProviderTlsIsClosed) {
    TestServer server(secured);
    Wire wire = server.connect();
    wire.send("\x16\x03\x01");
    EXPECT_TRUE(wire.ends_without_a_byte());
}

TEST(Tls, TheClientRefusesAServerItCannotVerify) {
    Secure secure(secured), other(secured);
    ClientEndpoint wrong_ca = secure.endpoint();
    wrong_ca.ca_file = other.ca_file();
    Listening everywhere = listen_on("0.0.0.0");
    ClientEndpoint wrong_name = secure.endpoint("127.0.0.77");  // not in the leaf
    wrong_name.port = everywhere.port;
    secure.server.server.add_listener(std::move(everywhere.fd), {});
    for (const ClientEndpoint& endpoint : {wrong_ca, wrong_name}) {
        Client client(endpoint);
        try {
            client.request({});
            ADD_FAILURE() << "answered";
        } catch (const Fault& fault) {
            EXPECT_TRUE(std::string(fault.what()).starts_with("TLS with ")) << fault.what();
        }
    }
    EXPECT_EQ(secure.server.server.requests_total() + other.server.server.requests_total(), 0u);
}

TEST(Certificates, TheFilesAreMadeOnceAndGuarded) {
    Folder folder;
    SystemClock clock;
    SystemEntropy entropy;
    auto ca_folder = folder.path / "tls";
    std::string pem = CertificateAuthority(ca_folder, {}, clock, entropy).ca_pem();
    EXPECT_EQ(mode_of(ca_folder / "ca.pem"), 0644u);
    EXPECT_EQ(mode_of(ca_folder / "ca-key.pem"), 0600u);
    EXPECT_EQ(read_file(ca_folder / "ca.pem"), pem);
    EXPECT_EQ(CertificateAuthority(ca_folder, {}, clock, entropy).ca_pem(), pem);

    // A key alone is what an interrupted first start leaves.
    std::filesystem::remove(ca_folder / "ca.pem");
    std::string renewed = CertificateAuthority(ca_folder, {}, clock, entropy).ca_pem();
    EXPECT_NE(renewed, pem);

    std::ofstream(ca_folder / "ca.pem") << pem;  // another key's
    EXPECT_THROW(CertificateAuthority(ca_folder, {}, clock, entropy), Fault);
    std::ofstream(ca_folder / "ca.pem") << "nonsense";
    EXPECT_THROW(CertificateAuthority(ca_folder, {}, clock, entropy), Fault);
    std::ofstream(ca_folder / "ca.pem") << renewed;
    std::filesystem::remove(ca_folder / "ca-key.pem");
    EXPECT_THROW(CertificateAuthority(ca_folder, {}, clock, entropy), Fault);
}

TEST(Certificates, LeavesAreOnlyForNamesThatAreOurs) {
    Folder folder;
    SystemClock clock;
    SystemEntropy entropy;
    CertificateAuthority ca(folder.path, {"Store.example.org", "*.data.example.org", "10.0.0.1"}, clock, entropy);
    for (const char* name :
         {"s3.amazonaws.com", "a.b.c.s3.us-east-1.amazonaws.com", "S3.AMAZONAWS.COM", "s3.us-east-1.api.aws", "localhost",
          "a.localhost", "store.example.org", "b.data.example.org", "my_bucket.s3.amazonaws.com"})
        EXPECT_TRUE(ca.speaks_for(name)) << name;
    for (const char* name : {"", "amazonaws.com", "evilamazonaws.com", "amazonaws.com.evil", "example.org", "data.example.org",
                             "x.store.example.org", ".amazonaws.com", "a..amazonaws.com", "a b.amazonaws.com",
                             "a,b.amazonaws.com", "*.amazonaws.com", "10.0.0.1"})
        EXPECT_FALSE(ca.speaks_for(name)) << name;
    EXPECT_THROW(CertificateAuthority(folder.path, {"no name"}, clock, entropy), Fault);
}

TEST(Certificates, ManyNamesDoNotGrowTheCacheAndOldLeavesAreRenewed) {
    Folder folder;
    ManualClock clock(std::chrono::system_clock::now());
    SystemEntropy entropy;
    auto ca = std::make_shared<CertificateAuthority>(folder.path, std::vector<std::string>{}, clock, entropy);
    // A whole handshake in memory, as the server does it; the leaf's serial number as the client saw it.
    auto serial_for = [&](const std::string& name) {
        std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> client_context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
        std::unique_ptr<SSL, decltype(&SSL_free)> client(SSL_new(client_context.get()), SSL_free);
        auto context = ca->server_context();
        std::unique_ptr<SSL, decltype(&SSL_free)> server(SSL_new(context.get()), SSL_free);
        BIO *one = nullptr, *other = nullptr;
        BIO_new_bio_pair(&one, 0, &other, 0);
        SSL_set_bio(client.get(), one, one);
        SSL_set_bio(server.get(), other, other);
        SSL_set_tlsext_host_name(client.get(), name.c_str());
        SSL_set_connect_state(client.get());
        SSL_set_accept_state(server.get());
        for (int i = 0; i < 10 && SSL_do_handshake(client.get()) != 1; ++i) SSL_do_handshake(server.get());
        std::unique_ptr<X509, decltype(&X509_free)> leaf(SSL_get1_peer_certificate(client.get()), X509_free);
        EXPECT_TRUE(leaf) << name;
        std::unique_ptr<BIGNUM, decltype(&BN_free)> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf.get()), nullptr),
                                                           BN_free);
        char* text = BN_bn2hex(number.get());
        std::string serial = text;
        OPENSSL_free(text);
        return serial;
    };
    std::string first = serial_for("first.localhost");
    EXPECT_EQ(serial_for("first.localhost"), first);
    EXPECT_EQ(serial_for("nobody.example"), serial_for(""));  // the default leaf
    for (int i = 0; i < 1000; ++i) serial_for("n" + std::to_string(i) + ".localhost");
    EXPECT_NE(serial_for("first.localhost"), first);  // forgotten meanwhile, and made again
    std::string second = serial_for("first.localhost");
    clock.advance(std::chrono::hours(24 * 61));
    EXPECT_NE(serial_for("first.localhost"), second);
}

}  // namespace sekisho::http
