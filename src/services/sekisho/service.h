// The server's own service: explain, status, scrub, sessions. JSON protocol, X-Amz-Target: Sekisho.<Operation>, SigV4 with
// service name "sekisho", IAM actions sekisho:<Operation>.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "authz/authorizer.h"
#include "http/loop_pool.h"
#include "net/fabric.h"
#include "services/operation.h"

namespace sekisho::own {

// What the operations stand on; all outlive the service.
struct Own {
    const authz::Authorizer& authorizer;
    net::Fabric& fabric;
    http::LoopPool& loops;
    // The networks and instances of an account in a region, as JSON: {"Vpcs": [{"Id", "NatGateways": [{"Id", …}], "Endpoints":
    // …, …}]}.
    std::function<nlohmann::json(const AccountId&, const Region&)> networks;
    // One step of a scrub of what an account may have scrubbed, as JSON (gate/scrub_report.h); nullopt: no such token.
    std::function<Task<std::optional<nlohmann::json>>(const AccountId&, std::string token)> scrub;
    // EC2's error where the instance is not there or not running.
    std::function<std::optional<ApiError>(const AccountId&, const Region&, const InstanceId&)> not_running;
    // Its tags, for conditions; empty where it is not there.
    std::function<std::map<std::string, std::string>(const AccountId&, const Region&, const InstanceId&)> instance_tags;
};

class Sekisho final : public services::Service {
   public:
    explicit Sekisho(Own own);
    std::string_view name() const override { return "sekisho"; }
    Result<const services::AnyOperation*> find(services::Call& call) const override;

   private:
    Own own_;
    services::OperationList operations_;
};

// The JSON object of a call's body; SerializationException when it is none.
Result<nlohmann::json> input_of(const services::Call& call);
http::Reply json_reply(const nlohmann::json& body);

inline constexpr ErrorCode SerializationException{"SerializationException", 400, "The request body is not a JSON object."};
inline constexpr ErrorCode ValidationException{"ValidationException", 400, ""};
inline constexpr ErrorCode UnknownOperationException{"UnknownOperationException", 501, "This operation is not implemented."};

}  // namespace sekisho::own
