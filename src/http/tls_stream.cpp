#include "http/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "base/result.h"
#include "http/socket.h"

namespace sekisho::http {

// What the BIO reads from and writes to.
struct TlsStream::Wire {
    Socket& socket;
    std::string received;
    std::size_t taken = 0;
};

namespace {

using Wire = TlsStream::Wire;

int bio_read(BIO* bio, char* data, int size) {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (wire.taken < wire.received.size()) {
        std::size_t n = std::min<std::size_t>(wire.received.size() - wire.taken, static_cast<std::size_t>(size));
        std::copy_n(wire.received.data() + wire.taken, n, data);
        wire.taken += n;
        if (wire.taken == wire.received.size()) wire.received = {}, wire.taken = 0;
        return static_cast<int>(n);
    }
    ssize_t n = wire.socket.try_receive(data, static_cast<std::size_t>(size));
    if (n == -2) BIO_set_retry_read(bio);
    return n >= 0 ? static_cast<int>(n) : -1;
}

int bio_write(BIO* bio, const char* data, int size) {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    iovec piece{const_cast<char*>(data), static_cast<std::size_t>(size)};
    ssize_t n = wire.socket.try_send({&piece, 1});
    if (n == 0) BIO_set_retry_write(bio);
    return n > 0 ? static_cast<int>(n) : -1;
}

long bio_ctrl(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return static_cast<Wire*>(BIO_get_data(bio))->socket.is_open() ? 0 : 1;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* bio_method() {
    static BIO_METHOD* method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sekisho socket");
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_ctrl(made, bio_ctrl);
        return made;
    }();
    return method;
}

}  // namespace

void TlsStream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(std::shared_ptr<ssl_ctx_st> context, Socket& socket, std::string received)
    : context_(std::move(context)), wire_(new Wire{socket, std::move(received)}), ssl_(SSL_new(context_.get())) {
    BIO* bio = ssl_ ? BIO_new(bio_method()) : nullptr;
    if (!bio) throw Fault("TLS: no memory for a connection");
    BIO_set_data(bio, wire_.get());
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
}

TlsStream::~TlsStream() = default;

TlsStream::Outcome TlsStream::outcome(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_NONE:
            return Outcome::done;
        case SSL_ERROR_WANT_READ:
            return Outcome::want_read;
        case SSL_ERROR_WANT_WRITE:
            return Outcome::want_write;
        case SSL_ERROR_ZERO_RETURN:
            return Outcome::end;
        default:
            return Outcome::failed;
    }
}

TlsStream::Outcome TlsStream::handshake() {
    ERR_clear_error();
    return outcome(SSL_do_handshake(ssl_.get()));
}

TlsStream::Outcome TlsStream::read(char* data, std::size_t size, std::size_t& n) {
    ERR_clear_error();
    return outcome(SSL_read_ex(ssl_.get(), data, size, &n));
}

TlsStream::Outcome TlsStream::write(const char* data, std::size_t size, std::size_t& n) {
    ERR_clear_error();
    return outcome(SSL_write_ex(ssl_.get(), data, size, &n));
}

std::string_view TlsStream::version() const {
    switch (SSL_version(ssl_.get())) {
        case TLS1_3_VERSION:
            return "1.3";
        case TLS1_2_VERSION:
            return "1.2";
        case TLS1_1_VERSION:
            return "1.1";
        default:
            return "1.0";
    }
}

void TlsStream::close_notify() {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

}  // namespace sekisho::http
