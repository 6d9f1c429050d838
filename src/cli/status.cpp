#include <fmt/format.h>

#include <cstdio>

#include "cli/api_client.h"
#include "cli/commands.h"

namespace sekisho::cli {

namespace {

std::string bytes_text(std::uint64_t bytes) {
    if (bytes < 10'000) return fmt::format("{} B", bytes);
    if (bytes < 10'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
    if (bytes < 10'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

std::string counters_text(const nlohmann::json& row) {
    if (!row.contains("BytesIn")) return "";
    return fmt::format("in {}, out {}", bytes_text(row["BytesIn"]), bytes_text(row["BytesOut"]));
}

std::string word(const nlohmann::json& row, const char* key) { return row.value(key, ""); }

void print(const nlohmann::json& status) {
    fmt::print("account {}, region {}, network {}\n", word(status, "Account"), word(status, "Region"), word(status, "Network"));
    for (const auto& vpc : status["Vpcs"]) {
        fmt::print("\n{}  {}  {}\n", word(vpc, "Id"), word(vpc, "Cidr"), word(vpc, "Name"));
        for (const auto& subnet : vpc["Subnets"])
            fmt::print("  subnet    {}  {:<18} {}  {}\n", word(subnet, "Id"), word(subnet, "Cidr"), word(subnet, "RouteTable"),
                       word(subnet, "Name"));
        for (const auto& endpoint : vpc["Endpoints"])
            fmt::print("  endpoint  {}  {}  {}\n", word(endpoint, "Id"), word(endpoint, "Service"), counters_text(endpoint));
        for (const auto& nat : vpc["NatGateways"])
            fmt::print("  nat       {}  {}  {}\n", word(nat, "Id"), word(nat, "PublicIp"), counters_text(nat));
        for (const auto& instance : vpc["Instances"])
            fmt::print("  instance  {}  {}  {:<14} {}  {}\n", word(instance, "Id"), word(instance, "State"),
                       word(instance, "PrivateIp"), word(instance, "Profile"), word(instance, "Name"));
    }
}

}  // namespace

int status(const std::filesystem::path& data, const std::string& region, bool json) {
    auto server = find_server(data);
    if (!server) {
        std::fprintf(stderr, "sekisho: %s\n", server.error().message.c_str());
        return exit_unknown;
    }
    if (!region.empty()) server->region = region;
    ApiClient client(std::move(*server));
    auto answer = client.call("GetStatus", nlohmann::json::object());
    if (!answer) {
        std::fprintf(stderr, "sekisho: %s: %s\n", answer.error().code.c_str(), answer.error().message.c_str());
        return exit_unknown;
    }
    if (json)
        std::printf("%s\n", answer->dump(2).c_str());
    else
        print(*answer);
    return exit_yes;
}

}  // namespace sekisho::cli
