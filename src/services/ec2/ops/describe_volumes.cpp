#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeVolumes {
    static constexpr std::string_view name = "DescribeVolumes";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {&kind::volume, "VolumeId", 5, 1000}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            return describe<Volume>(xml, view, in, kind::volume, view.state.volumes, volume_columns(), "volumeSet",
                                    write_volume);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_volumes(Ec2& ec2) { return make<DescribeVolumes>(ec2); }

}  // namespace sekisho::ec2
