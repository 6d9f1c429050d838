// The engine as its caller sees it: convergence, sockets, errors, and what it leaves behind.
#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "lab.h"

namespace sekisho::net::test {
namespace {

TEST(Engine, applying_the_same_again_opens_and_closes_nothing_and_costs_nothing) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(scenario(2)));
        auto names = gate.names();
        int opened = gate.times_opened();
        auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 20; ++i) no_errors(engine.apply(scenario(2)));
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(400));
        EXPECT_EQ(gate.names(), names);
        EXPECT_EQ(gate.times_opened(), opened);
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
    });
}

TEST(Engine, a_change_to_one_vpc_leaves_the_connections_and_sockets_of_the_other_alone) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario(2);
        no_errors(engine.apply(desired));
        auto before = gate.sockets();
        desired.vpcs[0].endpoints.clear();
        desired.vpcs[0].nat_gateways.clear();
        no_errors(engine.apply(desired));
        for (const auto& [id, socket] : before) EXPECT_EQ(gate.sockets().contains(id), socket.vpce != "vpce-1") << socket.name;
    });
}

TEST(Engine, sockets_say_what_they_stand_for) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        no_errors(engine.apply(scenario()));
        EXPECT_THAT(gate.names(), testing::UnorderedElementsAre(
                                      "internet:80", "internet:443", "vpce-1/subnet-prv1:80", "vpce-1/subnet-prv1:443",
                                      "vpc-1/metadata", "vpc-1/dns 169.254.169.253:53", "vpc-1/dns 169.254.169.253:53 over TCP",
                                      "vpc-1/dns 10.0.0.2:53", "vpc-1/dns 10.0.0.2:53 over TCP"));
        for (const auto& [id, socket] : gate.sockets()) {
            EXPECT_EQ(socket.id, id);
            EXPECT_EQ(nlohmann::json(socket).get<OpenedSocket>(), socket);
            if (socket.name != "vpce-1/subnet-prv1:443") continue;
            EXPECT_EQ(socket.kind, SocketKind::api);
            EXPECT_EQ(socket.vpce, "vpce-1");
            EXPECT_EQ(socket.vpc, "vpc-1");
            EXPECT_EQ(socket.account, "123456789012");
            EXPECT_EQ(socket.region, "us-east-1");
            EXPECT_THAT(socket.only_destinations, testing::ElementsAre("52.216.0.0/15"));
            EXPECT_FALSE(socket.internet);
        }
    });
}

TEST(Engine, metadata_goes_one_hop_and_no_further) {
    in_lab([] {
        int ttl = 0;
        Engine engine({[&](const OpenedSocket& socket, Fd fd) {
                           socklen_t size = sizeof ttl;
                           if (socket.kind == SocketKind::metadata) ::getsockopt(fd.get(), SOL_IP, IP_TTL, &ttl, &size);
                       },
                       [](std::uint64_t) {}});
        no_errors(engine.apply(scenario()));
        EXPECT_EQ(ttl, 1);
    });
}

TEST(Engine, announces_every_socket_again_when_the_gate_started_anew) {
    in_lab([] {
        std::map<std::uint64_t, std::string> first, second;
        auto* now = &first;
        Engine engine({[&](const OpenedSocket& socket, Fd fd) {
                           EXPECT_TRUE(fd);
                           now->emplace(socket.id, socket.name);
                       },
                       [](std::uint64_t) {}});
        no_errors(engine.apply(scenario()));
        now = &second;
        engine.announce_all();
        EXPECT_EQ(first, second);
        EXPECT_FALSE(first.empty());
    });
}

TEST(Engine, when_an_endpoint_goes_its_sockets_are_closed_before_apply_returns_even_for_holders_of_copies) {
    in_lab([] {
        std::map<std::uint64_t, Fd> copies;
        std::vector<std::uint64_t> closed;
        std::map<std::uint64_t, OpenedSocket> meanings;
        Engine engine({[&](const OpenedSocket& socket, Fd fd) {
                           meanings[socket.id] = socket;
                           copies[socket.id] = std::move(fd);
                       },
                       [&](std::uint64_t id) { closed.push_back(id); }});
        auto desired = scenario();
        no_errors(engine.apply(desired));
        desired.vpcs[0].endpoints.clear();
        no_errors(engine.apply(desired));
        EXPECT_EQ(closed.size(), 2u);
        for (auto id : closed) {
            EXPECT_EQ(meanings[id].vpce, "vpce-1");
            int listening = 1;
            socklen_t size = sizeof listening;
            EXPECT_EQ(::getsockopt(copies[id].get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size), 0);
            EXPECT_EQ(listening, 0) << meanings[id].name;
        }
    });
}

