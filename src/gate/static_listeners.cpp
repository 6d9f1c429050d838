#include "gate/static_listeners.h"

#include <functional>

#include "base/result.h"

namespace sekisho::gate {

namespace {

// AWS's default: VPC guide, "Control access to VPC endpoints using endpoint policies".
constexpr std::string_view default_policy =
    R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";

void each_endpoint(const Settings& settings, const std::function<void(const process::StaticEndpoint&)>& visit) {
    for (const auto& listener : settings.static_network.listeners) {
        if (!listener.stands_for.endpoint.empty()) visit(listener.stands_for);
        for (const auto& endpoint : listener.endpoints) visit(endpoint);
    }
}

}  // namespace

http::Listener listener_facts(const Settings& settings, std::string_view name) {
    auto account_of = [&](const process::StaticEndpoint& one) {
        return one.account.empty() ? settings.account.value : one.account;
    };
    auto region_of = [&](const process::StaticEndpoint& one) {
        return one.region.empty() ? settings.region.value : one.region;
    };
    http::Listener facts;
    for (const auto& configured : settings.static_network.listeners) {
        if (configured.name != name) continue;
        facts.vpce = configured.stands_for.endpoint;
        facts.vpc = configured.stands_for.vpc;
        facts.account = account_of(configured.stands_for);
        facts.region = region_of(configured.stands_for);
        for (const std::string& cidr : configured.proxy_from) facts.proxy_protocol_from.push_back(*Cidr::parse(cidr));
        for (const auto& endpoint : configured.endpoints)
            facts.proxy_endpoints[endpoint.endpoint] = {endpoint.vpc, account_of(endpoint), region_of(endpoint)};
    }
    return facts;
}

std::vector<origin::EndpointRoad> static_roads(const Settings& settings) {
    std::vector<origin::EndpointRoad> roads;
    each_endpoint(settings, [&](const process::StaticEndpoint& one) {
        roads.push_back({VpceId(one.endpoint), VpcId(one.vpc), one.account.empty() ? settings.account : AccountId(one.account),
                         one.region.empty() ? settings.region : Region(one.region)});
    });
    return roads;
}

std::map<std::string, std::shared_ptr<const policy::Document>, std::less<>> static_policies(const Settings& settings) {
    std::map<std::string, std::shared_ptr<const policy::Document>, std::less<>> policies;
    each_endpoint(settings, [&](const process::StaticEndpoint& endpoint) {
        auto document = policy::validate(endpoint.policy.empty() ? default_policy : std::string_view(endpoint.policy),
                                         policy::Kind::endpoint);
        if (!document) throw Fault("policy of " + endpoint.endpoint + ": " + document.error().message);
        policies[endpoint.endpoint] = *document;
    });
    return policies;
}

}  // namespace sekisho::gate
