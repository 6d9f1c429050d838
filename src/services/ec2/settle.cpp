#include "services/ec2/settle.h"

#include "services/ec2/instances.h"
#include "services/ec2/network.h"

namespace sekisho::ec2 {

namespace {

const net::ResourceReport* report_of(const net::Report& report, const std::string& id) {
    auto it = report.resources.find(id);
    return it == report.resources.end() ? nullptr : &it->second;
}

// Each answers whether it failed.
bool settle_instance(Change& change, const Instance& now, const net::ResourceReport* report) {
    if (now.state == "shutting-down") {
        end_instance(change, now.id);
    } else if (now.state == "stopping") {
        stop_instance(change, now.id);
    } else if (report && !report->error.empty()) {
        fail_instance(change, now.id, report->error);
        return true;
    } else if (!report || report->state.empty() || report->state == "running") {  // else on_instance_state tells later
        Instance running = now;
        running.state = "running";
        change.state.instances.put(running.id, running);
    }
    return false;
}

// It ran and does not any more, and the lab says why: it is stopped, its disk stays.
bool lose_instance(Change& change, const Instance& now, const net::ResourceReport* report) {
    if (now.state != "running" || !report || report->error.empty()) return false;
    fail_instance(change, now.id, report->error);
    return true;
}

bool settle_nat(Change& change, NatGateway nat, const net::ResourceReport* report) {
    bool failed = nat.state == "pending" && report && !report->error.empty();
    if (failed) {
        nat.failure_code = "InternalError";
        nat.failure_message = report->error;
        nat.deleted = change.millis();
    }
    bool ends = failed || nat.state == "deleting";
    nat.state = failed ? "failed" : ends ? "deleted" : "available";
    if (ends && !nat.allocation.empty()) disassociate_address(change, nat.allocation);
    if (ends) remove_interface(change, nat.interface);
    std::string id = nat.id;
    change.state.nat_gateways.put(id, std::move(nat));
    return failed;
}

bool fails(const net::Report& report, const std::string& id) {
    const net::ResourceReport* found = report_of(report, id);
    return found && !found->error.empty();
}

bool under_way(const std::string& state) {
    return state == "pending" || state == "shutting-down" || state == "stopping" || state == "deleting";
}

}  // namespace

bool has_unsettled(const State& sent, const net::Report& report) {
    for (const auto& [id, instance] : sent.instances)
        if (under_way(instance->state) || (instance->state == "running" && fails(report, id))) return true;
    for (const auto& [id, nat] : sent.nat_gateways)
        if (under_way(nat->state)) return true;
    for (const auto& [id, endpoint] : sent.endpoints) {
        const net::ResourceReport* found = report_of(report, id);
        if (endpoint->failure != (found ? found->error : "")) return true;
    }
    return false;
}

bool settle(Change& change, const State& sent, const net::Report& report) {
    bool failed = false;
    for (const auto& [id, before] : sent.instances) {
        auto now = change.state.instances.share(id);
        // Another boot began since: the report says nothing of it.
        if (!now || now->state != before->state || now->boot != before->boot) continue;
        failed |= under_way(now->state) ? settle_instance(change, *now, report_of(report, id))
                                        : lose_instance(change, *now, report_of(report, id));
    }
    for (const auto& [id, before] : sent.nat_gateways) {
        auto now = change.state.nat_gateways.share(id);
        if (now && now->state == before->state && under_way(now->state))
            failed |= settle_nat(change, *now, report_of(report, id));
    }
    for (const auto& [id, before] : sent.endpoints) {
        auto now = change.state.endpoints.share(id);
        const net::ResourceReport* found = report_of(report, id);
        std::string failure = found ? found->error : "";
        if (!now || now->failure == failure) continue;
        Endpoint changed = *now;
        changed.failure = failure;
        changed.state = failure.empty() ? "available" : "failed";
        change.state.endpoints.put(id, changed);
    }
    return failed;
}

void instance_changed(Change& change, const std::string& id, const std::string& state) {
    auto now = change.state.instances.share(id);
    if (!now) return;
    if (state == "running" && now->state == "pending") {
        Instance running = *now;
        running.state = "running";
        change.state.instances.put(id, running);
    }
    if (state != "stopped" || (now->state != "running" && now->state != "pending")) return;
    Instance changed = *now;
    changed.state_reason_code = "Client.InstanceInitiatedShutdown";
    changed.state_reason = "Client.InstanceInitiatedShutdown: Instance initiated shutdown";
    changed.reason.clear();
    change.state.instances.put(id, changed);
    if (changed.shutdown_behavior == "terminate")
        end_instance(change, id);
    else
        stop_instance(change, id);
}

}  // namespace sekisho::ec2
