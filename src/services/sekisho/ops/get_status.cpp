#include "services/sekisho/ops/get_status.h"

namespace sekisho::own {

namespace {

// Adds the kernel's counters to every row that has some.
void add_counters(nlohmann::json& rows, const std::map<std::string, net::Counters>& counters) {
    for (auto& row : rows) {
        auto found = counters.find(row.value("Id", ""));
        if (found == counters.end()) continue;
        row["BytesIn"] = found->second.bytes_in;
        row["BytesOut"] = found->second.bytes_out;
        row["PacketsIn"] = found->second.packets_in;
        row["PacketsOut"] = found->second.packets_out;
    }
}

}  // namespace

Result<GetStatus::Input> GetStatus::parse(const services::Call& call) {
    auto input = input_of(call);
    if (!input) return fail(std::move(input.error()));
    return Input{};
}

std::vector<authz::Ask> GetStatus::asks(const Input&, const services::Call& call, Own&) {
    authz::Ask ask;
    ask.action = "sekisho:GetStatus";
    ask.resource = "*";
    ask.resource_account = call.account;
    return {std::move(ask)};
}

Task<Result<http::Reply>> GetStatus::run(authz::Authorized<Input> in, services::Call& call, Own& own) {
    nlohmann::json status = own.networks(in.caller().account, call.region);
    status["Account"] = in.caller().account.value;
    status["Region"] = call.region.value;
    status["Network"] = own.fabric.unavailable().empty() ? "lab" : own.fabric.unavailable();
    net::Observation observation = co_await own.fabric.observe();
    for (auto& vpc : status["Vpcs"]) {
        add_counters(vpc["NatGateways"], observation.nat_gateways);
        add_counters(vpc["Endpoints"], observation.endpoints);
    }
    co_return json_reply(status);
}

}  // namespace sekisho::own
