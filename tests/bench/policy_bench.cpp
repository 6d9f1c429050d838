// policy_bench: how long one decision takes, on one core. Prints nanoseconds of CPU: the median of many rounds, and the
// fastest.
//   cmake --preset release && cmake --build build/release --target policy_bench && build/release/tests/bench/policy_bench
#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>
#include <vector>

#include "authz/decisions.h"
#include "authz/gather.h"
#include "authz/keys.h"
#include "authz/pack.h"
#include "policy/document.h"
#include "policy/evaluate.h"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    void* memory = std::malloc(size);
    if (!memory) throw std::bad_alloc();
    return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace sekisho;

double cpu_nanoseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

const std::string account = "123456789012";

struct World {
    authn::Caller caller;
    origin::Origin origin;
    authz::RequestFacts facts;
    authz::Ask ask;
    authz::Participants participants;
};

World reference() {
    World w;
    w.caller.kind = authn::Caller::Kind::assumed_role;
    w.caller.account = AccountId(account);
    w.caller.arn = "arn:aws:sts::123456789012:assumed-role/ec2_s3access_role/i-0a1b2c3d4e5f60718";
    w.caller.role_arn = "arn:aws:iam::123456789012:role/ec2_s3access_role";
    w.caller.principal_id = "AROA0123456789ABCDEF:i-0a1b2c3d4e5f60718";
    w.caller.proof = authn::Caller::Proof::header;
    w.origin.peer = *IpAddress::parse("10.1.0.17");
    w.origin.endpoint = origin::EndpointRoad{VpceId("vpce-1111111111111111a"), VpcId("vpc-0a0a0a0a0a0a0a0a0"),
                                             AccountId(account), Region("us-east-1")};
    w.origin.secure = true;
    w.facts.service = "s3";
    w.facts.operation = "GetObject";
    w.facts.region = Region("us-east-1");
    w.facts.user_agent = "aws-cli/2.9.19";
    w.ask.action = "s3:GetObject";
    w.ask.resource = "arn:aws:s3:::my-bucket/reports/2026/11/23.csv";
    w.ask.resource_account = AccountId(account);
    w.ask.resource_policy = policy::compile(R"({"Version":"2012-10-17","Statement":[{"Sid":"OnlyVpc1","Effect":"Deny",
        "NotPrincipal":{"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:user/admin"]},"Action":"s3:*",
        "Resource":["arn:aws:s3:::my-bucket","arn:aws:s3:::my-bucket/*"],
        "Condition":{"StringNotEquals":{"aws:sourceVpce":"vpce-1111111111111111a"}}}]})",
                                            policy::Kind::resource);
    w.participants.identity.push_back(
        {"AmazonS3FullAccess",
         policy::compile(
             R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]})",
             policy::Kind::identity)});
    w.participants.endpoint.push_back(
        {"endpoint",
         policy::compile(
             R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})",
             policy::Kind::endpoint)});
    return w;
}

// Ten policies of fifty statements like those that people write: a few actions, a resource or two, often a condition. The one
// that allows comes last.
World many() {
    World w = reference();
    const char* actions[] = {R"(["s3:PutObject","s3:DeleteObject"])", R"("s3:Get*")", R"(["ec2:Describe*","ec2:RunInstances"])",
                             R"("iam:PassRole")", R"(["s3:GetObject","s3:GetObjectVersion"])"};
    const char* conditions[] = {"", R"(,"Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.0/24"]}})",
                                R"(,"Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}})",
                                R"(,"Condition":{"Bool":{"aws:SecureTransport":"false"}})"};
    w.participants.identity.clear();
    for (int p = 0; p < 10; ++p) {
        std::string json = R"({"Version":"2012-10-17","Statement":[)";
        for (int s = 0; s < 50; ++s) {
            bool last = p == 9 && s == 49;
            json += fmt::format(
                R"({}{{"Sid":"S{}","Effect":"{}","Action":{},"Resource":["arn:aws:s3:::{}","arn:aws:s3:::{}/*"]{}}})",
                s ? "," : "", s, s % 7 == 3 ? "Deny" : "Allow", last ? "\"s3:GetObject\"" : actions[(p + s) % 5],
                last ? "my-bucket" : fmt::format("bucket-{}-{}", p, s), last ? "my-bucket" : fmt::format("bucket-{}-{}", p, s),
                last ? "" : conditions[(p * 3 + s) % 4]);
        }
        w.participants.identity.push_back({fmt::format("policy-{}", p), policy::compile(json + "]}", policy::Kind::identity)});
    }
    return w;
}

void time(const char* name, const std::function<bool()>& done) {
    constexpr int rounds = 200, calls = 2000;
    std::vector<double> times;
    std::uint64_t before = allocations;
    for (int round = 0; round < rounds; ++round) {
        const double start = cpu_nanoseconds();
        for (int call = 0; call < calls; ++call)
            if (!done()) std::abort();
        times.push_back((cpu_nanoseconds() - start) / calls);
    }
    std::ranges::sort(times);
    fmt::print("{:44} {:8.0f} ns (fastest {:.0f}), {:.1f} allocations\n", name, times[rounds / 2], times[0],
               static_cast<double>(allocations - before) / rounds / calls);
}

void measure(const char* name, const World& w, bool expected) {
    time(name, [&] {
        authz::RequestKeys keys({w.caller, w.origin, w.facts, w.ask.resource_account}, w.ask.context);
        authz::AskedQuery asked(w.caller, w.ask, w.participants, nullptr, keys);
        return policy::evaluate(asked.query()).allowed == expected;
    });
}

// What keeps a decision explainable, as Authorizer::authorize does it beside deciding.
void measure_record(const World& w) {
    authz::Decisions decisions(10'000);
    const std::vector<authz::Ask> asks{w.ask};
    std::uint64_t number = 0;
    time("the record of a decision", [&] {
        authz::Participants gathered = w.participants;
        gathered.caller = authz::pack_caller(w.caller, w.facts.user_agent);
        auto record = std::make_shared<authz::Record>();
        record->participants = decisions.share(std::move(gathered));
        record->id = RequestId(std::to_string(++number));
        record->request = authz::pack_request(w.origin, w.facts, w.caller, asks);
        record->resource_policies.push_back(w.ask.resource_policy);
        decisions.put(std::move(record));
        return true;
    });
}

}  // namespace

int main() {
    World by_endpoint = reference();
    measure("reference policy + S3FullAccess: allowed", by_endpoint, true);
    World by_wrong_endpoint = reference();
    by_wrong_endpoint.origin.endpoint->vpce = VpceId("vpce-2222222222222222b");
    measure("reference policy + S3FullAccess: denied", by_wrong_endpoint, false);
    World by_public_road = reference();
    by_public_road.origin.endpoint.reset();
    by_public_road.participants.endpoint.clear();
    measure("reference policy, public road: denied", by_public_road, false);
    measure_record(by_endpoint);
    measure("50 statements x 10 policies: allowed", many(), true);
}
