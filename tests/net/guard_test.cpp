// What does not get through.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab.h"

namespace sekisho::net::test {
namespace {

TEST(Guard, a_foreign_source_address_is_dropped_at_the_port) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs[0].interfaces.push_back(interface("eni-near", "subnet-prv1", "10.0.5.168"));
        no_errors(engine.apply(desired));
        // The instance gives itself these addresses, so that answers would come back to it.
        for (const char* address : {"10.0.5.99", "10.0.5.168", "10.0.1.77", "172.16.0.1"}) {
            shell(engine, "eni-1", std::string("ip addr add ") + address + "/32 dev eth0");
            EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443, {.timeout_ms = 700, .from = address}), "no answer") << address;
        }
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443, {.from = "10.0.5.167"}),
                  "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
    });
}

TEST(Guard, a_foreign_mac_address_is_dropped_at_the_port) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(scenario()));
        shell(engine, "eni-1", "ip link set eth0 address 02:99:99:99:99:99");
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443, briefly), "no answer");
        shell(engine, "eni-1", "ip link set eth0 address 02:0a:0a:00:05:a7");
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
    });
}

TEST(Guard, a_neighbours_address_cannot_be_claimed_by_arp) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs[0].interfaces.push_back(interface("eni-near", "subnet-prv1", "10.0.5.168"));
        desired.vpcs[0].interfaces.push_back(interface("eni-client", "subnet-pub1", "10.0.1.168"));
        no_errors(engine.apply(desired));
        // eni-1 says that it is 10.0.5.168, before its owner has spoken and after.
        shell(engine, "eni-1", "ip addr add 10.0.5.168/32 dev eth0; ip neigh flush dev eth0");
        Service thief(engine, "eni-1", 8080), owner(engine, "eni-near", 8080);
        for (int i = 0; i < 3; ++i) {
            shell(engine, "eni-1",
                  "python3 -c \"import socket; s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW); "
                  "s.bind(('eth0',0x806)); s.send(bytes.fromhex('ffffffffffff020a0a0005a70806"
                  "0001080006040002020a0a0005a70a0005a8ffffffffffff0a000501'))\"");
            EXPECT_EQ(talk(engine, "eni-client", "10.0.5.168", 8080), "eni-near peer=10.0.1.168 local=10.0.5.168:8080");
        }
    });
}

TEST(Guard, an_instance_without_public_address_does_not_get_out_by_an_internet_gateway) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs[0].interfaces.push_back(interface("eni-bare", "subnet-pub1", "10.0.1.20"));
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-bare", "52.216.1.10", 443, briefly), "no answer");
        desired.vpcs[0].interfaces[1].public_ip = "203.0.113.50";
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-bare", "52.216.1.10", 443), "internet peer=203.0.113.50 local=52.216.1.10:443");
        desired.vpcs[0].internet_gateway.clear();
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-bare", "52.216.1.10", 443, briefly), "no answer");
    });
}

TEST(Guard, another_vpcs_endpoint_cannot_be_reached) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs.push_back(vpc(2, "10.9"));
        desired.vpcs[1].endpoints.clear();
        no_errors(engine.apply(desired));
        // The endpoint's addresses lead out by vpc-2's own road, and vpc-1's private ones nowhere.
        EXPECT_EQ(talk(engine, "eni-2", "52.216.1.10", 443), "internet peer=203.0.113.22 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-2", "52.217.200.7", 443, briefly), "no answer");
        for (const char* address : {"10.0.5.1", "10.0.0.2", "10.0.5.167", "203.0.113.11"})
            EXPECT_EQ(talk(engine, "eni-2", address, 443, briefly), "no answer") << address;
    });
}

TEST(Guard, an_endpoint_answers_at_its_prefixes_on_ports_80_and_443_only) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(scenario()));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 22), "refused");
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 53), "refused");
        EXPECT_EQ(ask(engine, "eni-1", "52.216.1.10", 53, 700), "no answer");
        for (const char* own : {"10.0.5.1", "10.0.1.1", "10.0.0.2", "169.254.169.253", "10.0.5.255"})
            for (int port : {80, 443}) {
                auto answer = talk(engine, "eni-1", own, port, briefly);
                EXPECT_THAT(answer, testing::AnyOf("no answer", "unreachable", "Permission denied")) << own << ":" << port;
            }
        EXPECT_EQ(talk(engine, "eni-1", "169.254.169.254", 443, briefly), "no answer");
    });
}

TEST(Guard, metadata_and_dns_answer_the_instances_of_their_own_vpc_only) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs.push_back(vpc(2, "10.9"));
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "169.254.169.254", 80), "metadata of vpc-1 peer=10.0.5.167 local=169.254.169.254:80");
        EXPECT_EQ(talk(engine, "eni-2", "169.254.169.254", 80), "metadata of vpc-2 peer=10.9.5.167 local=169.254.169.254:80");
        EXPECT_EQ(ask(engine, "eni-1", "169.254.169.253", 53), "dns of vpc-1 peer=10.0.5.167");
        EXPECT_EQ(ask(engine, "eni-1", "10.0.0.2", 53), "dns of vpc-1 peer=10.0.5.167");
        EXPECT_EQ(ask(engine, "eni-2", "10.9.0.2", 53), "dns of vpc-2 peer=10.9.5.167");
        EXPECT_EQ(talk(engine, "eni-2", "169.254.169.253", 53), "dns of vpc-2 peer=10.9.5.167 local=169.254.169.253:53");
        EXPECT_EQ(ask(engine, "eni-2", "10.0.0.2", 53, 700), "no answer");
        EXPECT_EQ(talk(engine, "eni-2", "10.0.0.2", 80, briefly), "no answer");
    });
}

TEST(Guard, metadata_and_dns_answer_whatever_the_security_groups_say) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs[0].security_groups[0].rules.clear();
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "169.254.169.254", 80), "metadata of vpc-1 peer=10.0.5.167 local=169.254.169.254:80");
        EXPECT_EQ(ask(engine, "eni-1", "10.0.0.2", 53), "dns of vpc-1 peer=10.0.5.167");
    });
}

TEST(Guard, the_lab_s_internet_offers_nothing_but_its_services) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(scenario()));
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 22), "refused");
        EXPECT_EQ(talk(engine, "eni-1", "192.0.2.1", 443, briefly), "no answer");
        EXPECT_EQ(talk(engine, "eni-1", "203.0.113.11", 443, briefly), "no answer");  // its own NAT gateway takes nothing in
    });
}

}  // namespace
}  // namespace sekisho::net::test
