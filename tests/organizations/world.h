// World: Organizations, IAM and STS of one server over memory tables, called as the gate would: authenticated callers, real
// authorization with the organisation's policies, literal JSON and query text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "iam/world.h"
#include "services/organizations/organizations.h"

namespace sekisho::organizations {

using nlohmann::json;

struct Policies final : authz::PolicySource {
    const iam::Directory& directory;
    const Organizations& organizations;
    Policies(const iam::Directory& d, const Organizations& o) : directory(d), organizations(o) {}
    std::vector<policy::NamedPolicy> identity_policies(const authn::Caller& c) const override {
        return directory.identity_policies(c);
    }
    std::vector<policy::NamedPolicy> boundary_policies(const authn::Caller& c) const override {
        return directory.boundary_policies(c);
    }
    policy::NamedPolicy endpoint_policy(const origin::EndpointRoad&) const override { return {}; }
    authz::SharedPlace organization(const AccountId& account) const override { return organizations.place(account); }
};

struct Reply {
    int status = 0;
    json body;
    std::string error() const { return body.value("__type", ""); }
    std::string reason() const { return body.value("Reason", ""); }
};

class World {
   public:
    World() { open(); }

    // As after a restart.
    void open() {
        iam.open();
        organizations = std::make_unique<Organizations>(*iam.tables, *iam.directory);
        sync_wait(organizations->load(iam.now));
        policies = std::make_unique<Policies>(*iam.directory, *organizations);
        iam.authorizer = std::make_unique<authz::Authorizer>(*policies, nullptr);
        orgs = service(*organizations);
    }

    Reply call(std::string_view operation, const json& in = json::object()) { return call(iam.root(), operation, in); }
    Reply call(authn::Caller caller, std::string_view operation, const json& in = json::object()) {
        http::Request request;
        request.method = "POST";
        request.path = "/";
        request.headers.add("X-Amz-Target", "AWSOrganizationsV20161128." + std::string(operation));
        request.body = std::make_unique<iam::NoBody>();
        services::Call call{request, RequestId("c0ffee00-0000-4000-8000-000000000000"), iam.now};
        call.account = caller.account;
        call.region = Region("us-east-1");
        call.caller = std::move(caller);
        call.payload = in.is_string() ? in.get<std::string>() : in.dump();
        Result<http::Reply> reply = sync_wait(iam.walk(orgs.get(), &call));
        if (!reply) reply = wire::error_reply(wire::Dialect::json, reply.error(), call.id);
        const std::string& text = std::get<std::string>(reply->body);
        return {reply->status, text.empty() ? json() : json::parse(text)};
    }

    std::string organize() { return call("CreateOrganization").body["Organization"]["Id"]; }
    std::string root_id() { return call("ListRoots").body["Roots"][0]["Id"]; }
    std::string unit(const std::string& parent, const std::string& name) {
        return call("CreateOrganizationalUnit", {{"ParentId", parent}, {"Name", name}}).body["OrganizationalUnit"]["Id"];
    }
    std::string account(const std::string& name) {
        Reply made = call("CreateAccount", {{"AccountName", name}, {"Email", name + "@example.com"}});
        EXPECT_EQ(made.body["CreateAccountStatus"]["State"], "IN_PROGRESS") << made.body;
        Reply status =
            call("DescribeCreateAccountStatus", {{"CreateAccountRequestId", made.body["CreateAccountStatus"]["Id"]}});
        EXPECT_EQ(status.body["CreateAccountStatus"]["State"], "SUCCEEDED") << status.body;
        return status.body["CreateAccountStatus"]["AccountId"];
    }
    std::string policy(const std::string& name, const std::string& statement, std::string_view type = scp_type) {
        Reply made = call("CreatePolicy", {{"Name", name},
                                           {"Description", ""},
                                           {"Type", type},
                                           {"Content", R"({"Version":"2012-10-17","Statement":[)" + statement + "]}"}});
        EXPECT_EQ(made.status, 200) << made.body;
        return made.body["Policy"]["PolicySummary"]["Id"];
    }
    Reply attach(const std::string& policy, const std::string& target) {
        return call("AttachPolicy", {{"PolicyId", policy}, {"TargetId", target}});
    }
    void enable(std::string_view type) { call("EnablePolicyType", {{"RootId", root_id()}, {"PolicyType", type}}); }

    iam::World iam;
    std::unique_ptr<Organizations> organizations;
    std::unique_ptr<Policies> policies;
    std::unique_ptr<services::Service> orgs;
};

}  // namespace sekisho::organizations