TEST(Engine, a_resource_that_fails_says_so_alone_and_is_tried_again) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario(2);
        desired.vpcs[1].nat_gateways[0].public_ip = desired.vpcs[0].nat_gateways[0].public_ip;  // taken
        auto report = engine.apply(desired);
        EXPECT_EQ(report.resources.size(), 1u);
        EXPECT_THAT(report.resources["nat-2"].error, testing::HasSubstr("203.0.113.11/32"));
        EXPECT_EQ(talk(engine, "eni-1", "198.51.100.7", 443), "internet peer=203.0.113.11 local=198.51.100.7:443");
        desired.vpcs[0].nat_gateways[0].public_ip = "203.0.113.12";
        no_errors(engine.apply(desired));
        EXPECT_EQ(talk(engine, "eni-2", "198.51.100.7", 443), "internet peer=203.0.113.11 local=198.51.100.7:443");
    });
}

TEST(Engine, values_that_do_not_parse_are_errors_of_their_resource_and_harm_no_other) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        auto& vpc = desired.vpcs[0];
        vpc.subnets.push_back({"subnet-bad", "10.9.0.0/24", "rtb-prv1"});
        vpc.subnets.push_back({"../subnet", "10.0.9.0/24", "rtb-prv1"});
        vpc.interfaces.push_back(interface("eni-bad", "subnet-prv1", "10.0.1.5"));
        vpc.interfaces.push_back(interface("eni-mac", "subnet-prv1", "10.0.5.5"));
        vpc.interfaces.back().mac = "ff:ff:ff:ff:ff:ff";
        vpc.interfaces.push_back(interface("vpc-1", "subnet-prv1", "10.0.5.6"));       // the router's own name
        vpc.interfaces.push_back(interface("eni-twin", "subnet-prv1", "10.0.5.167"));  // eni-1's address
        vpc.interfaces.push_back(interface("eni-router", "subnet-prv1", "10.0.5.1"));
        vpc.nat_gateways.push_back({"nat-bad", "subnet-nowhere", "10.0.1.11", ""});
        table(vpc, "rtb-prv1").routes.push_back({"2001:db8::/32", Route::Target::nat_gateway, "nat-1"});
        desired.vpcs.push_back({.id = "vpc-bad", .cidrs = {"10.0.0.0/33"}});
        auto report = engine.apply(desired);
        for (const char* id :
             {"subnet-bad", "../subnet", "eni-bad", "eni-mac", "eni-twin", "eni-router", "nat-bad", "rtb-prv1", "vpc-bad"})
            EXPECT_NE(report.resources[id].error, "") << id;
        EXPECT_THAT(report.resources["vpc-1"].error, testing::HasSubstr("already"));
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443), "vpce-1 peer=10.0.5.167 local=52.216.1.10:443");
    });
}

TEST(Engine, an_interface_has_a_namespace_with_eth0_until_it_is_detached) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario();
        desired.vpcs[0].interfaces[0].private_ips = {"10.0.5.167", "10.0.5.9"};
        no_errors(engine.apply(desired));
        EXPECT_EQ(shell(engine, "eni-1", "ip -4 -br addr show eth0").substr(0, 4), "eth0");
        EXPECT_THAT(shell(engine, "eni-1", "ip -br addr"), testing::HasSubstr("10.0.5.167/24 10.0.5.9/32"));
        EXPECT_THAT(shell(engine, "eni-1", "ip -br link"), testing::HasSubstr("02:0a:0a:00:05:a7"));
        EXPECT_THAT(shell(engine, "eni-1", "ip route"), testing::HasSubstr("default via 10.0.5.1 dev eth0"));
        EXPECT_EQ(shell(engine, "eni-1", "ip -6 addr"), "");
        EXPECT_EQ(talk(engine, "eni-1", "52.216.1.10", 443, {.from = "10.0.5.9"}),
                  "vpce-1 peer=10.0.5.9 local=52.216.1.10:443");
        EXPECT_FALSE(engine.attach("eni-2"));
        EXPECT_FALSE(engine.attach("vpc-1"));
        EXPECT_FALSE(engine.attach("nat-1"));
        desired.vpcs[0].interfaces.clear();
        no_errors(engine.apply(desired));
        EXPECT_FALSE(engine.attach("eni-1"));
    });
}

TEST(Engine, everything_can_be_taken_down_and_built_again_at_once) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        for (int i = 0; i < 5; ++i) {
            no_errors(engine.apply(scenario(2)));
            ASSERT_EQ(talk(engine, "eni-2", "52.216.1.10", 443), "vpce-2 peer=10.0.5.167 local=52.216.1.10:443");
            no_errors(engine.apply({}));
            EXPECT_THAT(gate.names(), testing::UnorderedElementsAre("internet:443", "internet:80"));
        }
    });
}

TEST(Engine, a_new_lab_rebuilds_the_same_network) {
    for (int i = 0; i < 2; ++i)
        in_lab([] {
            Gate gate;
            Engine engine(gate.events());
            no_errors(engine.apply(scenario(2)));
            EXPECT_EQ(talk(engine, "eni-2", "52.216.1.10", 443), "vpce-2 peer=10.0.5.167 local=52.216.1.10:443");
        });
}

