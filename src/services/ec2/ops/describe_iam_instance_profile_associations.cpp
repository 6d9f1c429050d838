#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

std::string association_state(const Instance& instance) {
    return instance.state == "shutting-down" ? "disassociating" : "associated";
}

std::span<const FilterColumn<Instance>> association_columns() {
    static constexpr FilterColumn<Instance> columns[] = {
        {"instance-id", [](const Instance& i, const View&) { return one(i.id); }},
        {"state", [](const Instance& i, const View&) { return one(association_state(i)); }},
    };
    return columns;
}

}  // namespace

struct DescribeIamInstanceProfileAssociations {
    static constexpr std::string_view name = "DescribeIamInstanceProfileAssociations";
    struct Input : DescribeInput {
        std::vector<std::string> associations;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {});
        if (!in) return error_of(in);
        return Input{std::move(*in), call.params.list("AssociationId")};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            std::map<std::string, const Instance*> rows;  // by association id
            for (const auto& [id, instance] : view.state.instances)
                if (!instance->profile_association.empty() && instance->state != "terminated")
                    rows[instance->profile_association] = instance.get();
            DescribeInput wanted = in;
            for (const std::string& id : in.associations) {
                if (!rows.contains(id))
                    return fail(error::ec2::InvalidAssociationNotFound,
                                fmt::format("An invalid association-id of '{}' was given", id));
                wanted.ids.push_back(id);
            }
            constexpr auto write = [](XmlWriter& out, const View&, const Instance& instance) {
                out.text("associationId", instance.profile_association).text("instanceId", instance.id);
                out.open("iamInstanceProfile").text("arn", instance.profile_arn).text("id", instance.profile_id).close();
                out.text("state", association_state(instance)).text("timestamp", timestamp(instance.launched));
            };
            return describe<Instance>(xml, view, wanted, kind::instance, rows, association_columns(),
                                      "iamInstanceProfileAssociationSet", write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_iam_instance_profile_associations(Ec2& ec2) {
    return make<DescribeIamInstanceProfileAssociations>(ec2);
}

}  // namespace sekisho::ec2
