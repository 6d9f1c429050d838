#include "http/socket_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace sekisho::http {

std::pair<IpAddress, std::uint16_t> address_of(const sockaddr_storage& storage) {
    IpAddress ip;
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &storage, sizeof v4);
        return {IpAddress::v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
    }
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, &storage, sizeof v6);
        ip.v6 = true;
        std::copy_n(v6.sin6_addr.s6_addr, 16, ip.bytes.begin());
        return {ip.unmapped(), ntohs(v6.sin6_port)};
    }
    return {ip, 0};
}

std::pair<IpAddress, std::uint16_t> peer_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size);  // a failure leaves "unspecified"
    return address_of(address);
}

std::pair<IpAddress, std::uint16_t> local_of(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return address_of(address);
}

}  // namespace sekisho::http
