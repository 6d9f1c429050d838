#include "services/ec2/ops/security_group_op.h"

namespace sekisho::ec2 {

struct AuthorizeSecurityGroupIngress : AuthorizeOp<AuthorizeSecurityGroupIngress> {
    static constexpr std::string_view name = "AuthorizeSecurityGroupIngress";
    static constexpr bool egress = false;
};

std::unique_ptr<AnyOperation> ops::authorize_security_group_ingress(Ec2& ec2) {
    return make<AuthorizeSecurityGroupIngress>(ec2);
}

}  // namespace sekisho::ec2
