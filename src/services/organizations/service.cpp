// The front end of Organizations: X-Amz-Target finds the operation, and the list of all of them.
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

constexpr std::string_view target_prefix = "AWSOrganizationsV20161128.";

class Service final : public services::Service {
   public:
    explicit Service(Organizations& organizations) {
        for (auto make : {create_organization,
                          describe_organization,
                          delete_organization,
                          list_roots,
                          enable_policy_type,
                          disable_policy_type,
                          enable_aws_service_access,
                          disable_aws_service_access,
                          list_aws_service_access_for_organization,
                          create_organizational_unit,
                          describe_organizational_unit,
                          update_organizational_unit,
                          delete_organizational_unit,
                          list_organizational_units_for_parent,
                          list_parents,
                          list_children,
                          create_account,
                          describe_create_account_status,
                          list_create_account_status,
                          describe_account,
                          list_accounts,
                          list_accounts_for_parent,
                          move_account,
                          close_account,
                          remove_account_from_organization,
                          create_policy,
                          update_policy,
                          describe_policy,
                          delete_policy,
                          list_policies,
                          attach_policy,
                          detach_policy,
                          list_policies_for_target,
                          list_targets_for_policy,
                          tag_resource,
                          untag_resource,
                          list_tags_for_resource})
            list_.add(operation(make(), organizations));
    }

    std::string_view name() const override { return "organizations"; }

    Result<const services::AnyOperation*> find(services::Call& call) const override {
        call.dialect = wire::Dialect::json;
        std::string_view target = call.request.headers.find("x-amz-target").value_or("");
        if (target.starts_with(target_prefix))
            if (const auto* operation = list_.find(target.substr(target_prefix.size()))) return operation;
        return fail(error::UnknownOperationException);
    }

   private:
    services::OperationList list_;
};

}  // namespace

std::unique_ptr<services::Service> service(Organizations& organizations) { return std::make_unique<Service>(organizations); }

}  // namespace sekisho::organizations
