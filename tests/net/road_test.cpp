// The road a connection takes, and what the listener learns of it.
#include <gtest/gtest.h>

#include "lab.h"

namespace sekisho::net::test {
namespace {

TEST(Road, an_instance_behind_nat_reaches_the_public_listener_with_the_elastic_ip_as_peer) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs[0].endpoints.clear();
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "internet peer=203.0.113.11 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 80), "internet peer=203.0.113.11 local=198.51.100.7:80");
    });
}

TEST(Road, by_the_endpoints_route_the_listener_of_the_endpoint_sees_the_private_address) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(scenario()));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-1", "52.217.200.7", 80), "vpce-1 peer=10.0.5.167 local=52.217.200.7:80");
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443), "internet peer=203.0.113.11 local=198.51.100.7:443");
    });
}

}  // namespace
}  // namespace sekisho::net::test
