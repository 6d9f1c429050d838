// GetStatus: the networks of the caller's account in a region, with what the kernel counts: VPCs, endpoints, NAT gateways,
// instances.
#pragma once

#include "services/sekisho/service.h"

namespace sekisho::own {

struct GetStatus {
    static constexpr std::string_view name = "GetStatus";
    struct Input {};
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Own& own);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Own& own);
};

}  // namespace sekisho::own
