// What users of an instance see: its disk, its shells, its first boot.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>

#include "test_server.h"

namespace sekisho::process {
namespace {

using namespace test;
using nlohmann::json;
namespace fs = std::filesystem;

class InstanceOf : public testing::TestWithParam<User> {
   protected:
    void SetUp() override {
        if (!can_be(GetParam())) GTEST_SKIP() << "needs root";
        folder = std::make_unique<Folder>(GetParam());
        server = std::make_unique<Server>(GetParam(), folder->path / "data");
    }
    bool disk_exists(const std::string& id) const { return fs::exists(folder->path / "data/lab/disks" / id); }
    std::vector<pid_t> inits() const {  // first processes of instances, as the host sees them
        std::vector<pid_t> out;
        for (pid_t pid : server->processes()) {
            std::string name;
            std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> name;
            if (name == "init") out.push_back(pid);
        }
        return out;
    }
    json terminal(const std::string& input, json more = json::object()) {
        json request{{"do", "run"}, {"instance", "i-00"}, {"command", json::array()}, {"terminal", true}, {"input", input}};
        request.update(more);
        return server->ask(request);
    }
    std::unique_ptr<Folder> folder;
    std::unique_ptr<Server> server;
};
INSTANTIATE_TEST_SUITE_P(As, InstanceOf, testing::ValuesIn(users), [](const auto& info) { return name_of(info.param); });

TEST_P(InstanceOf, HasItsNameItsResolverAndAWritableRoot) {
    apply(*server, desired_instances());
    EXPECT_EQ(server->output("i-00", "hostname; cat /etc/hostname; id -un"), "ip-10-0-5-10\nip-10-0-5-10\nroot\n");
    EXPECT_EQ(server->output("i-00", "cat /etc/resolv.conf"), "nameserver 169.254.169.253\nsearch ec2.internal\n");
    EXPECT_EQ(server->output("i-00", "echo 10.0.0.9 db >> /etc/hosts && getent ahostsv4 db | head -1"),
              "10.0.0.9        STREAM db\n");
    EXPECT_EQ(
        server->output("i-00",
                       "mkdir /etc/ssl/x /var/lib/app && echo 1 > /var/log/app.log && echo 2 > /root/f && rm /root/.bashrc && "
                       "mkdir -p /opt/a /srv/b /home/ec2-user && cat /var/log/app.log /root/f"),
        "1\n2\n");
    EXPECT_EQ(server->output("i-00", "stat -c %U:%G /root /etc/passwd /var/log /"),
              "root:root\nroot:root\nroot:root\nroot:root\n");
    EXPECT_NE(server->output("i-00", "ip -4 -o addr show eth0").find("10.0.5.10/24"), std::string::npos);
    for (const char* device : {"null", "zero", "full", "random", "urandom"})
        EXPECT_EQ(server->status("i-00", std::string("test -c /dev/") + device), 0) << device;
    EXPECT_EQ(
        server->status(
            "i-00", "echo x > /dev/null; head -c4 /dev/zero | cmp -n4 - /dev/zero; echo y > /dev/shm/f; ! echo z > /dev/full"),
        0);
}

TEST_P(InstanceOf, KeepsItsDiskOverStopStartAndReboot) {
    apply(*server, desired_instances(1));
    server->output("i-00", "echo kept > /root/file; echo gone > /run/file; echo gone > /tmp/file");
    json report = apply(*server, desired_instances(1, false));
    EXPECT_EQ(report["resources"]["i-00"]["state"], "stopped");
    EXPECT_EQ(report["resources"]["i-00"]["error"], "");
    EXPECT_EQ(server->run("i-00", {"true"})["refused"], "i-00 is not connected: it is not running");
    report = apply(*server, desired_instances(1, true));
    EXPECT_EQ(report["resources"]["i-00"]["state"], "running");
    EXPECT_EQ(server->output("i-00", "cat /root/file; ls /run/file /tmp/file 2>/dev/null | cat"), "kept\n");
    server->output("i-00", "echo x > /run/file");
    apply(*server, desired_instances(1, true, 1));  // another boot
    EXPECT_EQ(server->output("i-00", "cat /root/file; ls /run/file 2>/dev/null | cat"), "kept\n");
}

TEST_P(InstanceOf, LosesItsDiskWithItsTermination) {
    apply(*server, desired_instances(2));
    server->output("i-01",
                   "echo secret > /root/file; mkdir /root/deep; chmod 0 /root/deep; chattr +i /root/file 2>/dev/null | cat");
    apply(*server, desired_instances(1));
    EXPECT_FALSE(disk_exists("i-01"));
    EXPECT_TRUE(disk_exists("i-00"));
    EXPECT_TRUE(eventually([&] { return fs::is_empty(folder->path / "data/lab/trash"); }));
    apply(*server, desired_instances(2));
    EXPECT_NE(server->status("i-01", "test -e /root/file"), 0);
}

TEST_P(InstanceOf, RunsUserDataOnceAtItsFirstBoot) {
    std::string script = "#!/bin/bash\necho \"hello from $(hostname) as $(id -un), $HOME\"\necho run >> /root/runs\n";
    apply(*server, desired_instances(1, true, 0, script));
    EXPECT_TRUE(eventually([&] { return server->status("i-00", "grep -q run /root/runs") == 0; }));
    EXPECT_EQ(server->output("i-00", "cat /var/log/cloud-init-output.log"), "hello from ip-10-0-5-10 as root, /root\n");
    apply(*server, desired_instances(1, true, 1, script));
    EXPECT_EQ(server->output("i-00", "cat /root/runs"), "run\n");
}

TEST_P(InstanceOf, SaysInItsLogThatOtherUserDataIsIgnored) {
    apply(*server, desired_instances(1, true, 0, "#cloud-config\npackages: [nginx]\n"));
    EXPECT_TRUE(
        eventually([&] { return server->status("i-00", "grep -q 'user data ignored' /var/log/cloud-init-output.log") == 0; }));
}

TEST_P(InstanceOf, TrustsTheAuthorityInEveryUsualPlace) {
    net::Desired desired = desired_instances();
    desired.ca_certificate_pem =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBdjCCARugAwIBAgIUO1xDiE35wRrF2TPkhsr0R4GqtbwwCgYIKoZIzj0EAwIw\n"
        "EDEOMAwGA1UEAwwFTG9jYWwwHhcNMjQwMTAxMDAwMDAwWhcNMzQwMTAxMDAwMDAw\n"
        "-----END CERTIFICATE-----\n";  // only carried: nothing here verifies by it
    apply(*server, desired);
    apply(*server, [&] {
        auto again = desired_instances(1, true, 1);
        again.ca_certificate_pem = desired.ca_certificate_pem;
        return again;
    }());
    EXPECT_EQ(server->output(
                  "i-00", "grep -c EDEOMAwGA1UEAwwFTG9jYWwwHhcN /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/sekisho.pem"),
              "/etc/ssl/certs/ca-certificates.crt:1\n/etc/ssl/certs/sekisho.pem:1\n");
    EXPECT_EQ(server->output("i-00", "printenv AWS_CA_BUNDLE"), "/etc/ssl/certs/ca-certificates.crt\n");
}

TEST_P(InstanceOf, RunsACommandWithItsArgumentsInputErrorsAndStatus) {
    apply(*server, desired_instances());
    json out = server->run("i-00", {"sh", "-c", "cat; echo \"$1\" >&2; exit 7", "sh", "two words"}, "from the client");
    EXPECT_EQ(out["output"], "from the client");
    EXPECT_EQ(out["error"], "two words\n");
    EXPECT_EQ(out["status"], 7);
    EXPECT_EQ(server->run("i-00", {"no-such-program"})["status"], 127);
    EXPECT_EQ(server->run("i-00", {"/etc/passwd"})["status"], 126);
    EXPECT_EQ(server->status("i-00", "kill -TERM $$"), 128 + 15);
    EXPECT_EQ(server->output("i-00", "pwd; echo $LANG; echo $PATH; test -t 0 || echo no terminal"),
              "/root\nC.UTF-8\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nno terminal\n");
    std::string large(3 << 20, 'x');
    EXPECT_TRUE(server->run("i-00", {"cat"}, large)["output"] == large);
}

TEST_P(InstanceOf, GivesALoginShellOnATerminalOfItsOwn) {
    apply(*server, desired_instances());
    json out = terminal("tty; stty size; shopt -q login_shell && echo login; echo $TERM; exit 3\n");
    std::string text = out["output"];
    for (const char* expected : {"/dev/pts/0\r\n", "40 100\r\n", "login\r\n", "xterm-256color\r\n", "root@ip-10-0-5-10:"})
        EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
    EXPECT_EQ(out["status"], 3);
    // By a program of its own: between two commands the shell itself would get the interrupt, and go on to the second.
    out = terminal("", {{"steps",
                         {{{"after", "# "}, {"type", "sh -c 'echo be\"\"gun; exec sleep 1000'\n"}},
                          {{"after", "begun"}, {"type", "\x03"}},
                          {{"after", "^C"}, {"type", "echo status $?\nexit\n"}}}}});
    EXPECT_NE(out["output"].get<std::string>().find("status 130"), std::string::npos) << out;
    out = terminal("until stty size | grep '^55 132'; do :; done; exit\n", {{"resize", true}});
    EXPECT_NE(out["output"].get<std::string>().find("55 132\r\n"), std::string::npos) << out;
}

TEST_P(InstanceOf, EndsAShellWhoseClientIsGone) {
    apply(*server, desired_instances());
    for (bool terminal : {true, false}) {
        json out = server->ask({{"do", "run"},
                                {"instance", "i-00"},
                                {"command", {"sh", "-c", "trap '' HUP; echo begun; sleep 4321"}},
                                {"terminal", terminal},
                                {"hang_up_after", "begun"}});
        EXPECT_NE(out["output"].get<std::string>().find("begun"), std::string::npos);
        EXPECT_TRUE(eventually([&] { return server->status("i-00", "pgrep -f '[s]leep 4321'") != 0; })) << terminal;
    }
}

TEST_P(InstanceOf, ReportsEachInstanceThatCannotStartAndStartsTheOthers) {
    net::Desired desired = desired_instances(3);
    desired.vpcs[0].instances[1].interface = "eni-77";
    desired.vpcs[0].instances[2].host_name = "a/../../b";
    net::Instance bad = desired.vpcs[0].instances[0];
    bad.id = "i-../../../x";
    desired.vpcs[0].instances.push_back(bad);
    json report = apply(*server, desired);
    EXPECT_EQ(report["resources"]["i-00"]["state"], "running");
    EXPECT_EQ(report["resources"]["i-01"]["error"], "its network interface eni-77 is not there");
    EXPECT_EQ(report["resources"]["i-02"]["error"], "\"a/../../b\" is not a host name");
    EXPECT_EQ(report["resources"]["i-../../../x"]["error"], "\"i-../../../x\" is not an instance's id");
    EXPECT_FALSE(fs::exists(folder->path / "data/x"));
    // The next state repairs them.
    report = apply(*server, desired_instances(3));
    for (const char* id : {"i-00", "i-01", "i-02"}) EXPECT_EQ(report["resources"][id]["state"], "running") << id;
}

TEST_P(InstanceOf, ThatEndsByItselfIsToldAndStartsAgainWithTheNextState) {
    apply(*server, desired_instances(1));
    // From outside, as the kernel does when memory runs out: inside, nothing can end process 1.
    for (pid_t pid : inits()) ::kill(pid, SIGKILL);
    EXPECT_TRUE(eventually([&] { return server->ask({{"do", "events"}}) == json{"i-00 stopped"}; }));
    EXPECT_EQ(server->ask({{"do", "observe"}})["instances"].size(), 0u);
    EXPECT_EQ(apply(*server, desired_instances(1))["resources"]["i-00"]["state"], "running");
}

TEST_P(InstanceOf, IsHeldToItsMemoryAndProcessesWhereTheMachineAllows) {
    net::Desired desired = desired_instances(2);
    desired.vpcs[0].instances[0].memory_bytes_max = 64 << 20;
    desired.vpcs[0].instances[0].processors = 1;
    apply(*server, desired);
    std::string groups;
    for (pid_t pid : inits()) {
        std::ifstream file("/proc/" + std::to_string(pid) + "/cgroup");
        groups += std::string(std::istreambuf_iterator<char>(file), {});
    }
    if (GetParam() == User::ordinary && groups.find("/i-00\n") == std::string::npos)
        GTEST_SKIP() << "no control group is delegated to an ordinary user here";
    EXPECT_EQ(server->output("i-00", "cut -d: -f3 /proc/self/cgroup | sort -u"), "/\n");
    EXPECT_EQ(server->status("i-00", "python3 -c 'x = bytearray(200 << 20)'"), 137);
    EXPECT_EQ(server->status("i-01", "python3 -c 'x = bytearray(200 << 20)'"), 0);
    apply(*server, desired_instances(0));
    for (const auto& entry : fs::recursive_directory_iterator("/sys/fs/cgroup", fs::directory_options::skip_permission_denied))
        EXPECT_NE(entry.path().filename(), "i-00") << entry.path();
}

// Root inside leaves traps on its disk: links where the lab mounts and writes at the next boot.
TEST_P(InstanceOf, CannotLeadTheNextBootOutOfItsDisk) {
    apply(*server, desired_instances(2));
    server->output(
        "i-00",
        "cd /; rmdir mnt; for d in etc/resolv.conf etc/hostname etc/environment; do rm -f $d; ln -s "
        "/data/disks/i-01/upper/$d.trap $d; done;"
        "mv /etc/ssl /etc/ssl.old; ln -s /data/disks/i-01/upper /etc/ssl; rm -rf /root/.bashrc; mkfifo /etc/profile.d/f");
    server->output("i-00", "rm -rf /tmp; ln -s /data/disks/i-01/upper/root /tmp");
    server->output("i-01", "echo mine > /root/file");
    apply(*server, desired_instances(2, true, 1));
    EXPECT_EQ(server->output("i-01", "cat /root/file"), "mine\n");
    for (const auto& entry : fs::recursive_directory_iterator(folder->path / "data/lab/disks/i-01/upper",
                                                              fs::directory_options::skip_permission_denied))
        EXPECT_EQ(entry.path().string().find("trap"), std::string::npos) << entry.path();
    EXPECT_EQ(server->output("i-00", "hostname"), "ip-10-0-5-10\n");
}

TEST_P(InstanceOf, FindsItsMountPointsReplacedByLinksAndRepairsThem) {
    apply(*server, desired_instances(2));
    apply(*server, desired_instances(2, false));
    // What root could prepare from inside an earlier boot, as far as mounts did not cover it: done here on the disk itself.
    fs::path upper = folder->path / "data/lab/disks/i-00/upper";
    for (const char* name : {"proc", "sys", "dev", "run", "usr", "tmp"}) {
        fs::remove_all(upper / name);
        fs::create_symlink("/data/disks/i-01/upper", upper / name);
    }
    json report = apply(*server, desired_instances(2));
    EXPECT_EQ(report["resources"]["i-00"]["state"], "running") << report.dump(1);
    EXPECT_EQ(server->output("i-00", "test -d /proc/1 && test -c /dev/null && ls -d /usr/bin"), "/usr/bin\n");
    EXPECT_FALSE(fs::exists(folder->path / "data/lab/disks/i-01/upper/null"));
    EXPECT_FALSE(fs::exists(folder->path / "data/lab/disks/i-01/upper/pts"));
}

}  // namespace
}  // namespace sekisho::process
