// Supervisor, gate and lab: start, end, death and return.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <thread>

#include "base/result.h"
#include "process/control_groups.h"
#include "process/data_folder.h"
#include "process/lab_room.h"
#include "process/listeners.h"
#include "process/spawn.h"
#include "test_server.h"

namespace sekisho::process {
namespace {

using namespace test;
using nlohmann::json;
namespace fs = std::filesystem;

class Serve : public testing::TestWithParam<User> {
   protected:
    void SetUp() override {
        if (!can_be(GetParam())) GTEST_SKIP() << "needs root";
    }
};
INSTANTIATE_TEST_SUITE_P(As, Serve, testing::ValuesIn(users), [](const auto& info) { return name_of(info.param); });

std::string mounts_of_the_host() {
    std::ifstream file("/proc/self/mountinfo");
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_P(Serve, NoProcessHasSupplementaryGroups) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    apply(server, desired_instances(1));
    for (pid_t pid : server.processes()) {
        std::ifstream status("/proc/" + std::to_string(pid) + "/status");
        std::string line, groups;
        while (std::getline(status, line))
            if (line.starts_with("Groups:")) groups = line.substr(7);
        EXPECT_EQ(groups.find_first_of("0123456789"), std::string::npos) << pid << ":" << groups;
    }
}

std::vector<std::string> control_groups_of(const fs::path& data) {
    std::vector<std::string> out;
    std::string name = control_group_name(fs::canonical(data));
    auto skip = fs::directory_options::skip_permission_denied;
    std::error_code error;  // others' groups come and go
    for (fs::recursive_directory_iterator entry("/sys/fs/cgroup", skip, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->path().filename().string().starts_with(name)) out.push_back(entry->path());
    return out;
}

TEST_P(Serve, StartsServesAndStopsCleanly) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    EXPECT_EQ(server.ask({{"do", "sockets"}}), json::array());
    struct stat status {};
    ASSERT_EQ(::stat((folder.path / "data").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700u);
    EXPECT_NE(status.st_uid, 0u);
    server.stop();
    EXPECT_EQ(control_groups_of(folder.path / "data"), std::vector<std::string>());
}

TEST_P(Serve, ServesWithoutALabWhereNoneIsAskedFor) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data", "none");
    EXPECT_EQ(server.ask({{"do", "sockets"}}), json::array());
    EXPECT_EQ(server.processes().size(), 2u);
    server.stop();
}

TEST_P(Serve, RefusesASecondServerOnOneDataFolder) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    Server second(GetParam(), folder.path / "data");
    EXPECT_EQ(second.wait(), 1);
    EXPECT_EQ(server.ask({{"do", "sockets"}}), json::array());
}

TEST_P(Serve, NothingIsLeftWhenTheSupervisorIsKilledAndTheNextStartWorks) {
    Folder folder(GetParam());
    std::string before = mounts_of_the_host();
    {
        Server server(GetParam(), folder.path / "data");
        apply(server, desired_instances(3));
        EXPECT_EQ(server.status("i-01", "echo kept > /root/file; (sleep 1000 > /dev/null 2>&1 &)"), 0);
        ::kill(server.supervisor(), SIGKILL);
        EXPECT_TRUE(eventually([&] { return processes_of(folder.path / "data").size() <= 1; }));  // itself, not yet reaped
    }
    EXPECT_TRUE(processes_of(folder.path / "data").empty());
    EXPECT_EQ(mounts_of_the_host(), before);
    EXPECT_TRUE(eventually([&] { return control_groups_of(folder.path / "data").empty(); }));
    Server server(GetParam(), folder.path / "data");
    apply(server, desired_instances(3));
    EXPECT_EQ(server.output("i-01", "cat /root/file"), "kept\n");
    server.stop();
    EXPECT_EQ(mounts_of_the_host(), before);
}

TEST_P(Serve, AGateThatDiesReturnsAndItsInstancesNeverStopped) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    net::Desired desired = desired_instances(1);
    desired.internet.push_back({.address = "52.216.1.10", .service = "s3", .region = "us-east-1"});
    apply(server, desired);
    json sockets = server.ask({{"do", "sockets"}});
    EXPECT_FALSE(sockets.empty());
    std::string boot = server.output("i-00", "echo $PPID > /run/mark; stat -c %Y /run/mark");
    pid_t gate = server.role("gate"), lab = server.role("lab");
    ::kill(gate, SIGKILL);
    EXPECT_TRUE(eventually([&] { return server.role("gate") != gate; }));
    apply(server, desired);
    EXPECT_EQ(server.ask({{"do", "sockets"}}).size(), sockets.size());
    EXPECT_EQ(server.output("i-00", "stat -c %Y /run/mark"), boot);
    EXPECT_EQ(server.role("lab"), lab);
}

TEST_P(Serve, ALabThatDiesReturnsAndItsInstancesBootWithTheirDisks) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    net::Desired desired = desired_instances(2);
    desired.internet.push_back({.address = "52.216.1.10", .service = "s3", .region = "us-east-1"});
    apply(server, desired);
    json sockets = server.ask({{"do", "sockets"}});
    server.output("i-01", "echo kept > /root/file; echo gone > /run/file");
    pid_t lab = server.role("lab");
    ::kill(lab, SIGKILL);
    EXPECT_TRUE(eventually([&] { return server.role("lab") != lab; }));
    // Nobody has asked for anything: the gate's client has sent the last state again.
    EXPECT_TRUE(eventually([&] { return server.ask({{"do", "observe"}})["instances"].size() == 2; }));
    EXPECT_EQ(server.output("i-01", "cat /root/file"), "kept\n");
    EXPECT_NE(server.status("i-01", "cat /run/file"), 0);
    EXPECT_EQ(server.ask({{"do", "sockets"}}), sockets);
}

