#include "process/static_network.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/ip.h"

namespace sekisho::process {

namespace {

constexpr ErrorCode InvalidConfiguration{"InvalidConfiguration", 0, ""};

struct Wrong {
    std::string what;
};

[[noreturn]] void wrong(const toml::node& at, const std::string& what) {
    throw Wrong{"line " + std::to_string(at.source().begin.line) + ": " + what};
}

std::string text(const toml::table& table, std::string_view key, bool required = false) {
    const toml::node* node = table.get(key);
    if (!node) {
        if (required) wrong(table, std::string(key) + " is missing");
        return {};
    }
    if (!node->is_string()) wrong(*node, std::string(key) + " must be a string");
    return node->as_string()->get();
}

void check_keys(const toml::table& table, const std::set<std::string_view>& known) {
    for (const auto& [key, node] : table)
        if (!known.contains(key.str())) wrong(node, "unknown key " + std::string(key.str()));
}

StaticEndpoint endpoint_of(const toml::table& table, const std::filesystem::path& folder) {
    StaticEndpoint endpoint{text(table, "endpoint"), text(table, "vpc"), text(table, "account"), text(table, "region"), {}};
    if (endpoint.endpoint.empty() != endpoint.vpc.empty()) wrong(table, "endpoint and vpc go together");
    if (!endpoint.endpoint.empty() && !endpoint.endpoint.starts_with("vpce-")) wrong(table, "endpoint must begin with vpce-");
    if (!endpoint.vpc.empty() && !endpoint.vpc.starts_with("vpc-")) wrong(table, "vpc must begin with vpc-");
    if (std::string file = text(table, "policy"); !file.empty()) {
        std::ifstream in(folder / file);
        if (!in) wrong(table, "cannot read " + (folder / file).string());
        std::ostringstream out;
        out << in.rdbuf();
        endpoint.policy = out.str();
    }
    return endpoint;
}

StaticListener listener_of(const toml::table& table, const std::filesystem::path& folder, std::size_t number) {
    check_keys(table, {"address", "endpoint", "vpc", "account", "region", "policy", "proxy_from", "endpoints"});
    StaticListener listener;
    listener.name = "static-" + std::to_string(number);
    listener.address = text(table, "address", true);
    listener.stands_for = endpoint_of(table, folder);
    if (const toml::node* from = table.get("proxy_from")) {
        if (!from->is_array()) wrong(*from, "proxy_from must be a list of CIDRs");
        for (const toml::node& one : *from->as_array()) {
            if (!one.is_string() || !Cidr::parse(one.as_string()->get())) wrong(one, "proxy_from must be a list of CIDRs");
            listener.proxy_from.push_back(one.as_string()->get());
        }
    }
    if (const toml::node* named = table.get("endpoints")) {
        if (!named->is_array_of_tables()) wrong(*named, "endpoints must be written as [[listener.endpoints]]");
        if (listener.proxy_from.empty())
            wrong(*named, "endpoints needs proxy_from: only a named peer may say which endpoint it is");
        for (const toml::node& one : *named->as_array()) {
            check_keys(*one.as_table(), {"endpoint", "vpc", "account", "region", "policy"});
            listener.endpoints.push_back(endpoint_of(*one.as_table(), folder));
            if (listener.endpoints.back().endpoint.empty()) wrong(one, "endpoint is missing");
        }
    }
    return listener;
}

}  // namespace

Result<StaticNetwork> read_static_network(const std::string& file) {
    try {
        toml::table table = toml::parse_file(file);
        check_keys(table, {"listener"});
        const toml::node* listeners = table.get("listener");
        if (!listeners || !listeners->is_array_of_tables()) return fail(InvalidConfiguration, "no [[listener]]");
        StaticNetwork network;
        for (const toml::node& one : *listeners->as_array())
            network.listeners.push_back(
                listener_of(*one.as_table(), std::filesystem::path(file).parent_path(), network.listeners.size() + 1));
        return network;
    } catch (const Wrong& error) {
        return fail(InvalidConfiguration, error.what);
    } catch (const toml::parse_error& error) {
        return fail(InvalidConfiguration,
                    "line " + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
    }
}

Result<void> check_endpoints(const StaticNetwork& network, std::string_view account, std::string_view region) {
    // In what they differ, or nothing.
    auto difference = [&](const StaticEndpoint& a, const StaticEndpoint& b) -> std::string_view {
        auto or_default = [](const std::string& given, std::string_view otherwise) {
            return given.empty() ? otherwise : std::string_view(given);
        };
        if (a.vpc != b.vpc) return "vpc";
        if (or_default(a.account, account) != or_default(b.account, account)) return "account";
        if (or_default(a.region, region) != or_default(b.region, region)) return "region";
        if (a.policy == b.policy) return "";
        auto one = nlohmann::json::parse(a.policy, nullptr, false), other = nlohmann::json::parse(b.policy, nullptr, false);
        return one.is_discarded() || one != other ? "policy" : "";
    };
    std::map<std::string_view, std::pair<const StaticEndpoint*, const StaticListener*>> known;
    auto add = [&](const StaticEndpoint& endpoint, const StaticListener& listener) -> Result<void> {
        if (endpoint.endpoint.empty()) return {};
        auto [at, first] = known.try_emplace(endpoint.endpoint, &endpoint, &listener);
        if (first) return {};
        std::string_view what = difference(*at->second.first, endpoint);
        if (what.empty()) return {};
        return fail(InvalidConfiguration, fmt::format("endpoint {} has one {} on listener {} and another on listener {}",
                                                      endpoint.endpoint, what, at->second.second->address, listener.address));
    };
    for (const StaticListener& listener : network.listeners) {
        if (auto added = add(listener.stands_for, listener); !added) return added;
        for (const StaticEndpoint& endpoint : listener.endpoints)
            if (auto added = add(endpoint, listener); !added) return added;
    }
    return {};
}

}  // namespace sekisho::process
