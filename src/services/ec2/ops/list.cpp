#include "services/ec2/ops/list.h"

namespace sekisho::ec2::ops {

void add_all(services::OperationList& list, Ec2& ec2) {
#define SEKISHO_EC2_ADD(op) list.add(op(ec2));
    SEKISHO_EC2_OPERATIONS(SEKISHO_EC2_ADD)
#undef SEKISHO_EC2_ADD
}

}  // namespace sekisho::ec2::ops
