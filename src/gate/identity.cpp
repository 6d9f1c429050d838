#include "gate/identity.h"

#include "services/ec2/desired.h"
#include "services/ec2/service.h"
#include "services/organizations/organizations.h"

namespace sekisho::gate {

namespace {
constexpr std::string_view deny_everything =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]})";
}

Identity::Identity(const iam::Directory& directory, StaticPolicies static_policies,
                   std::vector<origin::EndpointRoad> static_roads)
    : directory_(directory),
      static_policies_(std::move(static_policies)),
      static_roads_(std::move(static_roads)),
      nothing_(policy::compile(deny_everything, policy::Kind::endpoint)) {}

std::vector<authz::NamedPolicy> Identity::identity_policies(const authn::Caller& caller) const {
    return directory_.identity_policies(caller);
}

std::vector<authz::NamedPolicy> Identity::boundary_policies(const authn::Caller& caller) const {
    return directory_.boundary_policies(caller);
}

authz::NamedPolicy Identity::endpoint_policy(const origin::EndpointRoad& road) const {
    authz::NamedPolicy named{"policy of " + road.vpce.value, nullptr};
    if (auto configured = static_policies_.find(road.vpce.value); configured != static_policies_.end())
        named.document = configured->second;
    else if (ec2_)
        named.document = ec2_->endpoint_policy(road.account, road.region, road.vpce);
    if (!named.document) named.document = nothing_;
    return named;
}

authz::SharedPlace Identity::organization(const AccountId& account) const {
    return organizations_ ? organizations_->place(account) : nullptr;
}

std::optional<origin::EndpointRoad> Identity::endpoint_of(std::string_view endpoint_or_vpc) const {
    for (const origin::EndpointRoad& road : static_roads_)
        if (road.vpce.value == endpoint_or_vpc || road.vpc.value == endpoint_or_vpc) return road;
    if (!ec2_) return std::nullopt;
    for (const ec2::PlacedState& placed : ec2_->snapshot())
        for (const auto& [id, endpoint] : placed.state->endpoints)
            if (id == endpoint_or_vpc || endpoint->vpc == endpoint_or_vpc)
                return origin::EndpointRoad{VpceId(id), VpcId(endpoint->vpc), placed.place.account, placed.place.region};
    return std::nullopt;
}

bool Identity::exists(std::string_view principal) const { return directory_.principal_exists(principal); }

std::vector<AccountId> Identity::accounts() const { return directory_.accounts(); }

std::optional<ec2::InstanceProfile> Identity::find(const AccountId& account, std::string_view arn_or_name) const {
    auto facts = directory_.instance_profile(account, arn_or_name);
    if (!facts) return std::nullopt;
    return ec2::InstanceProfile{facts->arn, facts->name, facts->id, facts->role_arn, facts->role_name};
}

}  // namespace sekisho::gate
