// The road a connection takes, and what the listener learns of it.
#include <gmock/gmock.h>
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

TEST(Road, two_vpcs_with_the_same_addresses_are_kept_apart) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(scenario(2)));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-2", "52.216.1.10", 443), "vpce-2 peer=10.0.5.167 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443), "internet peer=203.0.113.11 local=198.51.100.7:443");
        EXPECT_EQ(talk(engine, "eni-2", "198.51.100.7", 443), "internet peer=203.0.113.22 local=198.51.100.7:443");
    });
}

Desired two_endpoints() {
    auto desired = scenario();
    auto& vpc = desired.vpcs[0];
    vpc.subnets.push_back({"subnet-other", "10.0.6.0/24", "rtb-other"});
    vpc.route_tables.push_back({"rtb-other", {}});
    vpc.interfaces.push_back(interface("eni-other", "subnet-other", "10.0.6.10"));
    vpc.endpoints.push_back(vpc.endpoints[0]);
    vpc.endpoints[1].id = "vpce-other";
    vpc.endpoints[1].route_tables = {"rtb-other"};
    return desired;
}

TEST(Road, of_two_endpoints_in_one_vpc_each_subnet_is_reported_under_its_own) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(two_endpoints()));
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
            EXPECT_EQ(talk(engine, "eni-other", "52.216.1.10", 443), "vpce-other peer=10.0.6.10 local=52.216.1.10:443");
        }
    });
}

TEST(Road, moving_a_subnet_to_another_route_table_changes_its_endpoint_and_closes_the_old_sockets) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = two_endpoints();
        no_errors(engine.apply(desired));
        ASSERT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        desired.vpcs[0].subnets[1].route_table = "rtb-other";
        no_errors(engine.apply(desired));
        EXPECT_THAT(gate.names(), testing::IsSupersetOf({"vpce-other/subnet-other:443", "vpce-other/subnet-prv1:443"}));
        EXPECT_THAT(gate.names(), testing::Not(testing::Contains("vpce-1/subnet-prv1:443")));
        for (int i = 0; i < 5; ++i)
            EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-other peer=10.0.5.167 local=52.216.1.10:443");
    });
}

TEST(Road, a_route_table_has_one_endpoint_and_a_second_one_is_an_error_of_its_own) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = two_endpoints();
        desired.vpcs[0].endpoints[1].route_tables = {"rtb-prv1"};
        auto report = engine.apply(desired);
        EXPECT_EQ(report.resources["vpce-other"].error, "route table rtb-prv1 has the endpoint vpce-1");
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
    });
}

TEST(Road, without_the_endpoint_it_is_nat_and_without_nat_nothing_answers) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        no_errors(engine.apply(desired));
        ASSERT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");

        desired.vpcs[0].endpoints.clear();
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "internet peer=203.0.113.11 local=52.216.1.10:443");
        for (const auto& [id, socket] : gate.sockets()) EXPECT_EQ(socket.vpce, "") << socket.name;

        desired.vpcs[0].nat_gateways.clear();  // the route to it stays: a black hole
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443, briefly), "no answer");

        desired = scenario();
        desired.vpcs[0].nat_gateways.clear();
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443, briefly), "no answer");
    });
}

TEST(Road, open_connections_end_when_their_endpoint_goes_and_when_a_new_one_takes_their_road) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        no_errors(engine.apply(desired));
        Connection by_endpoint(engine, "eni-1", "52.216.1.10", 443);
        ASSERT_EQ(by_endpoint.line(), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        EXPECT_EQ(by_endpoint.rest(300), "silence");  // the gate waits for more
        desired.vpcs[0].endpoints.clear();
        no_errors(engine.apply(desired));
        EXPECT_THAT(by_endpoint.rest(), testing::AnyOf("closed", "reset"));

        Connection by_nat(engine, "eni-1", "52.216.1.10", 443);
        ASSERT_EQ(by_nat.line(), "internet peer=203.0.113.11 local=52.216.1.10:443");
        no_errors(engine.apply(scenario()));
        EXPECT_EQ(by_nat.rest(), "reset");
    });
}

