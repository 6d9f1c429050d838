// Ec2: the EC2 control plane. Operations are functions over records (ops/); a change of the data path is acknowledged after the
// lab has reached it.
//
// Owns the states of all accounts and regions; Tables, Fabric, Clock, Entropy and InstanceProfiles are the caller's and outlive
// it. All functions may be called from any thread; what reads only snapshots never waits.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/loop.h"
#include "net/fabric.h"
#include "services/ec2/address_plan.h"
#include "services/ec2/asks.h"
#include "services/ec2/facts.h"
#include "services/ec2/instance_profiles.h"
#include "services/ec2/states.h"
#include "services/operation.h"
#include "wire/xml.h"

namespace sekisho::ec2 {

using services::Call;
using wire::XmlWriter;

struct Options {
    AddressPlan plan;
    std::string ca_certificate_pem;    // trusted inside instances
    std::vector<std::string> regions;  // offered; empty: all
    Loop* loop = nullptr;              // where what the lab did not do is tried again; null: the loop of the call that saw it
};

class Ec2 final : public services::Service {
   public:
    Ec2(store::Tables& tables, net::Fabric& fabric, Clock& clock, Entropy& entropy, const InstanceProfiles& profiles,
        Options options);
    ~Ec2() override;
    Ec2(const Ec2&) = delete;
    Ec2& operator=(const Ec2&) = delete;

    // Reads all states. Once, before the first call; realise() then brings the lab to them.
    Task<void> load();
    // Sends what all states want to the lab, returns when it is reached, and settles what was pending. Calls that come while
    // one is under way share the next. Where the lab fails it is tried again later, without a call, until it is reached.
    Task<void> realise();

    // services::Service
    std::string_view name() const override { return "ec2"; }
    Result<const services::AnyOperation*> find(Call& call) const override;

    // The operations' way in. `f` writes what stands inside the response element.
    enum class Effect { records, network };  // network: realise() before the answer
    using Read = std::function<Result<void>(const View&, XmlWriter&)>;
    using Write = std::function<Result<void>(Change&, XmlWriter&)>;
    // Kept, and run again under the lock of the change, so it must hold what it needs by value. Where it then asks something
    // else, the change answers ask_again.
    using Ask = std::function<Result<void>(AskList&)>;
    Task<Result<http::Reply>> read(Call& call, std::string operation, Read f);
    Task<Result<http::Reply>> change(Call& call, std::string operation, Effect effect, Write f);
    Task<Result<std::vector<authz::Ask>>> asks(const Call& call, std::string operation, Ask f);

    const InstanceProfiles& profiles() const { return profiles_; }
    const AddressPlan& plan() const { return options_.plan; }
    bool offers(std::string_view region) const;

    // For authorization: the compiled policy of an endpoint; null when there is no such endpoint.
    std::shared_ptr<const policy::Document> endpoint_policy(const AccountId& account, const Region& region,
                                                            const VpceId& endpoint) const;
    // For instance metadata and DNS. nullopt: nothing there.
    std::optional<InstanceFacts> instance_at(const VpcId& vpc, const IpAddress& private_ip) const;
    std::optional<InstanceFacts> instance(const InstanceId& id) const;
    std::optional<VpcFacts> vpc(const VpcId& id) const;
    // The private address behind a public one of the same VPC (public DNS names resolve to it inside).
    std::optional<IpAddress> private_address_of(const VpcId& vpc, const IpAddress& public_ip) const;
    // For status: every VPC and instance there is, in all accounts and regions.
    std::vector<PlacedState> snapshot() const;

   private:
    Task<void> apply_once();
    void apply_later();
    Result<void> check_size(const RegionState& changed, const State& before, const State& after) const;
    Task<bool> settle(std::vector<PlacedState> sent, net::Report report);
    Task<void> settle_one(std::shared_ptr<RegionState> region, std::function<void(Change&)> f);
    Task<void> instance_changed(std::string instance, std::string state);
    Result<void> check_region(const Region& region) const;

    net::Fabric& fabric_;
    Clock& clock_;
    Entropy& entropy_;
    const InstanceProfiles& profiles_;
    const Options options_;
    States states_;
    AddressPool pool_;
    services::OperationList operations_;

    // realise(): whoever finds nobody at it works for all who asked before it began.
    Turn turn_;
    std::mutex realise_mutex_;
    std::uint64_t asked_ = 0;
    std::uint64_t reached_ = 0;
    std::chrono::milliseconds retry_delay_{0};
    bool retry_waits_ = false;
};

}  // namespace sekisho::ec2
