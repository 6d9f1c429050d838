#include "http/client_transport.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "base/ip.h"
#include "base/result.h"

namespace sekisho::http {

namespace {

using Milliseconds = std::chrono::milliseconds;

int fd_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL.
int bio_write(BIO* bio, const char* data, int size) {
    BIO_clear_retry_flags(bio);
    ssize_t n = ::send(fd_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return static_cast<int>(n);
}
int bio_read(BIO* bio, char* data, int size) {
    BIO_clear_retry_flags(bio);
    ssize_t n = ::recv(fd_of(bio), data, static_cast<std::size_t>(size), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    return static_cast<int>(n);
}
long bio_ctrl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* bio_method() {
    static BIO_METHOD* method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sekisho client");
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_ctrl(made, bio_ctrl);
        return made;
    }();
    return method;
}

std::string name_of(const ClientEndpoint& endpoint) {
    return endpoint.unix_path.empty() ? endpoint.host + ":" + std::to_string(endpoint.port) : endpoint.unix_path;
}

Fd connect_to(const sockaddr* address, socklen_t size, Milliseconds timeout, int& error) {
    Fd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    error = 0;
    if (!fd || ::connect(fd.get(), address, size) == 0) {
        if (!fd) error = errno;
        return fd;
    }
    error = errno;
    if (error != EINPROGRESS) return {};
    pollfd waiting{fd.get(), POLLOUT, 0};
    if (::poll(&waiting, 1, static_cast<int>(timeout.count())) <= 0) {
        error = ETIMEDOUT;
        return {};
    }
    socklen_t error_size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &error_size);
    return error == 0 ? std::move(fd) : Fd();
}

Fd connect_unix(const ClientEndpoint& endpoint, int& error) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (endpoint.unix_path.size() >= sizeof address.sun_path)
        throw Fault("the socket's path is too long: " + endpoint.unix_path);
    std::memcpy(address.sun_path, endpoint.unix_path.data(), endpoint.unix_path.size());
    return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, endpoint.connect_timeout, error);
}

Fd connect_tcp(const ClientEndpoint& endpoint, int& error) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    int code = ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
    if (code != 0) throw Fault("cannot resolve " + endpoint.host + ": " + ::gai_strerror(code));
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
    Fd fd;
    for (addrinfo* one = found; one && !fd; one = one->ai_next)
        fd = connect_to(one->ai_addr, one->ai_addrlen, endpoint.connect_timeout, error);
    int on = 1;
    if (fd) ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

}  // namespace

ClientTransport::ClientTransport(const ClientEndpoint& endpoint) : context_(nullptr, SSL_CTX_free), ssl_(nullptr, SSL_free) {
    int error = 0;
    fd_ = endpoint.unix_path.empty() ? connect_tcp(endpoint, error) : connect_unix(endpoint, error);
    if (!fd_) throw_errno("cannot connect to " + name_of(endpoint), error);
    if (endpoint.tls) start_tls(endpoint);
}

ClientTransport::~ClientTransport() = default;

void ClientTransport::start_tls(const ClientEndpoint& endpoint) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    int loaded = endpoint.ca_file.empty() ? SSL_CTX_set_default_verify_paths(context_.get())
                                          : SSL_CTX_load_verify_file(context_.get(), endpoint.ca_file.c_str());
    if (loaded != 1) throw Fault("TLS: cannot read certificates of " + endpoint.ca_file);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    ssl_.reset(SSL_new(context_.get()));
    SSL* ssl = ssl_.get();
    if (IpAddress::parse(endpoint.host)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), endpoint.host.c_str());
    } else {
        SSL_set1_host(ssl, endpoint.host.c_str());
        SSL_set_tlsext_host_name(ssl, endpoint.host.c_str());
    }
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    BIO* bio = BIO_new(bio_method());
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd_.get())));
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    for (;;) {
        ERR_clear_error();
        int result = SSL_connect(ssl);
        if (result == 1) return;
        int error = SSL_get_error(ssl, result);
        bool waited = (error == SSL_ERROR_WANT_READ && wait(POLLIN, endpoint.io_timeout)) ||
                      (error == SSL_ERROR_WANT_WRITE && wait(POLLOUT, endpoint.io_timeout));
        if (waited) continue;
        long verified = SSL_get_verify_result(ssl);
        throw Fault("TLS with " + name_of(endpoint) + " failed" +
                    (verified != X509_V_OK ? std::string(": ") + X509_verify_cert_error_string(verified) : ""));
    }
}

bool ClientTransport::wait(short events, Milliseconds timeout) const {
    pollfd waiting{fd_.get(), events, 0};
    int n;
    do n = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
    while (n < 0 && errno == EINTR);
    return n > 0;
}

std::optional<std::size_t> ClientTransport::read(char* data, std::size_t size, Milliseconds timeout) {
    for (;;) {
        short wanted = POLLIN;
        if (ssl_) {
            std::size_t n = 0;
            ERR_clear_error();
            if (SSL_read_ex(ssl_.get(), data, size, &n) == 1) return n;
            int error = SSL_get_error(ssl_.get(), 0);
            if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return 0;
            if (error == SSL_ERROR_WANT_WRITE) wanted = POLLOUT;
        } else {
            ssize_t n = ::recv(fd_.get(), data, size, 0);
            if (n >= 0) return static_cast<std::size_t>(n);
            if (errno != EAGAIN && errno != EINTR) return 0;
        }
        if (!wait(wanted, timeout)) return std::nullopt;
    }
}

void ClientTransport::write(std::string_view bytes, Milliseconds timeout) {
    while (!bytes.empty()) {
        short wanted = POLLOUT;
        std::size_t n = 0;
        if (ssl_) {
            ERR_clear_error();
            if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &n) != 1) {
                int error = SSL_get_error(ssl_.get(), 0);
                if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
                    throw Fault("the server closed the connection");
                if (error == SSL_ERROR_WANT_READ) wanted = POLLIN;
            }
        } else {
            ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN && errno != EINTR) throw_errno("send");
            n = sent > 0 ? static_cast<std::size_t>(sent) : 0;
        }
        bytes.remove_prefix(n);
        if (n == 0 && !wait(wanted, timeout)) throw Fault("the server does not read");
    }
}

void ClientTransport::close_write() {
    if (ssl_) SSL_shutdown(ssl_.get());
    ::shutdown(fd_.get(), SHUT_WR);
}

bool ClientTransport::is_usable() {
    char byte;
    // Anything readable between two exchanges is the end, or nothing that belongs there. (TLS: tickets came with the first
    // reply.)
    return ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EINTR);
}

}  // namespace sekisho::http
