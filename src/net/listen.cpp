#include "net/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/result.h"

namespace sekisho::net::kernel {

namespace {

void option(int fd, int level, int name, int value, const char* what) {
    if (::setsockopt(fd, level, name, &value, sizeof value) < 0) throw_errno(what);
}

}  // namespace

Fd open_socket(const Socket& socket) {
    const bool datagram = socket.meaning.datagram;
    Fd fd(::socket(AF_INET, (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) throw_errno("socket");
    // Shared ports let an endpoint's socket (any address, one link) stand beside metadata's (one address, any link): the kernel
    // prefers the specific address. Only sockets of this uid can share.
    option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
    if (socket.transparent) option(fd.get(), SOL_IP, IP_TRANSPARENT, 1, "IP_TRANSPARENT");
    if (socket.device) option(fd.get(), SOL_SOCKET, SO_BINDTOIFINDEX, static_cast<int>(socket.device), "SO_BINDTOIFINDEX");
    if (socket.ttl) option(fd.get(), SOL_IP, IP_TTL, socket.ttl, "IP_TTL");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(socket.port);
    address.sin_addr.s_addr = htonl(socket.address);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) throw_errno("bind");
    if (!datagram && ::listen(fd.get(), 1024) < 0) throw_errno("listen");
    return fd;
}

void end_listening(int fd) { ::shutdown(fd, SHUT_RDWR); }

}  // namespace sekisho::net::kernel
