#include "services/ec2/ops/instance_op.h"

namespace sekisho::ec2 {

struct StartInstances : InstanceOp<StartInstances> {
    static constexpr std::string_view name = "StartInstances";

    static Result<void> check(const Instance& instance) {
        if (instance.state != "stopped" && instance.state != "running" && instance.state != "pending")
            return fail(error::ec2::IncorrectInstanceState,
                        fmt::format("The instance '{}' is not in a state from which it can be started.", instance.id));
        return {};
    }
    static Result<void> apply(Change& change, Instance& instance) {
        if (instance.state != "stopped") return {};
        if (instance.auto_public_ip)
            if (auto given = give_auto_public_ip(change, instance.interface); !given) return given;
        instance.state = "pending";
        instance.reason.clear();
        instance.state_reason_code.clear();
        instance.state_reason.clear();
        instance.launched = change.millis();
        ++instance.boot;
        return {};
    }
};

std::unique_ptr<AnyOperation> ops::start_instances(Ec2& ec2) { return make<StartInstances>(ec2); }

}  // namespace sekisho::ec2
