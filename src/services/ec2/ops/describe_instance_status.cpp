#include "services/ec2/instances.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

bool is_running(const Instance& i) { return i.state == "running"; }
std::string status_of(const Instance& i) { return is_running(i) ? "ok" : "not-applicable"; }

std::span<const FilterColumn<Instance>> status_columns() {
    static constexpr FilterColumn<Instance> columns[] = {
        {"availability-zone", [](const Instance& i, const View&) { return one(i.zone); }},
        {"instance-state-code", [](const Instance& i, const View&) { return one(std::to_string(state_code(i.state))); }},
        {"instance-state-name", [](const Instance& i, const View&) { return one(i.state); }},
        {"instance-status.status", [](const Instance& i, const View&) { return one(status_of(i)); }},
        {"instance-status.reachability",
         [](const Instance& i, const View&) { return is_running(i) ? one("passed") : Values(); }},
        {"system-status.status", [](const Instance& i, const View&) { return one(status_of(i)); }},
        {"system-status.reachability", [](const Instance& i, const View&) { return is_running(i) ? one("passed") : Values(); }},
        {"event.code", [](const Instance&, const View&) { return Values(); }},
        {"event.description", [](const Instance&, const View&) { return Values(); }},
        {"event.instance-event-id", [](const Instance&, const View&) { return Values(); }},
        {"event.not-after", [](const Instance&, const View&) { return Values(); }},
        {"event.not-before", [](const Instance&, const View&) { return Values(); }},
        {"event.not-before-deadline", [](const Instance&, const View&) { return Values(); }},
    };
    return columns;
}

void write_summary(XmlWriter& xml, std::string_view element, const Instance& instance) {
    xml.open(element).text("status", status_of(instance)).open("details");
    if (is_running(instance)) xml.open("item").text("name", "reachability").text("status", "passed").close();
    xml.close().close();
}

}  // namespace

struct DescribeInstanceStatus {
    static constexpr std::string_view name = "DescribeInstanceStatus";
    struct Input : DescribeInput {
        bool all = false;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {&kind::instance, "InstanceId"});
        if (!in) return error_of(in);
        auto all = boolean(call.params, "IncludeAllInstances");
        if (!all) return error_of(all);
        return Input{std::move(*in), *all};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            DescribeInput wanted = in;
            // Without IncludeAllInstances only running ones are shown.
            if (!in.all) wanted.filters.push_back({"instance-state-name", {"running"}});
            constexpr auto write = [](XmlWriter& out, const View&, const Instance& instance) {
                out.text("instanceId", instance.id).text("availabilityZone", instance.zone);
                write_state(out, "instanceState", instance.state);
                write_summary(out, "systemStatus", instance);
                write_summary(out, "instanceStatus", instance);
            };
            return describe<Instance>(xml, view, wanted, kind::instance, view.state.instances, status_columns(),
                                      "instanceStatusSet", write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_instance_status(Ec2& ec2) { return make<DescribeInstanceStatus>(ec2); }

}  // namespace sekisho::ec2
