// Addresses of sockets as IpAddress; ::ffff:a.b.c.d becomes a.b.c.d. Unix sockets have 0.0.0.0 and port 0.
#pragma once

#include <cstdint>
#include <utility>

#include "base/ip.h"

struct sockaddr_storage;

namespace sekisho::http {

std::pair<IpAddress, std::uint16_t> peer_of(int socket);
std::pair<IpAddress, std::uint16_t> local_of(int socket);
std::pair<IpAddress, std::uint16_t> address_of(const sockaddr_storage& address);

}  // namespace sekisho::http
