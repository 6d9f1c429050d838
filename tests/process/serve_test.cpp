// The whole of it: supervisor, a confined gate, a lab with instances, as root and as an ordinary user.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/result.h"
#include "net/desired.h"
#include "process/confinement/steps.h"
#include "test_server.h"

namespace sekisho::process {
namespace {

using namespace test;
using nlohmann::json;

class Serve : public testing::TestWithParam<User> {
   protected:
    void SetUp() override {
        if (!can_be(GetParam())) GTEST_SKIP() << "needs root";
    }
};
INSTANTIATE_TEST_SUITE_P(As, Serve, testing::Values(User::root, User::ordinary),
                         [](const auto& info) { return name_of(info.param); });

net::Desired one_instance(std::string user_data = {}) {
    net::Desired desired;
    net::Vpc vpc{.id = "vpc-1", .account = "123456789012", .region = "us-east-1", .cidrs = {"10.0.0.0/16"}};
    vpc.route_tables.push_back({.id = "rtb-1"});
    vpc.subnets.push_back({.id = "subnet-1", .cidr = "10.0.5.0/24", .route_table = "rtb-1"});
    vpc.interfaces.push_back({.id = "eni-1",
                              .subnet = "subnet-1",
                              .mac = "02:00:00:00:00:01",
                              .private_ips = {"10.0.5.167"},
                              .source_dest_check = true});
    vpc.instances.push_back({.id = "i-0a",
                             .interface = "eni-1",
                             .host_name = "ip-10-0-5-167.ec2.internal",
                             .running = true,
                             .user_data = std::move(user_data)});
    desired.vpcs.push_back(std::move(vpc));
    return desired;
}
json apply(Server& server, const net::Desired& desired) {
    return server.ask_until_answered({{"do", "apply"}, {"desired", desired}});
}

TEST_P(Serve, NoProcessHasSupplementaryGroups) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    apply(server, one_instance());
    for (pid_t pid : server.processes()) {
        std::ifstream status("/proc/" + std::to_string(pid) + "/status");
        std::string line, groups;
        while (std::getline(status, line))
            if (line.starts_with("Groups:")) groups = line.substr(7);
        EXPECT_EQ(groups.find_first_of("0123456789"), std::string::npos) << pid << ":" << groups;
    }
}

TEST_P(Serve, AnInstanceRunsAndItsShellAnswers) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    auto report = apply(server, one_instance());
    EXPECT_EQ(report["resources"]["i-0a"]["state"], "running") << report.dump(1);
    auto out = server.run("i-0a", {"sh", "-c", "hostname; id -u; cat /etc/hostname; ls -d /root; ip -4 -o addr show eth0"});
    EXPECT_EQ(out["status"], 0) << out.dump(1);
    EXPECT_NE(out["output"].get<std::string>().find("ip-10-0-5-167\n0\nip-10-0-5-167\n/root\n"), std::string::npos)
        << out.dump(1);
    EXPECT_NE(out["output"].get<std::string>().find("10.0.5.167"), std::string::npos) << out.dump(1);
    server.stop();
}

}  // namespace
}  // namespace sekisho::process
