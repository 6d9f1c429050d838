#include "services/ec2/ops/security_group_op.h"

namespace sekisho::ec2 {

struct RevokeSecurityGroupIngress : RevokeOp<RevokeSecurityGroupIngress> {
    static constexpr std::string_view name = "RevokeSecurityGroupIngress";
    static constexpr bool egress = false;
};

std::unique_ptr<AnyOperation> ops::revoke_security_group_ingress(Ec2& ec2) { return make<RevokeSecurityGroupIngress>(ec2); }

}  // namespace sekisho::ec2
