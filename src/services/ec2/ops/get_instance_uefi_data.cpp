#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct GetInstanceUefiData {
    static constexpr std::string_view name = "GetInstanceUefiData";
    struct Input {
        std::string instance;
    };
    static Result<Input> parse(const Call& call) {
        auto instance = required_id(call.params, "InstanceId", kind::instance);
        if (!instance) return error_of(instance);
        return Input{*instance};
    }
    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::instance, in.instance);
            return {};
        });
    }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter&) -> Result<void> {
            auto instance = get(view.state.instances, kind::instance, in.instance);
            if (!instance) return error_of(instance);
            // No instance here boots by UEFI, so there is no non-volatile store to show.
            return fail(error::ec2::UnsupportedOperation,
                        fmt::format("The instance '{}' does not use the 'uefi' boot mode.", in.instance));
        });
    }
};

std::unique_ptr<AnyOperation> ops::get_instance_uefi_data(Ec2& ec2) { return make<GetInstanceUefiData>(ec2); }

}  // namespace sekisho::ec2
