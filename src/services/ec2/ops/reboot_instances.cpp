#include "services/ec2/ops/instance_op.h"

namespace sekisho::ec2 {

struct RebootInstances : InstanceOp<RebootInstances> {
    static constexpr std::string_view name = "RebootInstances";

    static Result<void> check(const Instance& instance) {
        if (instance.state == "terminated" || instance.state == "shutting-down")
            return fail(error::ec2::IncorrectInstanceState,
                        fmt::format("The instance '{}' is not in a state from which it can be rebooted.", instance.id));
        return {};
    }
    static Result<void> apply(Change&, Instance& instance) {
        if (instance.state == "running") ++instance.boot;
        return {};
    }
    static void begin(XmlWriter&) {}
    static void tell(XmlWriter&, const std::string&, const std::string&, const std::string&) {}
    static void end(XmlWriter& xml) { xml.boolean("return", true); }
};

std::unique_ptr<AnyOperation> ops::reboot_instances(Ec2& ec2) { return make<RebootInstances>(ec2); }

}  // namespace sekisho::ec2
