// The list of EC2's operations: a line here, a file beside it.
#pragma once

#include <memory>

#include "services/operation.h"

namespace sekisho::ec2 {

class Ec2;

namespace ops {

#define SEKISHO_EC2_OPERATIONS(OP)                     \
    OP(allocate_address)                               \
    OP(associate_address)                              \
    OP(associate_route_table)                          \
    OP(associate_vpc_cidr_block)                       \
    OP(attach_internet_gateway)                        \
    OP(authorize_security_group_egress)                \
    OP(authorize_security_group_ingress)               \
    OP(create_default_subnet)                          \
    OP(create_default_vpc)                             \
    OP(create_internet_gateway)                        \
    OP(create_key_pair)                                \
    OP(create_nat_gateway)                             \
    OP(create_route)                                   \
    OP(create_route_table)                             \
    OP(create_security_group)                          \
    OP(create_subnet)                                  \
    OP(create_tags)                                    \
    OP(create_vpc)                                     \
    OP(create_vpc_endpoint)                            \
    OP(delete_internet_gateway)                        \
    OP(delete_key_pair)                                \
    OP(delete_nat_gateway)                             \
    OP(delete_route)                                   \
    OP(delete_route_table)                             \
    OP(delete_security_group)                          \
    OP(delete_subnet)                                  \
    OP(delete_tags)                                    \
    OP(delete_vpc)                                     \
    OP(delete_vpc_endpoints)                           \
    OP(describe_account_attributes)                    \
    OP(describe_addresses)                             \
    OP(describe_addresses_attribute)                   \
    OP(describe_availability_zones)                    \
    OP(describe_dhcp_options)                          \
    OP(describe_iam_instance_profile_associations)     \
    OP(describe_images)                                \
    OP(describe_instance_attribute)                    \
    OP(describe_instance_credit_specifications)        \
    OP(describe_instance_status)                       \
    OP(describe_instance_type_offerings)               \
    OP(describe_instance_types)                        \
    OP(describe_instances)                             \
    OP(describe_internet_gateways)                     \
    OP(describe_key_pairs)                             \
    OP(describe_managed_prefix_lists)                  \
    OP(describe_nat_gateways)                          \
    OP(describe_network_acls)                          \
    OP(describe_network_interfaces)                    \
    OP(describe_prefix_lists)                          \
    OP(describe_regions)                               \
    OP(describe_route_tables)                          \
    OP(describe_security_group_rules)                  \
    OP(describe_security_groups)                       \
    OP(describe_subnets)                               \
    OP(describe_tags)                                  \
    OP(describe_volumes)                               \
    OP(describe_vpc_attribute)                         \
    OP(describe_vpc_endpoint_services)                 \
    OP(describe_vpc_endpoints)                         \
    OP(describe_vpcs)                                  \
    OP(detach_internet_gateway)                        \
    OP(disassociate_address)                           \
    OP(disassociate_route_table)                       \
    OP(disassociate_vpc_cidr_block)                    \
    OP(get_instance_uefi_data)                         \
    OP(get_managed_prefix_list_entries)                \
    OP(import_key_pair)                                \
    OP(modify_instance_attribute)                      \
    OP(modify_instance_metadata_options)               \
    OP(modify_security_group_rules)                    \
    OP(modify_subnet_attribute)                        \
    OP(modify_vpc_attribute)                           \
    OP(modify_vpc_endpoint)                            \
    OP(reboot_instances)                               \
    OP(release_address)                                \
    OP(replace_route)                                  \
    OP(replace_route_table_association)                \
    OP(revoke_security_group_egress)                   \
    OP(revoke_security_group_ingress)                  \
    OP(run_instances)                                  \
    OP(start_instances)                                \
    OP(stop_instances)                                 \
    OP(terminate_instances)                            \
    OP(update_security_group_rule_descriptions_egress) \
    OP(update_security_group_rule_descriptions_ingress)

#define SEKISHO_EC2_DECLARE(op) std::unique_ptr<services::AnyOperation> op(Ec2& ec2);
SEKISHO_EC2_OPERATIONS(SEKISHO_EC2_DECLARE)
#undef SEKISHO_EC2_DECLARE

void add_all(services::OperationList& list, Ec2& ec2);

}  // namespace ops
}  // namespace sekisho::ec2