std::string file(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// Identities of the network namespaces that any process uses.
std::set<ino_t> namespaces_in_use() {
    std::set<ino_t> found;
    DIR* proc = ::opendir("/proc");
    while (const auto* entry = ::readdir(proc)) {
        struct stat status;
        if (std::isdigit(entry->d_name[0]) && ::stat((std::string("/proc/") + entry->d_name + "/ns/net").c_str(), &status) == 0)
            found.insert(status.st_ino);
    }
    ::closedir(proc);
    return found;
}

TEST(Engine, leaves_nothing_on_the_host) {
    auto links = file("/proc/net/dev");
    auto mounts = file("/proc/self/mountinfo"), routes = file("/proc/net/route");
    struct stat own_before, own_after;
    ASSERT_EQ(::stat("/proc/self/ns/net", &own_before), 0);
    // Both ends: the engine taken down in order, and its process killed.
    for (bool killed : {false, true}) {
        int reported[2];
        ASSERT_EQ(::pipe(reported), 0);
        in_lab([&] {
            Gate gate;
            auto* engine = new Engine(gate.events());
            no_errors(engine->apply(scenario(2)));
            ASSERT_EQ(talk(*engine, "eni-2", "52.216.1.10", 443), "vpce-2 peer=10.0.5.167 local=52.216.1.10:443");
            struct stat status;
            Fd space = engine->attach("eni-2");
            ASSERT_EQ(::fstat(space.get(), &status), 0);
            ASSERT_EQ(::write(reported[1], &status.st_ino, sizeof status.st_ino), static_cast<ssize_t>(sizeof status.st_ino));
            if (killed) {
                std::fflush(stdout);
                ::_exit(0);
            }
            delete engine;
        });
        ino_t space = 0;
        ASSERT_EQ(::read(reported[0], &space, sizeof space), static_cast<ssize_t>(sizeof space));
        EXPECT_FALSE(namespaces_in_use().contains(space));
        ::close(reported[0]);
        ::close(reported[1]);
    }
    auto names = [](const std::string& text) {
        std::istringstream lines(text);
        std::set<std::string> names;
        for (std::string line; std::getline(lines, line);) names.insert(line.substr(0, line.find(':')));
        return names;
    };
    EXPECT_EQ(names(file("/proc/net/dev")), names(links));
    EXPECT_EQ(file("/proc/self/mountinfo"), mounts);
    EXPECT_EQ(file("/proc/net/route"), routes);
    ASSERT_EQ(::stat("/proc/self/ns/net", &own_after), 0);
    EXPECT_EQ(own_before.st_ino, own_after.st_ino);
}

// Two VPCs with four subnets and two NAT gateways each: what `make demo` builds.
TEST(Engine, builds_the_reference_scenario_well_within_a_second) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario(2);
        for (auto& vpc : desired.vpcs) {
            vpc.subnets.push_back({"subnet-pub-b", "10.0.2.0/24", vpc.route_tables[0].id});
            vpc.subnets.push_back({"subnet-prv-b", "10.0.6.0/24", vpc.route_tables[1].id});
        }
        auto start = std::chrono::steady_clock::now();
        no_errors(engine.apply(desired));
        auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
        std::printf("reference scenario's network: %lld ms\n", static_cast<long long>(took.count()));
        EXPECT_LT(took.count(), 1000);  // generous: other work may share the machine
    });
}

// A NAT gateway and an instance each: 180 network namespaces, all with the same addresses inside.
TEST(Engine, builds_sixty_vpcs_and_changes_one_of_them_in_a_moment) {
    in_lab([] {
        Gate gate;
        Engine engine(gate.events());
        auto desired = scenario(60);
        for (int number = 1; number <= 60; ++number)
            desired.vpcs[static_cast<std::size_t>(number - 1)].nat_gateways[0].public_ip =
                "203.0.113." + std::to_string(number);
        auto milliseconds = [start = std::chrono::steady_clock::now()]() mutable {
            auto now = std::chrono::steady_clock::now();
            auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - std::exchange(start, now)).count();
            return static_cast<long long>(took);
        };
        no_errors(engine.apply(desired));
        auto all = milliseconds();
        desired.vpcs[59].endpoints.clear();
        no_errors(engine.apply(desired));
        auto one = milliseconds();
        std::printf("sixty VPCs: %lld ms; one endpoint less: %lld ms\n", all, one);
        EXPECT_EQ(talk(engine, "eni-60", "52.216.1.10", 443), "internet peer=203.0.113.60 local=52.216.1.10:443");
        EXPECT_EQ(talk(engine, "eni-59", "52.216.1.10", 443), "vpce-59 peer=10.0.5.167 local=52.216.1.10:443");
        EXPECT_LT(all, 20000);  // generous: other work may share the machine
        EXPECT_LT(one, all / 5);
    });
}

}  // namespace
}  // namespace sekisho::net::test
