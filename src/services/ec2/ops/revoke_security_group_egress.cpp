#include "services/ec2/ops/security_group_op.h"

namespace sekisho::ec2 {

struct RevokeSecurityGroupEgress : RevokeOp<RevokeSecurityGroupEgress> {
    static constexpr std::string_view name = "RevokeSecurityGroupEgress";
    static constexpr bool egress = true;
};

std::unique_ptr<AnyOperation> ops::revoke_security_group_egress(Ec2& ec2) { return make<RevokeSecurityGroupEgress>(ec2); }

}  // namespace sekisho::ec2
