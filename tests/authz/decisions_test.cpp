#include "authz/decisions.h"

#include <gtest/gtest.h>

#include <thread>

#include "authz/pack.h"
#include "authz/world.h"

namespace sekisho::authz::test {
namespace {

std::shared_ptr<const Record> record(std::string id, bool asked = true) {
    auto out = std::make_shared<Record>();
    out->id = RequestId(id);
    out->asked = asked;
    return out;
}

TEST(Decisions, TheDecisionWinsOverTheFailureOfTheSameRequest) {
    Decisions decisions(10);
    decisions.put(record("A", false));
    decisions.put(record("A", true));
    decisions.put(record("A", false));
    EXPECT_TRUE(decisions.find(RequestId("A"))->asked);
    EXPECT_TRUE(decisions.is_recent(RequestId("A")));
    EXPECT_FALSE(decisions.is_recent(RequestId("B")));
    EXPECT_FALSE(decisions.find(RequestId("B")));
}

TEST(Decisions, WhatRequestsOfOneCallerShareIsStoredOnce) {
    Decisions decisions(10);
    Source source = reference_source();
    auto of = [&](std::string caller) {
        Participants p;
        p.identity = source.identity["arn:aws:iam::123456789012:user/admin"];
        p.caller = std::move(caller);
        return p;
    };
    auto first = decisions.share(of("a"));
    EXPECT_EQ(decisions.share(of("a")), first);
    EXPECT_NE(decisions.share(of("b")), first);
    Participants renamed = of("a");
    renamed.identity[0].name = "another name";
    EXPECT_NE(decisions.share(renamed), first);
    Participants moved = of("a");
    moved.boundary = std::move(moved.identity);
    moved.identity.clear();
    EXPECT_NE(decisions.share(moved), first);
}

TEST(Decisions, ThreadsMayPutAndFindAtOnce) {
    Decisions decisions(8);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 1'000; ++i) {
                decisions.put(record(std::to_string(t)));
                if (auto found = decisions.find(RequestId(std::to_string((t + 1) % 4)))) {
                    EXPECT_EQ(found->id.value.size(), 1u);
                }
                Participants p;
                p.caller = std::to_string(i % 3);
                decisions.share(std::move(p));
            }
        });
}

TEST(Pack, WhatIsPackedComesBack) {
    authn::Caller caller = instance_session();
    caller.principal_tags = {{"a", "b"}, {"c", ""}};
    caller.mfa = true;
    caller.signature_age_ms = 77;
    caller.proof = authn::Caller::Proof::query;
    origin::Origin origin = through("vpce-1", "vpc-1");
    origin.peer = *IpAddress::parse("2001:db8::1");
    origin.peer_port = 65535;
    Ask ask = list_bucket();
    ask.owner_root_always = true;
    ask.context.set("s3:prefix", std::string(300, 'p'));
    ask.context.set("aws:TagKeys", std::vector<std::string>{"x", "y"});
    ask.context.set("none", std::vector<std::string>{});

    std::string agent;
    authn::Caller back = unpack_caller(pack_caller(caller, "agent"), agent);
    UnpackedRequest request = unpack_request(pack_request(origin, facts(), caller, {ask, list_bucket()}), back);
    EXPECT_EQ(agent, "agent");
    EXPECT_EQ(pack_caller(back, agent), pack_caller(caller, "agent"));
    EXPECT_EQ(back.arn, caller.arn);
    EXPECT_EQ(back.principal_tags, caller.principal_tags);
    EXPECT_EQ(back.token_issued, caller.token_issued);
    EXPECT_EQ(back.signature_age_ms, 77);
    EXPECT_EQ(request.origin.peer, origin.peer);
    EXPECT_EQ(request.origin.peer_port, 65535);
    EXPECT_EQ(request.origin.endpoint->vpce.value, "vpce-1");
    EXPECT_EQ(request.facts.operation, "ListObjectsV2");
    ASSERT_EQ(request.asks.size(), 2u);
    EXPECT_TRUE(request.asks[0].owner_root_always);
    EXPECT_EQ(request.asks[0].context.find("s3:prefix")->values[0].size(), 300u);
    EXPECT_EQ(request.asks[0].context.find("aws:TagKeys")->values.size(), 2u);
    EXPECT_TRUE(request.asks[0].context.find("none")->values.empty());
}

}  // namespace
}  // namespace sekisho::authz::test
