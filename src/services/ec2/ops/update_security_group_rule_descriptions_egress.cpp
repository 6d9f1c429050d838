#include "services/ec2/ops/security_group_op.h"

namespace sekisho::ec2 {

struct UpdateSecurityGroupRuleDescriptionsEgress : RuleDescriptionsOp<UpdateSecurityGroupRuleDescriptionsEgress> {
    static constexpr std::string_view name = "UpdateSecurityGroupRuleDescriptionsEgress";
    static constexpr bool egress = true;
};

std::unique_ptr<AnyOperation> ops::update_security_group_rule_descriptions_egress(Ec2& ec2) {
    return make<UpdateSecurityGroupRuleDescriptionsEgress>(ec2);
}

}  // namespace sekisho::ec2
