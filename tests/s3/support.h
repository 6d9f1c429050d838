// World: the S3 service over memory tables and blobs, with the real authorizer, driven by literal requests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "authz/authorizer.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "services/s3/s3.h"
#include "store/objects/objects.h"
#include "store/tables/tables.h"

namespace sekisho::s3::test {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;
    std::string operation;

    std::string header(std::string_view name) const { return std::string(headers.find(name).value_or("")); }
    std::string code() const { return element("Code"); }
    std::string message() const { return element("Message"); }
    std::string element(std::string_view name) const;                // the text of the first such element, "" without
    std::vector<std::string> elements(std::string_view name) const;  // of all
};

// Identity policies by the caller's ARN; root has all rights.
class Policies final : public authz::PolicySource {
   public:
    std::vector<authz::NamedPolicy> identity_policies(const authn::Caller& caller) const override;
    std::vector<authz::NamedPolicy> boundary_policies(const authn::Caller&) const override { return {}; }
    authz::NamedPolicy endpoint_policy(const origin::EndpointRoad&) const override;
    std::map<std::string, std::string> by_arn;
};

class KnownPrincipals final : public Principals {
   public:
    bool exists(std::string_view principal) const override {
        if (instead) return instead(principal);
        return principal.find("ghost") == std::string_view::npos;
    }
    std::vector<AccountId> accounts() const override {
        return {AccountId("123456789012"), AccountId("999999999999"), AccountId("555555555555")};
    }
    std::function<bool(std::string_view)> instead;
};

authn::Caller root_of(std::string account);
authn::Caller user_of(std::string account, std::string name);
authn::Caller anonymous();
// A request through a gateway endpoint of that VPC.
origin::Origin from_vpc(std::string vpc);

// The memory twin, in which something can happen just before a row is read or a commit is made: once, by whoever sets it.
class BetweenTables final : public store::Tables {
   public:
    Task<std::optional<std::string>> get(std::string partition, std::string key) override;
    Task<std::vector<store::Row>> scan(std::string partition, store::Range range) override;
    Task<store::CommitResult> commit(store::Commit commit) override;

    void before_get(std::string key, std::function<void()> happens) { before_get_[std::move(key)] = std::move(happens); }
    void before_commit(std::string key, std::function<void()> happens) { before_commit_[std::move(key)] = std::move(happens); }
    void before_scan(std::string from, std::function<void()> happens) { before_scan_[std::move(from)] = std::move(happens); }
    std::size_t rows_read = 0;

   private:
    using Happenings = std::map<std::string, std::function<void()>>;
    static void happen(Happenings& happenings, const std::string& key);
    std::unique_ptr<store::Tables> inner_ = store::memory_tables();
    Happenings before_get_, before_commit_, before_scan_;  // by the row's key; of commits, a row that is written
};

// Master keys, and the settings of a server with the first `keys` of them; 0: plain at rest.
inline constexpr std::string_view master_keys_text =
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nHx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=\n";
Settings settings_of(int shards = 1, int keys = 1);

class World {
   public:
    explicit World(int shards = 1);  // encrypted at rest
    explicit World(Settings settings);
    // The same stores after the process was killed and started again, a minute later.
    explicit World(World& killed);
    World(World& killed, Settings settings);

    Answer call(std::string method, std::string target, Fields headers = {}, std::string body = {});
    // A reply whose body nobody has read yet.
    http::Reply begin(std::string method, std::string target, Fields headers = {}, std::string body = {});
    static Answer finish(http::Reply reply);
    Answer get(std::string target, Fields headers = {}) { return call("GET", std::move(target), std::move(headers)); }
    Answer put(std::string target, std::string body = {}, Fields headers = {}) {
        return call("PUT", std::move(target), std::move(headers), std::move(body));
    }
    Answer post(std::string target, std::string body = {}, Fields headers = {}) {
        return call("POST", std::move(target), std::move(headers), std::move(body));
    }
    Answer remove(std::string target, Fields headers = {}) { return call("DELETE", std::move(target), std::move(headers)); }
    Answer head(std::string target, Fields headers = {}) { return call("HEAD", std::move(target), std::move(headers)); }
    void make_bucket(const std::string& name);
    std::size_t blobs();

    // As which caller, and in which region, the next calls are made.
    authn::Caller caller = root_of("123456789012");
    std::string region = "us-east-1";
    origin::Origin origin;                // by which road
    std::size_t piece_bytes = 64 * 1024;  // of bodies, as they come in
    bool tls = false;
    std::string endpoint;  // the VPC endpoint by which they come; empty: none

    // Happens once, between the next call's approval and its run.
    std::function<void()> after_approval;
    int questions = 0;  // of the last call

    std::shared_ptr<BetweenTables> tables = std::make_shared<BetweenTables>();
    std::shared_ptr<store::Objects> objects = store::memory_objects();
    ManualClock clock{from_epoch_millis(1'790'000'000'000)};
    SeededEntropy entropy{42};
    KnownPrincipals principals;
    Policies policies;
    authz::Authorizer authorizer{policies, nullptr};
    S3 s3;
    std::unique_ptr<services::Service> service, control;  // control: of requests with x-amz-account-id

   private:
    std::string operation_;
};

}  // namespace sekisho::s3::test
