// Identity: who there is and what they may, joined for the stages and services that ask small questions about it: authz
// (policies of a caller, policy of an endpoint), S3 (does this principal exist), EC2 (instance profiles). Over IAM's directory,
// EC2's endpoints and the static network's; reads snapshots, never waits, any thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "authz/authorizer.h"
#include "services/ec2/instance_profiles.h"
#include "services/iam/directory.h"
#include "services/s3/s3.h"

namespace sekisho::ec2 {
class Ec2;
}

namespace sekisho::organizations {
class Organizations;
}

namespace sekisho::gate {

using StaticPolicies = std::map<std::string, std::shared_ptr<const policy::Document>, std::less<>>;

class Identity final : public authz::PolicySource, public s3::Principals, public ec2::InstanceProfiles {
   public:
    Identity(const iam::Directory& directory, StaticPolicies static_policies,
             std::vector<origin::EndpointRoad> static_roads = {});
    // EC2 asks for instance profiles and is asked for endpoints: it is told once, before any request.
    void set_ec2(const ec2::Ec2& ec2) { ec2_ = &ec2; }
    void set_organizations(const organizations::Organizations& organizations) { organizations_ = &organizations; }

    std::vector<authz::NamedPolicy> identity_policies(const authn::Caller& caller) const override;
    std::vector<authz::NamedPolicy> boundary_policies(const authn::Caller& caller) const override;
    authz::NamedPolicy endpoint_policy(const origin::EndpointRoad& road) const override;
    authz::SharedPlace organization(const AccountId& account) const override;
    std::optional<origin::EndpointRoad> endpoint_of(std::string_view endpoint_or_vpc) const override;

    bool exists(std::string_view principal) const override;
    std::vector<AccountId> accounts() const override;

    std::optional<ec2::InstanceProfile> find(const AccountId& account, std::string_view arn_or_name) const override;

   private:
    const iam::Directory& directory_;
    const StaticPolicies static_policies_;
    const std::vector<origin::EndpointRoad> static_roads_;
    const std::shared_ptr<const policy::Document> nothing_;  // the policy of an endpoint that is not there
    const ec2::Ec2* ec2_ = nullptr;
    const organizations::Organizations* organizations_ = nullptr;
};

}  // namespace sekisho::gate
