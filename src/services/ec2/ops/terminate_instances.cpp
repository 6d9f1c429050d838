#include "services/ec2/instances.h"
#include "services/ec2/ops/instance_op.h"

namespace sekisho::ec2 {

struct TerminateInstances : InstanceOp<TerminateInstances> {
    static constexpr std::string_view name = "TerminateInstances";

    static Result<void> check(const Instance& instance) {
        if (instance.disable_api_termination)
            return fail(
                error::ec2::OperationNotPermitted,
                fmt::format(
                    "The instance '{}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try "
                    "again.",
                    instance.id));
        return {};
    }
    static Result<void> apply(Change& change, Instance& instance) {
        if (instance.state == "terminated" || instance.state == "shutting-down") return {};
        instance.state = "shutting-down";  // the lab's report makes it terminated
        instance.reason = user_initiated(change.now);
        instance.state_reason_code = "Client.UserInitiatedShutdown";
        instance.state_reason = "Client.UserInitiatedShutdown: User initiated shutdown";
        return {};
    }
};

std::unique_ptr<AnyOperation> ops::terminate_instances(Ec2& ec2) { return make<TerminateInstances>(ec2); }

}  // namespace sekisho::ec2
