// A whole EC2 service over memory twins: requests in EC2's query form go in, XML comes out.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "authz/authorizer.h"
#include "base/loop.h"
#include "net/fabric.h"
#include "services/ec2/service.h"

namespace sekisho::ec2::test {

// The lab's twin: keeps what was asked of it; resources can be made to fail or to stay pending.
class Lab final : public net::Fabric {
   public:
    std::string unavailable() const override { return {}; }
    Task<net::Report> apply(net::Desired desired) override;
    Task<net::Observation> observe() override;
    Task<Result<net::Shell>> open_shell(net::ShellRequest request) override;
    void on_instance_state(std::function<void(std::string, std::string)> callback) override { changed = std::move(callback); }

    net::Desired desired;  // the last
    int applied = 0;
    std::string instance_error;  // every instance fails with it
    bool instances_stay_pending = false;
    std::map<std::string, std::string> errors;  // by id
    std::string nat_error;
    int faults = 0;  // so many calls of apply() fail altogether
    std::function<void(std::string, std::string)> changed;
};

class Profiles final : public InstanceProfiles {
   public:
    std::vector<InstanceProfile> all;
    std::optional<InstanceProfile> find(const AccountId& account, std::string_view arn_or_name) const override;
};

class Policies final : public authz::PolicySource {
   public:
    std::string identity;  // of every user
    // Called while a user's policies are asked for: between the question and the deed.
    mutable std::function<void()> meanwhile;
    std::vector<authz::NamedPolicy> identity_policies(const authn::Caller& caller) const override;
    std::vector<authz::NamedPolicy> boundary_policies(const authn::Caller& caller) const override;
    authz::NamedPolicy endpoint_policy(const origin::EndpointRoad& road) const override;
};

// A reply as a test looks at it.
struct Said {
    int status = 0;
    std::string body;
    std::string code() const { return value("Code"); }
    std::string message() const { return value("Message"); }
    // The text of the first, or of every, element of this name (unescaped: what tests compare holds no entities but quotes).
    std::string value(const std::string& element) const;
    std::vector<std::string> values(const std::string& element) const;
    bool has(const std::string& text) const { return body.find(text) != std::string::npos; }
};
inline std::ostream& operator<<(std::ostream& out, const Said& said) { return out << said.status << " " << said.body; }

class World {
   public:
    World();
    // "Action=CreateVpc&CidrBlock=10.0.0.0/16", by the account's root unless a caller is set.
    Said ask(const std::string& query);
    // The same, which must succeed; answers the text of one element.
    std::string make(const std::string& query, const std::string& element);
    // The error code, or "ok".
    std::string outcome(const std::string& query);
    // A second server over the same tables.
    void restart();

    // A VPC 10.0.0.0/16 with a public and a private subnet, internet gateway and NAT gateway: ids in the members.
    void make_network();
    std::string vpc, public_subnet, private_subnet, igw, nat, allocation, public_table, private_table;

    std::string image(const std::string& name = "al2023-ami-2023.9.20251014.0-kernel-6.1-x86_64");
    std::string launch(const std::string& subnet, const std::string& more = {});  // instance id
    std::string state_of(const std::string& instance);

    std::unique_ptr<store::Tables> tables;
    Lab lab;
    ManualClock clock{from_epoch_millis(1'790'000'000'000)};
    SeededEntropy entropy{7};
    Profiles profiles;
    Policies policies;
    SimpleLoop loop;  // where the service tries again what the lab did not do; runs only where a test lets it
    authz::Authorizer authorizer{policies, nullptr};
    std::unique_ptr<Ec2> ec2;
    authn::Caller caller;
    Region region{"us-east-1"};
};

}  // namespace sekisho::ec2::test
