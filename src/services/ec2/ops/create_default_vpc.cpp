#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct CreateDefaultVpc {
    static constexpr std::string_view name = "CreateDefaultVpc";
    struct Input {};

    static Result<Input> parse(const Call&) { return Input{}; }

    static Asks asks(const Input&, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [](AskList& list) -> Result<void> {
            list.anything();  // neither ARNs nor keys of its own
            return {};
        });
    }

    static Answer run(Authorized<Input>, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::records, [](Change& change, XmlWriter& xml) -> Result<void> {
            if (default_vpc(change.state)) return fail(error::ec2::DefaultVpcAlreadyExists);
            if (change.state.vpcs.size() >= limits::vpcs) return fail(error::ec2::VpcLimitExceeded);
            Vpc vpc = make_default_vpc(change.state, change.place, change.entropy);
            xml.open("vpc");
            write_vpc(xml, change.view(), vpc);
            xml.close();
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::create_default_vpc(Ec2& ec2) { return make<CreateDefaultVpc>(ec2); }

}  // namespace sekisho::ec2
