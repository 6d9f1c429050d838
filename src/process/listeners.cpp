#include "process/listeners.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "base/bytes.h"
#include "base/ip.h"
#include "base/result.h"

namespace sekisho::process {
namespace {

struct Parsed {
    IpAddress ip;
    std::uint16_t port;
};

Parsed parse(const std::string& address) {
    auto colon = address.rfind(':');
    if (colon != std::string::npos) {
        std::string_view host = std::string_view(address).substr(0, colon);
        bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
        if (bracketed) host = host.substr(1, host.size() - 2);
        if (host == "localhost") host = "127.0.0.1";
        auto ip = IpAddress::parse(host);
        auto port = parse_u64(std::string_view(address).substr(colon + 1));
        if (ip && ip->v6 == bracketed && port && *port <= 65535) return {*ip, static_cast<std::uint16_t>(*port)};
    }
    throw Fault("\"" + address + "\" is not an address to listen on: write 127.0.0.1:4566 or [::1]:4566");
}

}  // namespace

HostListener open_listener(const ListenRequest& request) {
    auto [ip, port] = parse(request.address);
    sockaddr_storage storage{};
    socklen_t length;
    if (ip.v6) {
        auto& in6 = reinterpret_cast<sockaddr_in6&>(storage);  // the socket API's own overlay
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(port);
        std::memcpy(&in6.sin6_addr, ip.bytes.data(), 16);
        length = sizeof in6;
    } else {
        auto& in4 = reinterpret_cast<sockaddr_in&>(storage);
        in4.sin_family = AF_INET;
        in4.sin_port = htons(port);
        std::memcpy(&in4.sin_addr, ip.bytes.data(), 4);
        length = sizeof in4;
    }
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    auto refuse = [&](const char* call) {
        std::string why = errno == EADDRINUSE ? "the address is in use"
                          : errno == EACCES
                              ? "no permission: ports below 1024 need root, or net.ipv4.ip_unprivileged_port_start"
                          : errno == EADDRNOTAVAIL ? "the address is not one of this machine's"
                                                   : fmt::format("{}: {}", call, std::strerror(errno));
        throw Fault("cannot listen on " + request.address + ": " + why);
    };
    HostListener out;
    out.socket = Fd(::socket(ip.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!out.socket) refuse("socket");
    int on = 1;
    if (::setsockopt(out.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) refuse("SO_REUSEADDR");
    if (ip.v6 && ::setsockopt(out.socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0) refuse("IPV6_V6ONLY");
    if (::bind(out.socket.get(), address, length) < 0) refuse("bind");
    if (::listen(out.socket.get(), SOMAXCONN) < 0) refuse("listen");
    if (::getsockname(out.socket.get(), address, &length) < 0) refuse("getsockname");
    out.port =
        ntohs(ip.v6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port : reinterpret_cast<sockaddr_in&>(storage).sin_port);
    out.name = request.name;
    out.address = fmt::format(fmt::runtime(ip.v6 ? "[{}]:{}" : "{}:{}"), ip.text(), out.port);
    out.loopback = ip.v6 ? ip == *IpAddress::parse("::1") : ip.bytes[0] == 127;
    return out;
}

}  // namespace sekisho::process
