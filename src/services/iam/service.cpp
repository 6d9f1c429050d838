// The front end of IAM: the query protocol's Action finds the row, and the list of all rows.
#include "base/bytes.h"
#include "services/iam/iam.h"
#include "services/iam/operation.h"
#include "services/query.h"
#include "wire/errors/authn.h"

namespace sekisho::iam {

namespace {

class Service final : public services::Service {
   public:
    explicit Service(Iam& iam) {
        for (auto table :
             {user_operations, group_operations, role_operations, access_key_operations, inline_policy_operations,
              attachment_operations, boundary_operations, policy_operations, policy_version_operations, profile_operations,
              tag_operations, account_operations, simulation_operations, authorization_details_operations})
            for (Spec& spec : table()) list_.add(operation(std::move(spec), iam));
    }

    std::string_view name() const override { return "iam"; }

    Result<const services::AnyOperation*> find(services::Call& call) const override {
        // IAM takes no temporary credentials of GetSessionToken without MFA (STS API reference, GetSessionToken).
        if (call.caller.token_issued && call.caller.kind != authn::Caller::Kind::assumed_role && !call.caller.mfa)
            return fail(error::InvalidClientTokenId);
        return services::find_by_action(list_, call, "2010-05-08");
    }

   private:
    services::OperationList list_;
};

}  // namespace

std::unique_ptr<services::Service> service(Iam& iam) { return std::make_unique<Service>(iam); }

}  // namespace sekisho::iam