TEST(Road, moving_a_subnet_ends_its_open_connections_and_no_others) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = two_endpoints();
        desired.vpcs[0].subnets.push_back({"subnet-third", "10.0.7.0/24", "rtb-prv1"});
        desired.vpcs[0].interfaces.push_back(interface("eni-third", "subnet-third", "10.0.7.10"));
        no_errors(engine.apply(desired));
        Connection moved(engine, "eni-1", "52.216.1.10", 443), stays(engine, "eni-third", "52.216.1.10", 443);
        ASSERT_EQ(moved.line(), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        ASSERT_EQ(stays.line(), "vpce-1 peer=10.0.7.10 local=52.216.1.10:443");
        desired.vpcs[0].subnets[1].route_table = "rtb-other";
        no_errors(engine.apply(desired));
        EXPECT_THAT(moved.rest(), testing::AnyOf("closed", "reset"));
        EXPECT_EQ(stays.rest(300), "silence");
    });
}

TEST(Road, a_public_address_of_the_instance_is_its_own_both_ways) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario(2);
        auto& web = desired.vpcs[0].interfaces.emplace_back(interface("eni-web", "subnet-pub1", "10.0.1.20"));
        web.public_ip = "203.0.113.50";
        desired.vpcs[0].security_groups[0].rules.push_back(
            {.protocol = "tcp", .from_port = 8080, .to_port = 8080, .cidrs = {"203.0.113.22/32"}});
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-web", "52.216.1.10", 443), "internet peer=203.0.113.50 local=52.216.1.10:443");
        Service service(engine, "eni-web", 8080);
        EXPECT_EQ(talk(engine, "eni-2", "203.0.113.50", 8080), "eni-web peer=203.0.113.22 local=10.0.1.20:8080");
        web.public_ip.clear();
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-2", "203.0.113.50", 8080, briefly), "no answer");
    });
}

TEST(Road, an_icmp_error_finds_its_way_back_through_both_translations) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario(2);
        auto& web = desired.vpcs[0].interfaces.emplace_back(interface("eni-web", "subnet-pub1", "10.0.1.20"));
        web.public_ip = "203.0.113.50";
        desired.vpcs[0].security_groups[0].rules.push_back(
            {.protocol = "udp", .from_port = 0, .to_port = 65535, .cidrs = {"0.0.0.0/0"}});
        no_errors(engine.apply(desired));
        EXPECT_EQ(ask(engine, "eni-2", "203.0.113.50", 7777), "refused");  // port unreachable, said by eni-web's kernel
    });
}

TEST(Road, an_elastic_ip_moves_from_one_vpc_to_another_in_one_step) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario(2);
        no_errors(engine.apply(desired));
        std::swap(desired.vpcs[0].nat_gateways[0].public_ip, desired.vpcs[1].nat_gateways[0].public_ip);
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443), "internet peer=203.0.113.22 local=198.51.100.7:443");
        EXPECT_EQ(talk(engine, "eni-2", "198.51.100.7", 443), "internet peer=203.0.113.11 local=198.51.100.7:443");
    });
}

TEST(Road, instances_of_one_subnet_meet_without_waiting_for_the_routers_arp) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs[0].interfaces.push_back(interface("eni-near", "subnet-prv1", "10.0.5.168"));
        desired.vpcs[0].interfaces.push_back(interface("eni-far", "subnet-pub1", "10.0.1.168"));
        no_errors(engine.apply(desired));
        Service near(engine, "eni-near", 8080), far(engine, "eni-far", 8080);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.5.168", 8080), "eni-near peer=10.0.5.167 local=10.0.5.168:8080");
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.168", 8080), "eni-far peer=10.0.5.167 local=10.0.1.168:8080");
    });
}

TEST(Road, a_route_by_an_instance_that_forwards_is_followed_only_while_its_source_destination_check_is_off) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        auto& vpc = desired.vpcs[0];
        vpc.interfaces.push_back(interface("eni-middle", "subnet-pub1", "10.0.1.30"));
        vpc.interfaces[1].source_dest_check = false;
        vpc.interfaces[1].public_ip = "203.0.113.60";
        table(vpc, "rtb-prv1").routes = {{"0.0.0.0/0", Route::Target::network_interface, "eni-middle"}};
        no_errors(engine.apply(desired));
        shell(engine, "eni-middle",
              "echo 1 >/proc/sys/net/ipv4/ip_forward; nft 'add table t; add chain t c { type nat hook postrouting priority "
              "100; }; "
              "add rule t c masquerade'");
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443), "internet peer=203.0.113.60 local=198.51.100.7:443");
        vpc.interfaces[1].source_dest_check = true;
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443, briefly), "no answer");
    });
}

}  // namespace
}  // namespace sekisho::net::test
