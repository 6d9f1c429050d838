#include <gtest/gtest.h>

#include "base/loop.h"
#include "net/fabric.h"

namespace sekisho::net {
namespace {

Desired one_instance(bool running) {
    Desired desired;
    desired.vpcs.push_back({.id = "vpc-1"});
    desired.vpcs[0].nat_gateways.push_back({.id = "nat-1"});
    desired.vpcs[0].instances.push_back({.id = "i-1", .running = running});
    return desired;
}

TEST(MemoryFabric, gives_each_state_a_later_generation) {
    auto fabric = memory_fabric();
    EXPECT_EQ(sync_wait(fabric->apply({})).generation, 1u);
    EXPECT_EQ(sync_wait(fabric->apply({})).generation, 2u);
}

TEST(MemoryFabric, an_instance_runs_when_it_is_wanted_running_and_stops_when_not) {
    auto fabric = memory_fabric();
    EXPECT_EQ(sync_wait(fabric->apply(one_instance(true))).resources["i-1"].state, "running");
    EXPECT_EQ(sync_wait(fabric->observe()).instances["i-1"], "running");
    EXPECT_EQ(sync_wait(fabric->apply(one_instance(false))).resources["i-1"].state, "stopped");
}

TEST(MemoryFabric, without_a_lab_the_reason_stands_on_the_instance) {
    auto fabric = memory_fabric("networks are records only");
    auto report = sync_wait(fabric->apply(one_instance(true)));
    EXPECT_EQ(report.resources["i-1"].error, "networks are records only");
    EXPECT_EQ(report.resources["i-1"].state, "stopped");
    EXPECT_EQ(fabric->unavailable(), "networks are records only");
}

TEST(MemoryFabric, counters_are_zero_and_shells_are_refused) {
    auto fabric = memory_fabric();
    sync_wait(fabric->apply(one_instance(true)));
    EXPECT_EQ(sync_wait(fabric->observe()).nat_gateways.at("nat-1").bytes_out, 0u);
    auto shell = sync_wait(fabric->open_shell({.instance = "i-1"}));
    ASSERT_FALSE(shell.has_value());
    EXPECT_EQ(shell.error().code, "TargetNotConnected");
}

}  // namespace
}  // namespace sekisho::net
