#include <mutex>

#include "net/fabric.h"

namespace sekisho::net {

namespace {

// SSM's answer when no agent is connected at the target:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_StartSession.html
constexpr ErrorCode target_not_connected{"TargetNotConnected", 400, "The target is not connected."};

class MemoryFabric final : public Fabric {
   public:
    explicit MemoryFabric(std::string reason) : reason_(std::move(reason)) {}

    std::string unavailable() const override { return reason_; }

    Task<Report> apply(Desired desired) override {
        std::lock_guard lock(mutex_);
        Report report;
        report.generation = ++generation_;
        observation_ = {};
        for (const auto& vpc : desired.vpcs) {
            for (const auto& nat : vpc.nat_gateways) observation_.nat_gateways[nat.id];
            for (const auto& endpoint : vpc.endpoints) observation_.endpoints[endpoint.id];
            for (const auto& instance : vpc.instances) {
                bool running = instance.running && reason_.empty();
                std::string state = running ? "running" : "stopped";
                observation_.instances[instance.id] = state;
                report.resources[instance.id] = {instance.running ? reason_ : std::string(), state};
            }
        }
        co_return report;
    }

    Task<Observation> observe() override {
        std::lock_guard lock(mutex_);
        co_return observation_;
    }

    Task<Result<Shell>> open_shell(ShellRequest request) override {
        co_return fail(target_not_connected, request.instance + " is not connected.");
    }

    void on_instance_state(std::function<void(std::string, std::string)>) override {}  // records do not change by themselves

   private:
    const std::string reason_;
    std::mutex mutex_;
    std::uint64_t generation_ = 0;
    Observation observation_;
};

}  // namespace

std::unique_ptr<Fabric> memory_fabric(std::string unavailable_reason) {
    return std::make_unique<MemoryFabric>(std::move(unavailable_reason));
}

}  // namespace sekisho::net
