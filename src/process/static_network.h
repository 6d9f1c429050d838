// --network static: listeners that stand for endpoints, from a TOML file. The second producer of origins, beside the lab.
//
//     [[listener]]
//     address = "10.8.0.1:443"            # where this host listens
//     endpoint = "vpce-0123456789abcdef0" # what it stands for …
//     vpc = "vpc-0123456789abcdef0"
//     region = "us-east-1"                # optional; default: the server's
//     account = "123456789012"            # optional; default: the server's
//     policy = "endpoint-policy.json"     # optional; beside this file; default: AWS's, which allows everything
//
//     [[listener]]
//     address = "10.9.0.1:4567"
//     proxy_from = ["10.9.0.2/32"]        # these peers, and nobody else, must speak PROXY protocol v2
//     [[listener.endpoints]]              # … and may name these endpoints in its AWS TLV
//     endpoint = "vpce-0fedcba9876543210"
//     vpc = "vpc-0fedcba9876543210"
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::process {

struct StaticEndpoint {
    std::string endpoint, vpc;
    std::string account, region;  // empty: the server's
    std::string policy;           // JSON text; empty: everything is allowed
};

struct StaticListener {
    std::string name;  // "static-1", …: how the supervisor and the gate speak of it
    std::string address;
    std::vector<std::string> proxy_from;    // CIDRs
    StaticEndpoint stands_for;              // endpoint empty: a public listener
    std::vector<StaticEndpoint> endpoints;  // that PROXY headers may name
};

struct StaticNetwork {
    std::vector<StaticListener> listeners;
};

// The error's message says what is wrong, and where.
Result<StaticNetwork> read_static_network(const std::string& file);

// One endpoint may be reached by several listeners; then it must be the same one everywhere: its VPC, account, region and
// policy, where `account` and `region` stand for what is not written. The error's message names it.
Result<void> check_endpoints(const StaticNetwork& network, std::string_view account, std::string_view region);

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StaticEndpoint, endpoint, vpc, account, region, policy)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StaticListener, name, address, proxy_from, stands_for, endpoints)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StaticNetwork, listeners)

}  // namespace sekisho::process
