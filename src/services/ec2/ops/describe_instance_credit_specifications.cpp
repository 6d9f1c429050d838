#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

std::span<const FilterColumn<Instance>> credit_columns() {
    static constexpr FilterColumn<Instance> columns[] = {
        {"instance-id", [](const Instance& i, const View&) { return one(i.id); }},
    };
    return columns;
}

}  // namespace

struct DescribeInstanceCreditSpecifications {
    static constexpr std::string_view name = "DescribeInstanceCreditSpecifications";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::instance, "InstanceId"}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            auto found = select<Instance>(view, in, kind::instance, view.state.instances, credit_columns());
            if (!found) return error_of(found);
            xml.open("instanceCreditSpecificationSet");
            for (const Instance* instance : found->rows) {
                // Without ids AWS lists only the unlimited ones; types that do not burst have no credits.
                if (instance->credits.empty() || (in.ids.empty() && instance->credits != "unlimited")) continue;
                xml.open("item").text("instanceId", instance->id).text("cpuCredits", instance->credits).close();
            }
            xml.close();
            write_next_token(xml, found->page);
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_instance_credit_specifications(Ec2& ec2) {
    return make<DescribeInstanceCreditSpecifications>(ec2);
}

}  // namespace sekisho::ec2
