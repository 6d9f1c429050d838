#include "services/ec2/ops/instance_op.h"

namespace sekisho::ec2 {

struct StopInstances : InstanceOp<StopInstances> {
    static constexpr std::string_view name = "StopInstances";

    static Result<void> check(const Instance& instance) {
        if (instance.disable_api_stop)
            return fail(
                error::ec2::OperationNotPermitted,
                fmt::format(
                    "The instance '{}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.",
                    instance.id));
        if (instance.state == "terminated" || instance.state == "shutting-down")
            return fail(error::ec2::IncorrectInstanceState,
                        fmt::format("The instance '{}' is not in a state from which it can be stopped.", instance.id));
        return {};
    }
    static Result<void> apply(Change& change, Instance& instance) {
        if (instance.state == "stopped" || instance.state == "stopping") return {};
        instance.state = "stopping";  // the lab's report makes it stopped
        instance.reason = user_initiated(change.now);
        instance.state_reason_code = "Client.UserInitiatedShutdown";
        instance.state_reason = "Client.UserInitiatedShutdown: User initiated shutdown";
        return {};
    }
};

std::unique_ptr<AnyOperation> ops::stop_instances(Ec2& ec2) { return make<StopInstances>(ec2); }

}  // namespace sekisho::ec2
