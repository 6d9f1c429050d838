#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab.h"

namespace sekisho::net::test {
namespace {

// eni-1 (10.0.5.167, sg-client) asks eni-web (10.0.1.20, sg-web).
Desired client_and_web() {
    auto desired = scenario();
    auto& vpc = desired.vpcs[0];
    SecurityGroupRule out{.egress = true, .protocol = "-1", .cidrs = {"0.0.0.0/0"}};
    vpc.security_groups = {{"sg-client", {out}}, {"sg-web", {out}}, {"sg-third", {}}};
    vpc.interfaces[0].security_groups = {"sg-client"};
    vpc.interfaces.push_back(interface("eni-web", "subnet-pub1", "10.0.1.20"));
    vpc.interfaces[1].security_groups = {"sg-web"};
    return desired;
}
std::vector<SecurityGroupRule>& rules(Desired& desired, std::size_t group) {
    return desired.vpcs[0].security_groups[group].rules;
}
constexpr const char* welcome = "eni-web peer=10.0.5.167 local=10.0.1.20:8080";

TEST(SecurityGroup, nothing_comes_in_by_default) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(client_and_web()));
        Service web(engine, "eni-web", 8080);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080, briefly), "no answer");
    });
}

TEST(SecurityGroup, a_rule_lets_its_addresses_in_on_its_ports_and_the_answers_back_out) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = client_and_web();
        rules(desired,
              1) = {{.protocol = "tcp", .from_port = 8000, .to_port = 8080, .cidrs = {"10.0.5.0/24"}}};  // no egress rule
        no_errors(engine.apply(desired));
        Service web(engine, "eni-web", 8080), beside(engine, "eni-web", 8081);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080), welcome);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8081, briefly), "no answer");
        rules(desired, 1)[0].cidrs = {"10.0.6.0/24"};
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080, briefly), "no answer");
        rules(desired, 1)[0] = {.protocol = "udp", .from_port = 8080, .to_port = 8080, .cidrs = {"0.0.0.0/0"}};
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080, briefly), "no answer");
    });
}

TEST(SecurityGroup, rules_that_overlap_add_up) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = client_and_web();
        rules(desired, 1) = {{.protocol = "tcp", .from_port = 1, .to_port = 9000, .cidrs = {"10.0.0.0/8"}},
                             {.protocol = "tcp", .from_port = 8080, .to_port = 65535, .cidrs = {"10.0.5.0/24", "0.0.0.0/0"}},
                             {.protocol = "-1", .cidrs = {"10.0.5.128/25"}}};
        no_errors(engine.apply(desired));
        Service web(engine, "eni-web", 8080), high(engine, "eni-web", 20000);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080), welcome);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 20000), "eni-web peer=10.0.5.167 local=10.0.1.20:20000");
        rules(desired, 1).erase(rules(desired, 1).begin() + 1);
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 20000), "eni-web peer=10.0.5.167 local=10.0.1.20:20000");
        rules(desired, 1).pop_back();
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080), welcome);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 20000, briefly), "no answer");
    });
}

TEST(SecurityGroup, three_hundred_rules_with_nested_ports_hold_each_for_its_own_address) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = client_and_web();
        auto& vpc = desired.vpcs[0];
        for (auto& group : nested_groups()) vpc.security_groups.push_back(std::move(group));
        vpc.interfaces[1].security_groups = {"sg-0", "sg-1", "sg-2", "sg-3", "sg-4"};
        // The last rule of all: 10.0.5.167 on ports 1299 to 8701, between 299 for neighbours with ranges around and inside it.
        auto& rule = vpc.security_groups.back().rules.back();
        rule.cidrs = {"10.0.5.167/32"};
        no_errors(engine.apply(desired));
        Service inside(engine, "eni-web", 1299), below(engine, "eni-web", 1298), above(engine, "eni-web", 8702);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 1299), "eni-web peer=10.0.5.167 local=10.0.1.20:1299");
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 1298, briefly), "no answer");
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8702, briefly), "no answer");
        rule.cidrs = {"10.0.5.160/28", "10.0.5.166/32"};
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 1299), "eni-web peer=10.0.5.167 local=10.0.1.20:1299");
        rule.cidrs = {"10.0.5.168/29", "10.0.5.166/32"};
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 1299, briefly), "no answer");
    });
}

