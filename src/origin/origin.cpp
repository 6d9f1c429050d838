#include "origin/origin.h"

#include "wire/errors/common.h"

namespace sekisho::origin {

Result<Origin> derive(const http::Connection& connection) {
    const http::Listener& listener = *connection.listener;
    Origin origin;
    origin.peer = connection.peer;
    origin.peer_port = connection.peer_port;
    origin.secure = connection.tls;
    origin.tls_version = connection.tls_version;
    origin.loopback = listener.loopback;

    std::string vpce = listener.vpce, vpc = listener.vpc, account = listener.account, region = listener.region;
    if (!connection.proxy_vpce.empty() && connection.proxy_vpce != listener.vpce) {
        auto named = listener.proxy_endpoints.find(connection.proxy_vpce);
        // A named peer speaks for the endpoints that the configuration gives it, and for no other.
        if (named == listener.proxy_endpoints.end()) return fail(error::AccessDenied);
        vpce = named->first;
        vpc = named->second.vpc;
        account = named->second.account;
        region = named->second.region;
    }
    if (!vpce.empty()) origin.endpoint = EndpointRoad{VpceId(vpce), VpcId(vpc), AccountId(account), Region(region)};
    return origin;
}

}  // namespace sekisho::origin
