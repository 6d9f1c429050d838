#include "services/ec2/service.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/log.h"
#include "services/ec2/limits.h"
#include "services/ec2/ops/list.h"
#include "services/ec2/request.h"
#include "services/ec2/settle.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

http::Reply reply_of(std::string body) {
    http::Reply reply;
    reply.headers.set("Content-Type", "text/xml;charset=UTF-8");
    reply.body = std::move(body);
    return reply;
}

XmlWriter open_response(const std::string& operation, const RequestId& id) {
    XmlWriter xml;
    xml.open(operation + "Response", "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"");
    xml.text("requestId", id.value);
    return xml;
}

void log_lab_fault(std::exception_ptr error) {
    try {
        if (error) std::rethrow_exception(error);
    } catch (const std::exception& e) {
        log::warning("the lab is not yet what the records want: {}", e.what());
    }
}

void log_lost_change(std::exception_ptr error) {
    try {
        if (error) std::rethrow_exception(error);
    } catch (const std::exception& e) {
        log::error("an instance's change of state was lost: {}", e.what());
    }
}

bool dry_run(const Call& call) { return optional_bool(call.params, "DryRun").value().value_or(false); }  // find() checked it

constexpr std::chrono::milliseconds retry_first{1000}, retry_max{60'000};

// What the asks of a call were made from, to make them again.
struct Asked {
    Ec2::Ask ask;
    std::string operation;
    Time time;
    std::vector<authz::Ask> asks;
};

bool same(const authz::Ask& a, const authz::Ask& b) {
    auto same_entry = [](const policy::ContextEntry& x, const policy::ContextEntry& y) {
        return x.key == y.key && x.values == y.values && x.multiple == y.multiple;
    };
    return a.action == b.action && a.resource == b.resource && a.resource_account == b.resource_account &&
           std::equal(a.context.begin(), a.context.end(), b.context.begin(), b.context.end(), same_entry);
}

// INVARIANT: a change is made only where its asks, made from the very rows that it changes, are those that were allowed.
bool still_asks(const Asked& asked, const State& state, const Place& place) {
    const View view{state, place, asked.time};
    AskList list(view, asked.operation);
    if (!asked.ask(list)) return false;
    auto now = list.take();
    return std::equal(now.begin(), now.end(), asked.asks.begin(), asked.asks.end(), same);
}

}  // namespace

Ec2::Ec2(store::Tables& tables, net::Fabric& fabric, Clock& clock, Entropy& entropy, const InstanceProfiles& profiles,
         Options options)
    : fabric_(fabric),
      clock_(clock),
      entropy_(entropy),
      profiles_(profiles),
      options_(std::move(options)),
      states_(tables, clock, entropy, options_.plan),
      pool_(elastic_addresses(options_.plan)) {
    ops::add_all(operations_, *this);
    fabric_.on_instance_state([this](std::string instance, std::string state) {
        spawn(instance_changed(std::move(instance), std::move(state)), &log_lost_change);
    });
}

Ec2::~Ec2() = default;

Task<void> Ec2::load() {
    co_await states_.load();
    for (const auto& region : states_.all()) {
        auto state = region->read();
        for (const auto& [id, address] : state->addresses) pool_.mark_used(address->public_ip);
        for (const auto& [id, interface] : state->interfaces)
            if (!interface->public_ip.empty()) pool_.mark_used(interface->public_ip);
    }
}

Result<const services::AnyOperation*> Ec2::find(Call& call) const {
    call.dialect = wire::Dialect::ec2;
    auto form = wire::Params::parse(call.payload, true);
    auto query = wire::Params::parse(call.request.query, false);
    if (!form || !query) return fail(error::ec2::MalformedQueryString);
    call.params = std::move(*form);
    for (const auto& [name, value] : *query) call.params.add(name, value);
    // What is stored is JSON, which holds no other bytes.
    for (const auto& [name, value] : call.params)
        if (!valid_utf8(name) || !valid_utf8(value)) return fail(error::ec2::MalformedQueryString);
    if (auto dry = optional_bool(call.params, "DryRun"); !dry) return fail(std::move(dry.error()));
    std::string action = call.params.get("Action");
    if (action.empty()) return fail(error::ec2::MissingAction);
    const services::AnyOperation* operation = operations_.find(action);
    if (!operation)
        return fail(error::ec2::NotImplemented, fmt::format("The action {} is not implemented.", action.substr(0, 100)));
    return operation;
}

bool Ec2::offers(std::string_view region) const {
    if (!find_region(region)) return false;
    const auto& offered = options_.regions;
    return offered.empty() || std::find(offered.begin(), offered.end(), region) != offered.end();
}

Result<void> Ec2::check_region(const Region& region) const {
    if (!offers(region.value))
        return fail(error::ec2::InvalidRegion,
                    fmt::format("The region '{}' is not offered here.", region.value.substr(0, 100)));
    return {};
}

Task<Result<std::vector<authz::Ask>>> Ec2::asks(const Call& call, std::string operation, Ask f) {
    if (auto checked = check_region(call.region); !checked) co_return fail(std::move(checked.error()));
    auto region = co_await states_.get(call.account, call.region);
    auto state = region->read();
    const View view{*state, region->place, call.time};
    AskList list(view, operation);
    if (auto done = f(list); !done) co_return fail(std::move(done.error()));
    auto asked = std::make_shared<const Asked>(Asked{std::move(f), std::move(operation), call.time, list.take()});
    call.asked = asked;
    co_return asked->asks;
}

Task<Result<http::Reply>> Ec2::read(Call& call, std::string operation, Read f) {
    if (dry_run(call)) co_return fail(error::ec2::DryRunOperation);
    if (auto checked = check_region(call.region); !checked) co_return fail(std::move(checked.error()));
    auto region = co_await states_.get(call.account, call.region);
    std::shared_ptr<const State> state = region->read();
    const Time now = clock_.now();
    if (holds_old(*state, epoch_millis(now))) {
        auto fresh = std::make_shared<State>(*state);
        forget_old(*fresh, epoch_millis(now));
        state = std::move(fresh);
    }
    const View view{*state, region->place, now};
    XmlWriter xml = open_response(operation, call.id);
    if (auto done = f(view, xml); !done) co_return fail(std::move(done.error()));
    xml.close();
    co_return reply_of(xml.take());
}

Task<Result<http::Reply>> Ec2::change(Call& call, std::string operation, Effect effect, Write f) {
    if (dry_run(call)) co_return fail(error::ec2::DryRunOperation);
    if (auto checked = check_region(call.region); !checked) co_return fail(std::move(checked.error()));
    auto region = co_await states_.get(call.account, call.region);
    AddressLease lease(pool_);
    std::string digest = call.params.has("ClientToken") ? digest_of(call.params) : std::string();
    auto asked = std::static_pointer_cast<const Asked>(call.asked);
    std::function<Result<std::string>(State&)> work = [&](State& state) -> Result<std::string> {
        lease.cancel();
        if (asked && !still_asks(*asked, state, region->place)) return fail(services::ask_again);
        const State before = state;
        Change change{state, region->place, clock_.now(), entropy_, lease, operation, digest};
        forget_old(state, change.millis(), limits::forgotten_per_change);
        XmlWriter xml = open_response(operation, call.id);
        if (auto done = f(change, xml); !done) return fail(std::move(done.error()));
        if (effect == Effect::network)
            if (auto fits = check_size(*region, before, state); !fits) return fail(std::move(fits.error()));
        xml.close();
        return xml.take();
    };
    Result<std::string> body = co_await region->change(std::move(work));
    if (!body) co_return fail(std::move(body.error()));
    lease.settle();
    if (effect == Effect::network) co_await realise();
    co_return reply_of(std::move(*body));
}

// The lab is sent everything at once: what it would not take must not come to be wanted.
Result<void> Ec2::check_size(const RegionState& changed, const State& before, const State& after) const {
    std::size_t total = desired_bytes(changed.place, after);
    if (total <= desired_bytes(changed.place, before)) return {};
    for (const auto& region : states_.all())
        if (region.get() != &changed) total += desired_bytes(region->place, *region->read());
    if (total > limits::desired_bytes)
        return fail(error::ec2::ResourceLimitExceeded, "All networks and instances together exceed what this server can run.");
    return {};
}

Task<void> Ec2::realise() {
    std::uint64_t mine;
    {
        std::lock_guard lock(realise_mutex_);
        mine = ++asked_;
    }
    co_await turn_.take();
    std::exception_ptr error;
    try {
        bool reached;
        std::uint64_t covers;
        {
            std::lock_guard lock(realise_mutex_);
            reached = reached_ >= mine;
            covers = asked_;
        }
        if (!reached) {
            co_await apply_once();
            std::lock_guard lock(realise_mutex_);
            reached_ = covers;
            retry_delay_ = {};
        }
    } catch (...) {
        error = std::current_exception();
    }
    turn_.give();
    if (!error) co_return;
    apply_later();
    std::rethrow_exception(error);
}

// The lab was not there, or did not answer: without this, what is pending would stay so until somebody's next call.
void Ec2::apply_later() {
    Loop* loop = options_.loop ? options_.loop : Loop::current();
    std::chrono::milliseconds delay;
    {
        std::lock_guard lock(realise_mutex_);
        if (!loop || retry_waits_) return;
        retry_waits_ = true;
        delay = retry_delay_ = std::clamp(2 * retry_delay_, retry_first, retry_max);
    }
    loop->post_after(delay, [this] {
        {
            std::lock_guard lock(realise_mutex_);
            retry_waits_ = false;
        }
        spawn(realise(), &log_lab_fault);
    });
}

Task<void> Ec2::apply_once() {
    // What failed is taken out of the records, and the lab is told so: a second round, in which nothing new is pending.
    for (bool again = true; again;) {
        std::vector<PlacedState> sent = snapshot();
        net::Desired wanted = desired(sent, options_.plan, options_.ca_certificate_pem);
        net::Report report = co_await fabric_.apply(std::move(wanted));
        for (const auto& [id, resource] : report.resources)
            if (!resource.error.empty()) log::warning("{} could not be realised: {}", id, resource.error);
        again = co_await settle(std::move(sent), std::move(report));
    }
}

Task<bool> Ec2::settle(std::vector<PlacedState> sent, net::Report report) {
    bool failed = false;
    for (const PlacedState& placed : sent) {
        if (!has_unsettled(*placed.state, report)) continue;
        auto region = states_.find(placed.place.account, placed.place.region);
        std::function<void(Change&)> f = [&](Change& change) { failed |= ec2::settle(change, *placed.state, report); };
        co_await settle_one(std::move(region), std::move(f));
    }
    co_return failed;
}

Task<void> Ec2::settle_one(std::shared_ptr<RegionState> region, std::function<void(Change&)> f) {
    AddressLease lease(pool_);
    std::function<Result<std::string>(State&)> work = [&](State& state) -> Result<std::string> {
        lease.cancel();
        Change change{state, region->place, clock_.now(), entropy_, lease, {}, {}};
        f(change);
        return std::string();
    };
    co_await region->change(std::move(work));
    lease.settle();
}

Task<void> Ec2::instance_changed(std::string instance, std::string state) {
    for (const auto& region : states_.all()) {
        if (!region->read()->instances.contains(instance)) continue;
        std::function<void(Change&)> f = [&](Change& change) { ec2::instance_changed(change, instance, state); };
        co_await settle_one(region, std::move(f));
        if (state == "stopped") co_await realise();
    }
}

std::vector<PlacedState> Ec2::snapshot() const {
    std::vector<PlacedState> all;
    for (const auto& region : states_.all()) all.push_back({region->place, region->read()});
    return all;
}

std::shared_ptr<const policy::Document> Ec2::endpoint_policy(const AccountId& account, const Region& region,
                                                             const VpceId& endpoint) const {
    auto found = states_.find(account, region);
    if (!found) return nullptr;
    auto state = found->read();
    const Endpoint* row = state->endpoints.find(endpoint.value);
    return row ? row->document : nullptr;
}

std::optional<InstanceFacts> Ec2::instance_at(const VpcId& vpc, const IpAddress& private_ip) const {
    std::string ip = private_ip.text();
    for (const PlacedState& placed : snapshot()) {
        if (!placed.state->vpcs.contains(vpc.value)) continue;
        for (const auto& [id, row] : placed.state->instances)
            if (row->vpc == vpc.value && row->private_ip == ip) return facts_of(placed, *row);
    }
    return std::nullopt;
}

std::optional<InstanceFacts> Ec2::instance(const InstanceId& id) const {
    for (const PlacedState& placed : snapshot())
        if (const Instance* row = placed.state->instances.find(id.value)) return facts_of(placed, *row);
    return std::nullopt;
}

std::optional<VpcFacts> Ec2::vpc(const VpcId& id) const {
    for (const PlacedState& placed : snapshot())
        if (const Vpc* row = placed.state->vpcs.find(id.value)) return facts_of(placed, *row);
    return std::nullopt;
}

std::optional<IpAddress> Ec2::private_address_of(const VpcId& vpc, const IpAddress& public_ip) const {
    std::string ip = public_ip.text();
    for (const PlacedState& placed : snapshot())
        for (const auto& [id, row] : placed.state->interfaces)
            if (row->vpc == vpc.value && row->public_ip == ip) return IpAddress::parse(row->private_ips.front());
    return std::nullopt;
}

}  // namespace sekisho::ec2
