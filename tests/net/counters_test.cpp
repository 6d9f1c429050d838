#include <gtest/gtest.h>

#include "lab.h"

namespace sekisho::net::test {
namespace {

constexpr std::size_t megabytes = 1024 * 1024;

TEST(Counters, bytes_through_the_endpoint_leave_the_nat_gateways_counters_alone) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        no_errors(engine.apply(desired));
        ASSERT_EQ(talk(engine, "eni-1", "52.216.1.10", 443, {.send_bytes = 8 * megabytes}),
                  "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        auto seen = engine.observe();
        EXPECT_EQ(seen.nat_gateways.at("nat-1").bytes_out, 0u);
        EXPECT_EQ(seen.nat_gateways.at("nat-1").packets_in, 0u);
        EXPECT_GT(seen.endpoints.at("vpce-1").bytes_in, 8 * megabytes);
        EXPECT_LT(seen.endpoints.at("vpce-1").bytes_in, 10 * megabytes);
        EXPECT_GT(seen.endpoints.at("vpce-1").bytes_out, 0u);
        EXPECT_LT(seen.endpoints.at("vpce-1").bytes_out, megabytes);

        ASSERT_EQ(talk(engine, "eni-1", "198.51.100.7", 443, {.send_bytes = 4 * megabytes}),
                  "internet peer=203.0.113.11 local=198.51.100.7:443");
        auto then = engine.observe();
        EXPECT_GT(then.nat_gateways.at("nat-1").bytes_out, 4 * megabytes);
        EXPECT_LT(then.nat_gateways.at("nat-1").bytes_out, 5 * megabytes);
        EXPECT_GT(then.nat_gateways.at("nat-1").bytes_in, 0u);
        EXPECT_LT(then.nat_gateways.at("nat-1").bytes_in, megabytes);
        EXPECT_EQ(then.endpoints.at("vpce-1").bytes_in, seen.endpoints.at("vpce-1").bytes_in);
    });
}

TEST(Counters, each_endpoint_counts_its_own_subnets) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        auto& vpc = desired.vpcs[0];
        vpc.endpoints.push_back(vpc.endpoints[0]);
        vpc.endpoints[1].id = "vpce-other";
        vpc.endpoints[1].route_tables = {"rtb-pub1"};
        vpc.interfaces.push_back(interface("eni-other", "subnet-pub1", "10.0.1.20"));
        no_errors(engine.apply(desired));
        ASSERT_EQ(talk(engine, "eni-other", "52.216.1.10", 443, {.send_bytes = megabytes}),
                  "vpce-other peer=10.0.1.20 local=52.216.1.10:443");
        auto seen = engine.observe();
        EXPECT_EQ(seen.endpoints.at("vpce-1").bytes_in, 0u);
        EXPECT_GT(seen.endpoints.at("vpce-other").bytes_in, megabytes);
        // A change of the endpoint's subnets does not start its counters anew.
        vpc.endpoints[1].route_tables = {};
        no_errors(engine.apply(desired));
        EXPECT_EQ(engine.observe().endpoints.at("vpce-other").bytes_in, seen.endpoints.at("vpce-other").bytes_in);
    });
}

}  // namespace
}  // namespace sekisho::net::test
