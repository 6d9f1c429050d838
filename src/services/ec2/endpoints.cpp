#include "services/ec2/endpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "services/ec2/limits.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

std::vector<const Endpoint*> endpoints_of_table(const State& state, std::string_view route_table) {
    std::vector<const Endpoint*> found;
    for (const auto& [id, endpoint] : state.endpoints)
        if (std::find(endpoint->route_tables.begin(), endpoint->route_tables.end(), route_table) !=
            endpoint->route_tables.end())
            found.push_back(endpoint.get());
    return found;
}

std::string default_endpoint_policy() {
    return R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";
}

Result<void> set_policy(Endpoint& endpoint, const std::string& given) {
    std::string policy = given.empty() ? default_endpoint_policy() : given;
    if (policy.size() > limits::endpoint_policy_characters)
        return fail(error::ec2::InvalidPolicyDocument, "The policy document is longer than 20480 characters");
    auto document = policy::validate(policy, policy::Kind::endpoint);
    if (!document) return fail(error::ec2::InvalidPolicyDocument, document.error().message);
    endpoint.policy = std::move(policy);
    endpoint.document = std::move(*document);
    return {};
}

Result<void> add_route_tables(const State& state, Endpoint& endpoint, const std::vector<std::string>& tables) {
    for (const std::string& id : tables) {
        const RouteTable* table = state.route_tables.find(id);
        if (!table)
            return fail(
                ApiError{"InvalidRouteTableId.NotFound", 400, fmt::format("The routeTable ID '{}' does not exist", id), {}});
        if (table->vpc != endpoint.vpc)
            return fail(error::ec2::InvalidParameter,
                        fmt::format("Route table {} and network {} belong to different networks", id, endpoint.vpc));
        auto& own = endpoint.route_tables;
        if (std::find(own.begin(), own.end(), id) != own.end()) continue;
        for (const Endpoint* other : endpoints_of_table(state, id))
            if (other->service_name == endpoint.service_name && other->id != endpoint.id)
                return fail(
                    error::ec2::RouteAlreadyExists,
                    fmt::format("route table {} already has a route with destination-prefix-list-id {}", id,
                                s3_prefix_list_id(endpoint.service_name.substr(14, endpoint.service_name.size() - 17))));
        own.push_back(id);
    }
    return {};
}

}  // namespace sekisho::ec2
