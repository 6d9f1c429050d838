// The PROXY protocol, version 2 (haproxy.org, proxy-protocol.txt), with AWS's TLV for the VPC endpoint id. Pure.
//
// Version 1 is not spoken: it has no room for the endpoint id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"

namespace sekisho::http {

inline constexpr std::size_t proxy_header_bytes_max = 4096;

struct ProxyHeader {
    struct Addresses {
        IpAddress source, destination;
        std::uint16_t source_port = 0, destination_port = 0;
    };
    std::optional<Addresses> addresses;  // nullopt: LOCAL, the connection is the proxy's own
    std::string vpce;                    // TLV 0xEA, subtype 0x01; empty: not sent
    std::size_t bytes = 0;               // what the header took of the input
};

struct ProxyParse {
    enum class State { complete, incomplete, bad } state = State::bad;
    ProxyHeader header;
};

ProxyParse parse_proxy_header(std::string_view bytes);

}  // namespace sekisho::http
