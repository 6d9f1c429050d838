#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/ip.h"
#include "cli/commands.h"
#include "cli/master_key.h"
#include "process/static_network.h"
#include "process/supervisor.h"

namespace sekisho::cli {

namespace {

constexpr std::size_t access_key_bytes_min = 16;  // IAM: AccessKeyId is 16 to 128 characters
constexpr std::size_t secret_key_bytes_min = 20;

bool loopback(std::string_view listen) {
    std::string_view host = listen.substr(0, listen.rfind(':'));
    if (host == "localhost" || host == "[::1]") return true;
    auto ip = IpAddress::parse(host);
    return ip && !ip->v6 && ip->bytes[0] == 127;
}

// Root's keys given on the command line: AWS's own lengths; on an address that others reach nothing guessable.
const char* wrong_with_keys(const ServeFlags& flags, const std::vector<process::ListenRequest>& listeners) {
    if (flags.access_key.empty() != flags.secret_key.empty()) return "--access-key and --secret-key go together";
    if (flags.access_key.empty()) return nullptr;
    for (char c : flags.access_key)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return "--access-key holds letters, digits and _ only";
    for (char c : flags.secret_key)
        if (c <= ' ' || c > '~') return "--secret-key holds printable ASCII only";
    bool all_loopback = true;
    for (const auto& listener : listeners) all_loopback = all_loopback && loopback(listener.address);
    if (all_loopback) return nullptr;
    if (flags.access_key.size() < access_key_bytes_min)
        return "--access-key is shorter than 16 characters: too weak for this address";
    if (flags.secret_key.size() < secret_key_bytes_min)
        return "--secret-key is shorter than 20 characters: too weak for this address";
    return nullptr;
}

}  // namespace

int serve(const ServeFlags& given) {
    ServeFlags flags = given;
    if (flags.listen.empty()) flags.listen.push_back("127.0.0.1:4566");
    if (!flags.account.empty() && (flags.account.size() != 12 || !parse_u64(flags.account))) {
        std::fprintf(stderr, "sekisho: --account is 12 digits\n");
        return exit_unusable;
    }
    process::SupervisorOptions options;
    options.data_folder = flags.data;
    options.network = flags.network == "lab"      ? process::NetworkMode::lab
                      : flags.network == "static" ? process::NetworkMode::static_
                                                  : process::NetworkMode::none;
    options.ready_fd = flags.ready_fd;
    for (const std::string& listen : flags.listen) options.listen.push_back({listen, "api"});

    const std::string account = flags.account.empty() ? "123456789012" : flags.account;
    const std::string region = flags.region.empty() ? "us-east-1" : flags.region;
    nlohmann::json gate{
        {"account", account}, {"region", region}, {"audit_data_events", flags.audit_data_events}, {"loops", flags.loops}};
    if (!flags.regions.empty()) {
        for (std::string_view region : split(flags.regions, ',')) gate["regions"].push_back(std::string(trim(region)));
    }
    if (!flags.access_key.empty()) gate["root_key"] = {{"id", flags.access_key}, {"secret", flags.secret_key}};
    if (flags.network == "static") {
        if (flags.config.empty()) {
            std::fprintf(stderr, "sekisho: --network static needs --config FILE\n");
            return exit_unusable;
        }
        Result<process::StaticNetwork> network = process::read_static_network(flags.config);
        Result<void> checked;
        if (network) checked = process::check_endpoints(*network, account, region);
        if (!network || !checked) {
            const ApiError& error = network ? checked.error() : network.error();
            std::fprintf(stderr, "sekisho: %s: %s\n", flags.config.c_str(), error.message.c_str());
            return exit_unusable;
        }
        for (const auto& listener : network->listeners) options.listen.push_back({listener.address, listener.name});
        gate["static"] = *network;
    }
    if (const char* wrong = wrong_with_keys(flags, options.listen)) {
        std::fprintf(stderr, "sekisho: %s\n", wrong);
        return exit_unusable;
    }
    gate["encrypt_at_rest"] = flags.at_rest != "plain";
    if (!flags.master_key.empty()) {
        Result<std::string> text = read_master_key(flags.master_key);
        if (!text) {
            std::fprintf(stderr, "sekisho: %s\n", text.error().message.c_str());
            return exit_unusable;
        }
        gate["master_key"] = {{"source", flags.master_key}, {"text", *text}};
    }
    options.gate_options = gate.dump();
    return process::run_supervisor(std::move(options));
}

}  // namespace sekisho::cli
