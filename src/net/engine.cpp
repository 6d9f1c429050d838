#include "net/engine.h"

#include <fcntl.h>

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/result.h"
#include "net/kernel.h"
#include "net/layout.h"
#include "net/plan.h"
#include "net/space.h"

namespace sekisho::net {

namespace {

using kernel::Object;
using kernel::Objects;

// What belongs together and is laid out together: the lab's internet, or one VPC.
struct Part {
    std::optional<Vpc> desired;  // of VPCs: what `wanted` was made from
    kernel::Layout wanted;
    Objects realised;
    std::map<std::string, std::string> failures;  // by resource
    bool settled = false;                         // nothing to do
};

}  // namespace

struct Engine::State {
    SocketEvents events;
    kernel::Kernel kernel;
    kernel::Numbers numbers;
    std::map<std::string, Part> parts;  // "internet", vpc-…
    std::vector<PublicService> services;
    std::uint64_t announced = 0;  // sockets up to this id

    void lay_out(const Desired& desired);
    void realise();
    void tell();
    void announce();
};

namespace {

// Network settings of a VPC; its instances are somebody else's, and no reason for work here.
Vpc without_instances(Vpc vpc) {
    vpc.instances.clear();
    return vpc;
}

}  // namespace

void Engine::State::lay_out(const Desired& desired) {
    auto& internet = parts[kernel::internet_space];
    if (internet.wanted.objects.empty() || services != desired.internet) {
        internet.wanted = kernel::lay_out_internet(desired);
        internet.settled = false;
        services = desired.internet;
    }
    std::set<std::string> listed{kernel::internet_space};
    for (const auto& each : desired.vpcs) {
        if (!listed.insert(each.id).second) continue;
        auto& part = parts[each.id];
        Vpc vpc = without_instances(each);
        if (part.desired == vpc) continue;
        part.wanted = kernel::lay_out(vpc, numbers);
        part.desired = std::move(vpc);
        part.settled = false;
    }
    for (auto& [name, part] : parts)
        if (!listed.contains(name)) {
            part.settled = false;
            part.wanted = {};
            part.desired.reset();
        }
}

void Engine::State::realise() {
    struct Step {
        Object object;
        Part* part;
        auto operator<=>(const Step& other) const { return object <=> other.object; }
        bool operator==(const Step& other) const { return object == other.object; }
    };
    // All removals before all additions, over all parts: an elastic IP may move from one VPC to another.
    std::vector<Step> removals, additions;
    for (auto& [name, part] : parts) {
        if (part.settled) continue;
        part.failures.clear();
        auto plan = kernel::difference(part.realised, part.wanted.objects);
        for (const auto& object : plan.lost) {
            kernel.forget(object);
            part.realised.erase(object);
        }
        for (auto& object : plan.removals) removals.push_back({std::move(object), &part});
        for (auto& object : plan.additions) additions.push_back({std::move(object), &part});
    }
    std::stable_sort(removals.begin(), removals.end(), [](const Step& a, const Step& b) { return b < a; });
    std::stable_sort(additions.begin(), additions.end());

    auto objects_of = [](const std::vector<Step>& steps) {
        std::vector<Object> objects;
        for (const auto& step : steps) objects.push_back(step.object);
        return objects;
    };
    // Verdicts come in the order of the steps.
    std::size_t next = 0;
    auto fail = [](Part& part, const Object& object, const std::string& error) {
        part.failures.try_emplace(object.owner, kernel::describe(object) + ": " + error);
    };
    kernel.remove(objects_of(removals), [&](const Object& object, const std::string& error) {
        Part& part = *removals[next++].part;
        if (error.empty())
            part.realised.erase(object);
        else
            fail(part, object, error);
    });
    next = 0;
    kernel.make(objects_of(additions), [&](const Object& object, const std::string& error) {
        Part& part = *additions[next++].part;
        if (error.empty())
            part.realised.insert(object);
        else
            fail(part, object, error);
    });
    for (auto& [name, part] : parts) part.settled = part.failures.empty();  // else tried again at the next apply
}

void Engine::State::tell() {
    for (auto id : kernel.take_closed())
        if (events.closed) events.closed(id);
    announce();
}

void Engine::State::announce() {
    for (const auto& [id, open] : kernel.sockets()) {
        if (id <= announced) continue;
        Fd copy(::fcntl(open.fd.get(), F_DUPFD_CLOEXEC, 3));
        if (!copy) throw_errno("copy a socket's descriptor");
        if (events.opened) events.opened(open.meaning, std::move(copy));
        announced = id;
    }
}

Engine::Engine(SocketEvents events) : state_(std::make_unique<State>()) { state_->events = std::move(events); }

Engine::~Engine() {
    // Links between namespaces would stay until the last of them is gone: take everything down in order.
    try {
        apply({});
        kernel::in_own_thread([&] {
            auto& internet = state_->parts[kernel::internet_space];
            internet.wanted = {};
            internet.settled = false;
            state_->realise();
        });
        state_->tell();
    } catch (const std::exception& fault) {
        log::warning("taking the networks down: {}", fault.what());
    }
}

Report Engine::apply(const Desired& desired) {
    auto& state = *state_;
    Report report;
    report.generation = desired.generation;
    state.lay_out(desired);
    kernel::in_own_thread([&] { state.realise(); });
    state.tell();

    for (auto part = state.parts.begin(); part != state.parts.end();) {
        for (const auto* errors : {&part->second.wanted.errors, &part->second.failures})
            for (const auto& [id, error] : *errors) {
                report.resources.try_emplace(id, ResourceReport{error, {}});
            }
        bool over = part->second.realised.empty() && part->second.wanted.objects.empty() && !part->second.desired;
        if (over) state.numbers.forget(part->first + "/");
        part = over ? state.parts.erase(part) : std::next(part);
    }
    return report;
}

Observation Engine::observe() {
    Observation observation;
    auto& state = *state_;
    auto counters = [](const kernel::Kernel::Count& in, const kernel::Kernel::Count& out) {
        return Counters{in.packets, in.bytes, out.packets, out.bytes};
    };
    kernel::in_own_thread([&] {
        for (const auto& [name, part] : state.parts) {
            if (!part.desired) continue;
            for (const auto& nat : part.desired->nat_gateways) {
                auto counts = state.kernel.counters(nat.id);
                observation.nat_gateways[nat.id] = counters(counts["in"], counts["out"]);
            }
            auto counts = state.kernel.counters(name);
            for (const auto& endpoint : part.desired->endpoints)
                observation.endpoints[endpoint.id] = counters(counts[endpoint.id + "/in"], counts[endpoint.id + "/out"]);
        }
    });
    return observation;
}

void Engine::announce_all() {
    state_->announced = 0;
    state_->announce();
}

Fd Engine::attach(const std::string& interface) {
    for (const auto& [name, part] : state_->parts)
        if (part.realised.contains({kernel::Space{interface, kernel::Space::Kind::interface}, interface}))
            return state_->kernel.space(interface);
    return {};
}

}  // namespace sekisho::net
