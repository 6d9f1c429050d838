// Origin: which road a request came by. Made from the listener and the socket's peer, never from anything a client writes
// (no header, no Host, no body). Two producers: the lab's listeners and --network static's.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/ip.h"
#include "base/result.h"
#include "http/message.h"

namespace sekisho::origin {

struct EndpointRoad {
    VpceId vpce;
    VpcId vpc;
    AccountId account;  // owner of the endpoint
    Region region;
};

struct Origin {
    IpAddress peer;  // public road: the public address; endpoint road: the private address
    std::uint16_t peer_port = 0;
    std::optional<EndpointRoad> endpoint;  // nullopt: the public road
    bool secure = false;                   // TLS
    bool loopback = false;                 // from this host itself, over a loopback listener
    std::string tls_version = {};          // "1.2", "1.3"; empty without TLS
};

// Refuses (AccessDenied) a PROXY-protocol endpoint id that the listener's configuration does not allow.
Result<Origin> derive(const http::Connection& connection);

}  // namespace sekisho::origin
