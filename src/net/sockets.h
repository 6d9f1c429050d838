// OpenedSocket: what a socket that the lab opened for the gate stands for. The gate learns its origin from here, never from
// what comes in by it. The value travels as JSON beside the descriptor itself (SCM_RIGHTS).
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/fd.h"

namespace sekisho::net {

enum class SocketKind {
    api,       // listening TCP socket: HTTP on port 80, TLS on port 443 (the gate tells them apart by the first byte)
    metadata,  // listening TCP socket of the instance metadata service
    dns,       // the VPC's resolver: a bound UDP socket (`datagram` is true) or a listening TCP socket
};

struct OpenedSocket {
    std::uint64_t id = 0;  // unique while this lab lives; a new lab starts again
    SocketKind kind = SocketKind::api;
    std::string name;     // for logs: "vpce-0a…/subnet-0b…:443", "internet:80", "vpc-0c…/dns 10.0.0.2:53"
    std::string vpce;     // endpoints only
    std::string vpc;      // endpoints, metadata, dns
    std::string subnet;   // endpoints only: the subnet whose requests come in here
    std::string account;  // owner of the endpoint, or of the VPC
    std::string region;
    bool internet = false;  // the lab's internet: peers are public addresses
    bool datagram = false;
    std::vector<std::string> only_destinations;  // CIDRs; connections to other addresses are not this socket's

    auto operator<=>(const OpenedSocket&) const = default;
};

// Who is told. `opened` is handed a descriptor of its own. When `closed` is called no route leads to the socket any more and it
// has stopped listening, whoever holds copies; connections that were accepted from it are the receiver's to close.
struct SocketEvents {
    std::function<void(const OpenedSocket& socket, Fd fd)> opened;
    std::function<void(std::uint64_t id)> closed;
};

void to_json(nlohmann::json& json, const OpenedSocket& socket);
void from_json(const nlohmann::json& json, OpenedSocket& socket);  // throws nlohmann::json::exception

}  // namespace sekisho::net
