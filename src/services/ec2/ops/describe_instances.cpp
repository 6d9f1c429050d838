#include "services/ec2/instances.h"
#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

namespace {

void write_reservations(XmlWriter& xml, const View& view, const std::vector<const Instance*>& instances) {
    std::map<std::string_view, std::vector<const Instance*>> reservations;
    for (const Instance* instance : instances) reservations[instance->reservation].push_back(instance);
    xml.open("reservationSet");
    for (auto& [reservation, members] : reservations) {
        std::sort(members.begin(), members.end(),
                  [](const Instance* a, const Instance* b) { return a->launch_index < b->launch_index; });
        xml.open("item").text("reservationId", reservation).text("ownerId", view.place.account.value).empty("groupSet");
        xml.open("instancesSet");
        for (const Instance* instance : members) {
            xml.open("item");
            write_instance(xml, view, *instance);
            xml.close();
        }
        xml.close().close();
    }
    xml.close();
}

}  // namespace

struct DescribeInstances {
    static constexpr std::string_view name = "DescribeInstances";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::instance, "InstanceId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            auto found = select<Instance>(view, in, kind::instance, view.state.instances, instance_columns());
            if (!found) return error_of(found);
            write_reservations(xml, view, found->rows);
            write_next_token(xml, found->page);
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_instances(Ec2& ec2) { return make<DescribeInstances>(ec2); }

}  // namespace sekisho::ec2
