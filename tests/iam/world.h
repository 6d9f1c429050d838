// World: IAM and STS of a server with two accounts over memory tables, called by query text as the gate would: authenticated
// callers, real authorization, literal parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "authz/authorizer.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "services/iam/directory.h"
#include "services/iam/iam.h"
#include "services/operation.h"
#include "services/sts/sts.h"
#include "store/tables/tables.h"
#include "wire/dialect.h"

namespace sekisho::iam {

struct NoBody final : http::BodyReader {
    Task<std::string> read() override { co_return std::string(); }
    std::optional<std::uint64_t> content_length() const override { return 0; }
};

struct DirectoryPolicies final : authz::PolicySource {
    const Directory& directory;
    explicit DirectoryPolicies(const Directory& d) : directory(d) {}
    std::vector<policy::NamedPolicy> identity_policies(const authn::Caller& c) const override {
        return directory.identity_policies(c);
    }
    std::vector<policy::NamedPolicy> boundary_policies(const authn::Caller& c) const override {
        return directory.boundary_policies(c);
    }
    policy::NamedPolicy endpoint_policy(const origin::EndpointRoad&) const override { return {}; }
};

struct Answer {
    int status = 0;
    std::string body;
    std::string code() const { return element("Code"); }
    std::string message() const { return element("Message"); }
    // The text of the first element of that name; "(none)" without one.
    std::string element(std::string_view name, std::size_t nth = 0) const {
        const std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
        std::size_t at = 0;
        for (std::size_t i = 0;; ++i) {
            at = body.find(open, at);
            if (at == std::string::npos) return "(none)";
            at += open.size();
            if (i == nth) return body.substr(at, body.find(close, at) - at);
        }
    }
    bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
};

inline const AccountId home("123456789012");
inline const AccountId abroad("210987654321");
inline constexpr std::string_view root_key = "AKIAROOTOFHOMEACCOUNT";
inline constexpr std::string_view abroad_key = "AKIAROOTOFABROAD";
inline const Time noon = *parse_iso8601("2026-11-23T12:00:00Z");

// "Action=CreateUser&…" → the answer of a service, on behalf of a caller.
class World {
   public:
    explicit World(std::uint64_t seed = 2026) : tables(store::memory_tables()), entropy(seed) { open(); }

    // As after a restart: everything is read from the tables again.
    void open() {
        directory = std::make_unique<Directory>(*tables, entropy,
                                                std::vector<RootKey>{{home, std::string(root_key), "root secret"},
                                                                     {abroad, std::string(abroad_key), "other secret"}});
        sync_wait(directory->load(now));
        policies = std::make_unique<DirectoryPolicies>(*directory);
        authorizer = std::make_unique<authz::Authorizer>(*policies, nullptr);
        iam = std::make_unique<Iam>(*directory);
        iam_service = service(*iam);
        sts = std::make_unique<sts::Sts>(*directory);
        sts_service = sts::service(*sts);
    }

    authn::Caller root() { return directory->find(root_key, "", now).caller; }
    authn::Caller root_abroad() { return directory->find(abroad_key, "", now).caller; }
    authn::Caller key(std::string_view id, std::string_view token = "") {
        authn::Credential found = directory->find(id, token, now);
        EXPECT_EQ(found.standing, authn::Credential::Standing::valid) << id;
        found.caller.access_key_id = id;
        return found.caller;
    }
    // A user with a key of its own and, unless empty, one inline policy.
    authn::Caller user(std::string_view name, std::string_view policy = "") {
        call("Action=CreateUser&UserName=" + std::string(name));
        if (!policy.empty()) {
            Answer put = call("Action=PutUserPolicy&UserName=" + std::string(name) +
                              "&PolicyName=p&PolicyDocument=" + percent_encode(policy));
            EXPECT_EQ(put.status, 200) << put.body;
        }
        return key(call("Action=CreateAccessKey&UserName=" + std::string(name)).element("AccessKeyId"));
    }

    Answer call(std::string_view query) { return call(root(), query); }
    Answer call(authn::Caller caller, std::string_view query) { return call(*iam_service, std::move(caller), query); }
    Answer call_sts(authn::Caller caller, std::string_view query) { return call(*sts_service, std::move(caller), query); }
    Answer call(const services::Service& to, authn::Caller caller, std::string_view query) {
        http::Request request;
        request.method = "POST";
        request.path = "/";
        request.body = std::make_unique<NoBody>();
        services::Call call{request, RequestId("c0ffee00-0000-4000-8000-000000000000"), now};
        call.dialect = wire::Dialect::query;
        call.account = caller.account;
        call.region = Region("us-east-1");
        call.caller = std::move(caller);
        call.payload = query;
        Result<http::Reply> reply = sync_wait(walk(&to, &call));
        if (!reply) reply = wire::error_reply(wire::Dialect::query, reply.error(), call.id);
        return {reply->status, std::get<std::string>(reply->body)};
    }

    // All stages of a call, but for authentication.
    Task<Result<http::Reply>> walk(const services::Service* to, services::Call* call) {
        Result<const services::AnyOperation*> operation = to->find(*call);
        if (!operation) co_return fail(std::move(operation.error()));
        Result<std::unique_ptr<services::Prepared>> prepared = co_await (*operation)->prepare(*call);
        if (!prepared) co_return fail(std::move(prepared.error()));
        authz::RequestFacts facts;
        facts.id = call->id;
        facts.time = call->time;
        facts.operation = (*operation)->name();
        facts.service = to->name();
        facts.region = call->region;
        origin::Origin origin;
        origin.peer = *IpAddress::parse("203.0.113.9");
        origin.secure = true;
        auto decision = authorizer->authorize(call->caller, origin, (*prepared)->asks(), (*prepared)->each(), facts);
        if (auto* denial = std::get_if<authz::Denial>(&decision))
            co_return fail(ApiError{"AccessDenied", 403, denial->message, {}});
        co_return co_await (*prepared)->run(std::move(std::get<authz::Approval>(decision)));
    }

    std::unique_ptr<store::Tables> tables;
    SeededEntropy entropy;
    Time now = noon;
    std::unique_ptr<Directory> directory;
    std::unique_ptr<DirectoryPolicies> policies;
    std::unique_ptr<authz::Authorizer> authorizer;
    std::unique_ptr<Iam> iam;
    std::unique_ptr<services::Service> iam_service;
    std::unique_ptr<sts::Sts> sts;
    std::unique_ptr<services::Service> sts_service;
};

inline constexpr std::string_view allow_all =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
inline std::string trust_of(std::string_view principal) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)" + std::string(principal) +
           R"(,"Action":"sts:AssumeRole"}]})";
}
inline const std::string trust_ec2 = trust_of(R"({"Service":"ec2.amazonaws.com"})");

}  // namespace sekisho::iam