TEST(SecurityGroup, a_group_lets_in_its_members_and_itself_only_when_it_is_named) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = client_and_web();
        rules(desired, 1) = {{.protocol = "tcp", .from_port = 8080, .to_port = 8080, .groups = {"sg-client"}}};
        no_errors(engine.apply(desired));
        Service web(engine, "eni-web", 8080);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080), welcome);
        desired.vpcs[0].interfaces[0].security_groups = {"sg-third", "sg-client"};  // one of its groups is enough
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080), welcome);
        rules(desired, 1)[0].groups = {"sg-web"};
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080, briefly), "no answer");
        desired.vpcs[0].interfaces[0].security_groups = {"sg-client", "sg-web"};
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080), welcome);
    });
}

TEST(SecurityGroup, egress_rules_hold_for_endpoints_nat_and_neighbours) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = client_and_web();
        rules(desired, 1) = {{.protocol = "-1", .cidrs = {"0.0.0.0/0"}}};
        rules(desired, 0) = {{.egress = true, .protocol = "tcp", .from_port = 443, .to_port = 443, .cidrs = {"52.216.0.0/15"}}};
        no_errors(engine.apply(desired));
        Service web(engine, "eni-web", 8080);
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 80, briefly), "no answer");
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443, briefly), "no answer");
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080, briefly), "no answer");
        rules(desired, 0) = {{.egress = true, .protocol = "tcp", .from_port = 8080, .to_port = 8080, .groups = {"sg-web"}}};
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.1.20", 8080), welcome);
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443, briefly), "no answer");
    });
}

TEST(SecurityGroup, neighbours_on_one_subnet_are_no_exception) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = client_and_web();
        desired.vpcs[0].interfaces.push_back(interface("eni-near", "subnet-prv1", "10.0.5.168"));
        desired.vpcs[0].interfaces[2].security_groups = {"sg-web"};
        no_errors(engine.apply(desired));
        Service near(engine, "eni-near", 8080);
        EXPECT_EQ(talk(engine, "eni-1", "10.0.5.168", 8080, briefly), "no answer");
        rules(desired, 1).push_back({.protocol = "6", .from_port = 8080, .to_port = 8080, .groups = {"sg-client"}});
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-1", "10.0.5.168", 8080), "eni-near peer=10.0.5.167 local=10.0.5.168:8080");
    });
}

TEST(SecurityGroup, icmp_rules_are_by_type_and_code) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = client_and_web();
        // An echo request by hand (a datagram socket of ICMP): /bin/ping may belong to root alone.
        auto ping = [&] {
            return shell(engine, "eni-1",
                         "python3 -c \"import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM,socket.IPPROTO_ICMP); "
                         "s.settimeout(0.7); s.sendto(bytes([8,0,0,0,0,1,0,1]),('10.0.1.20',0)); print(s.recv(100)[0])\" 2>&1 "
                         "| tail -1");
        };
        rules(desired, 1) = {{.protocol = "icmp", .from_port = 3, .to_port = -1, .cidrs = {"0.0.0.0/0"}}};
        no_errors(engine.apply(desired));
        EXPECT_THAT(ping(), testing::HasSubstr("timed out"));
        rules(desired, 1) = {{.protocol = "icmp", .from_port = 8, .to_port = 0, .cidrs = {"10.0.5.167/32"}}};
        no_errors(engine.apply(desired));
        EXPECT_EQ(ping(), "0\n");
        rules(desired, 1) = {{.protocol = "icmp", .from_port = -1, .to_port = -1, .groups = {"sg-client"}}};
        no_errors(engine.apply(desired));
        EXPECT_EQ(ping(), "0\n");
        rules(desired, 1) = {{.protocol = "tcp", .from_port = 0, .to_port = 65535, .cidrs = {"0.0.0.0/0"}}};
        no_errors(engine.apply(desired));
        EXPECT_THAT(ping(), testing::HasSubstr("timed out"));
    });
}

}  // namespace
}  // namespace sekisho::net::test