TEST_P(Serve, AnApplyThatTheLabDiesInEndsWithTheNextLab) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    apply(server, desired_instances(0));
    std::thread killer([&] { ::kill(server.role("lab"), SIGKILL); });
    json report = server.ask({{"do", "apply"}, {"desired", desired_instances(4)}});
    killer.join();
    EXPECT_EQ(report["resources"].size(), 4u);
    for (const auto& [id, resource] : report["resources"].items()) EXPECT_EQ(resource["state"], "running") << id << resource;
}

// Each process is killed at a moment of its own choosing while instances come and go; what is told again must come true.
TEST_P(Serve, SurvivesTheDeathOfGateAndLabAtAnyMoment) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    std::mt19937 random(42);
    for (int round = 0; round < 8; ++round) {
        std::thread killer([&, role = round % 2 ? "gate" : "lab", delay = random() % 40'000] {
            pid_t victim = server.role(role);
            ::usleep(delay);  // a random moment, not a wait for something
            ::kill(victim, SIGKILL);
        });
        try {
            server.ask({{"do", "apply"}, {"desired", desired_instances(static_cast<int>(round % 3))}});
        } catch (const Fault&) {  // the gate itself was killed
        }
        killer.join();
        json report = apply(server, desired_instances(2));
        EXPECT_EQ(report["resources"]["i-01"]["state"], "running") << round << report.dump();
        EXPECT_EQ(server.output("i-01", "hostname"), "ip-10-0-5-11\n");
    }
    server.stop();
}

TEST(DataFolder, RefusesAFolderWithOtherThingsInIt) {
    Folder folder(User::ordinary);
    std::ofstream(folder.path / "letter.txt") << "dear";
    EXPECT_THROW(open_data_folder(folder.path), Fault);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), {}), 1);
}

TEST(DataFolder, OfRootBecomesTheUnprivilegedIds) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    Folder folder(User::root);
    fs::create_directories(folder.path / "data/tables");
    std::ofstream(folder.path / "data/lock") << "sekisho 1\n";
    std::ofstream(folder.path / "data/tables/1") << "restored by root";
    auto data = open_data_folder(folder.path / "data");
    EXPECT_EQ(data.run_as.uid, unprivileged_id);
    struct stat status {};
    for (const char* path : {"data", "data/tables", "data/tables/1", "data/lab", "data/lock"}) {
        ::lstat((folder.path / path).c_str(), &status);
        EXPECT_EQ(status.st_uid, unprivileged_id) << path;
        EXPECT_EQ(status.st_gid, unprivileged_id) << path;
    }
}

TEST(DataFolder, OfAnotherUserDecidesWhoTheRolesRunAs) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    Folder folder(User::ordinary);
    auto data = open_data_folder(folder.path);
    EXPECT_EQ(data.run_as.uid, ordinary_id);
    EXPECT_TRUE(data.run_as.switched);
}

TEST(Listeners, SayWhatIsWrongWithAnAddress) {
    auto failure = [](const std::string& address) -> std::string {
        try {
            open_listener({address, "api"});
            return "opened";
        } catch (const Fault& fault) {
            return fault.what();
        }
    };
    auto first = open_listener({"127.0.0.1:0", "api"});
    EXPECT_TRUE(first.loopback);
    EXPECT_EQ(failure(first.address), "cannot listen on " + first.address + ": the address is in use");
    EXPECT_EQ(failure("192.0.2.1:4566"), "cannot listen on 192.0.2.1:4566: the address is not one of this machine's");
    for (const char* address :
         {"4566", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:x", "::1:4566", "[127.0.0.1]:1", "example.com:80", ":80", ""})
        EXPECT_NE(failure(address).find("is not an address to listen on"), std::string::npos) << address;
    EXPECT_FALSE(open_listener({"0.0.0.0:0", "api"}).loopback);
}

TEST(LabObstacle, IsNamedWithItsRemedy) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    Folder folder(User::ordinary);
    Fd lab(::open(folder.path.c_str(), O_RDONLY | O_DIRECTORY));
    EXPECT_EQ(lab_obstacle({ordinary_id, ordinary_id, true}, lab.get()), "");
    // A limit of the user's, as some distributions set it for everybody.
    std::string told;
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    pid_t pid = ::fork();
    if (pid == 0) {
        // Inside a user namespace its own limit can be set without touching the machine's.
        auto child = spawn(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID, {ordinary_id, ordinary_id, true}, -1, [&] {
            ::mount("proc", "/proc", "proc", 0, nullptr);
            std::ofstream("/proc/sys/user/max_user_namespaces") << 0;
            std::string text = lab_obstacle({1, 1, false}, lab.get());
            [[maybe_unused]] ssize_t n = ::write(ends[1], text.data(), text.size());
            return 0;
        });
        reap(child);
        ::_exit(0);
    }
    ::close(ends[1]);
    char text[1000];
    for (ssize_t n; (n = ::read(ends[0], text, sizeof text)) > 0;) told.append(text, static_cast<std::size_t>(n));
    ::close(ends[0]);
    ::waitpid(pid, nullptr, 0);
    EXPECT_NE(told.find("no lab is possible here (clone: No space left on device)"), std::string::npos) << told;
    EXPECT_NE(told.find("set sysctl user.max_user_namespaces=15000"), std::string::npos) << told;
    EXPECT_NE(told.find("--network static|none"), std::string::npos) << told;
}

}  // namespace
}  // namespace sekisho::process
