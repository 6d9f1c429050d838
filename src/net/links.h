// rtnetlink messages for links, addresses, routes and rules. Each function gives the messages of one object, in order.
#pragma once

#include <vector>

#include "net/netlink.h"
#include "net/objects.h"

namespace sekisho::net::kernel {

Message loopback_up();
std::vector<Message> base_rules();  // of a router: look into the main table first, and drop what no subnet's table knows

std::vector<Message> making(const Bridge& bridge);
std::vector<Message> making(const Veth& veth, int peer_space);
std::vector<Message> making(const Up& up);
std::vector<Message> making(const Address& address);
std::vector<Message> making(const Neighbour& neighbour);
std::vector<Message> making(const Route& route);
std::vector<Message> making(const Rule& rule);
std::vector<Message> removing(const Bridge& bridge);
std::vector<Message> removing(const Veth& veth);
std::vector<Message> removing(const Up& up);
std::vector<Message> removing(const Address& address);
std::vector<Message> removing(const Neighbour& neighbour);
std::vector<Message> removing(const Route& route);
std::vector<Message> removing(const Rule& rule);

}  // namespace sekisho::net::kernel
