#include "services/ec2/ops/security_group_op.h"

namespace sekisho::ec2 {

struct UpdateSecurityGroupRuleDescriptionsIngress : RuleDescriptionsOp<UpdateSecurityGroupRuleDescriptionsIngress> {
    static constexpr std::string_view name = "UpdateSecurityGroupRuleDescriptionsIngress";
    static constexpr bool egress = false;
};

std::unique_ptr<AnyOperation> ops::update_security_group_rule_descriptions_ingress(Ec2& ec2) {
    return make<UpdateSecurityGroupRuleDescriptionsIngress>(ec2);
}

}  // namespace sekisho::ec2
