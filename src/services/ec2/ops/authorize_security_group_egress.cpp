#include "services/ec2/ops/security_group_op.h"

namespace sekisho::ec2 {

struct AuthorizeSecurityGroupEgress : AuthorizeOp<AuthorizeSecurityGroupEgress> {
    static constexpr std::string_view name = "AuthorizeSecurityGroupEgress";
    static constexpr bool egress = true;
};

std::unique_ptr<AnyOperation> ops::authorize_security_group_egress(Ec2& ec2) { return make<AuthorizeSecurityGroupEgress>(ec2); }

}  // namespace sekisho::ec2
