// Requests to EC2 from strangers: bytes are the body of a query-protocol call. Each is read by every stage that sees it before
// and after authorization: finding the operation, parsing, asking and, as the account's root, running against memory twins.
#include <cstdint>
#include <string>
#include <variant>

#include "authz/authorizer.h"
#include "base/loop.h"
#include "net/fabric.h"
#include "services/ec2/service.h"

using namespace sekisho;

namespace {

struct NoProfiles final : ec2::InstanceProfiles {
    std::optional<ec2::InstanceProfile> find(const AccountId&, std::string_view) const override { return std::nullopt; }
};

struct NoPolicies final : authz::PolicySource {
    std::vector<authz::NamedPolicy> identity_policies(const authn::Caller&) const override { return {}; }
    std::vector<authz::NamedPolicy> boundary_policies(const authn::Caller&) const override { return {}; }
    authz::NamedPolicy endpoint_policy(const origin::EndpointRoad&) const override { return {}; }
};

struct World {
    std::unique_ptr<store::Tables> tables = store::memory_tables();
    std::unique_ptr<net::Fabric> fabric = net::memory_fabric();
    ManualClock clock{from_epoch_millis(1'790'000'000'000)};
    SeededEntropy entropy{1};
    NoProfiles profiles;
    NoPolicies policies;
    authz::Authorizer authorizer{policies, nullptr, {.decisions_max = 16}};
    ec2::Ec2 service{*tables, *fabric, clock, entropy, profiles, {}};
};

Task<bool> walk(World& world, services::Call& call) {
    auto operation = world.service.find(call);
    if (!operation) co_return false;
    auto prepared = co_await (*operation)->prepare(call);
    if (!prepared) co_return false;
    authz::RequestFacts facts;
    facts.service = "ec2";
    auto decision = world.authorizer.authorize(call.caller, origin::Origin(), (*prepared)->asks(), (*prepared)->each(), facts);
    if (!std::holds_alternative<authz::Approval>(decision)) co_return false;
    authz::Approval approval = std::move(std::get<authz::Approval>(decision));
    auto reply = co_await (*prepared)->run(std::move(approval));
    co_return reply.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // Several calls in a row, divided by NUL, so that later ones find what earlier ones made (ids repeat: the entropy is
    // seeded).
    World world;
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    for (int calls = 0; calls < 8 && !rest.empty(); ++calls) {
        std::size_t end = rest.find('\0');
        http::Request request;
        services::Call call{request, RequestId("id"), world.clock.now()};
        call.region = Region("us-east-1");
        call.account = AccountId("123456789012");
        call.caller.kind = authn::Caller::Kind::root;
        call.caller.account = call.account;
        call.caller.arn = "arn:aws:iam::123456789012:root";
        call.payload = std::string(rest.substr(0, end));
        sync_wait(walk(world, call));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return 0;
}
