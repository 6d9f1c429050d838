// Ways out, tried from inside.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>

#include "process/spawn.h"
#include "test_server.h"

namespace sekisho::process {
namespace {

using namespace test;
using nlohmann::json;

class Confinement : public testing::TestWithParam<User> {
   protected:
    void SetUp() override {
        if (!can_be(GetParam())) GTEST_SKIP() << "needs root";
    }
    // The id that gate and lab run as.
    uid_t role_id() const { return GetParam() == User::root ? unprivileged_id : ::geteuid() == 0 ? ordinary_id : ::geteuid(); }
};
INSTANTIATE_TEST_SUITE_P(As, Confinement, testing::ValuesIn(users), [](const auto& info) { return name_of(info.param); });

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_P(Confinement, TheGateFindsNoWayIntoTheLabOrOutOfItsData) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    json ways = server.ask({{"do", "escape"}, {"lab", server.role("lab")}, {"data", (folder.path / "data").string()}});
    EXPECT_GT(ways.size(), 50u);
    for (const auto& [way, result] : ways.items())
        EXPECT_TRUE(result.get<std::string>().starts_with("refused")) << way << ": " << result;
}

// What the gate's seat gives by itself: without filter, without a root of its own, with the host's /proc before its eyes.
// The same from the same id's ordinary seat works, which shows that the attempts are real.
TEST_P(Confinement, ASiblingNamespaceAloneKeepsTheGateOutOfTheLab) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    std::string proc = "/proc/" + std::to_string(server.role("lab"));
    auto enter = [&](const char* space) {
        int fd = ::open((proc + "/ns/" + space).c_str(), O_RDONLY);
        return fd >= 0 && ::setns(fd, 0) == 0;
    };
    RunAs run_as{role_id(), role_id(), ::geteuid() == 0};
    auto from_sibling = [&](const std::function<bool()>& way) {
        return reap(spawn(role_namespaces, run_as, -1, [&] { return way() ? 1 : 0; }));
    };
    auto from_outside = [&](const std::function<bool()>& way) {
        return reap(spawn(0, run_as, -1, [&] { return way() ? 1 : 0; }));
    };
    for (const char* space : {"user", "net", "mnt", "pid"}) EXPECT_EQ(from_sibling([&] { return enter(space); }), 0) << space;
    EXPECT_EQ(from_sibling([&] { return ::open((proc + "/mem").c_str(), O_RDONLY) >= 0; }), 0);
    EXPECT_EQ(from_sibling([&] { return ::open((proc + "/root/etc/passwd").c_str(), O_RDONLY) >= 0; }), 0);
    if (GetParam() == User::ordinary) {
        EXPECT_EQ(from_outside([&] { return enter("user") && enter("net"); }), 1);
    } else {
        // Started as root, the lab's namespace is root's: the id itself owns nothing.
        EXPECT_EQ(from_outside([&] { return enter("user") && enter("net"); }), 0);
    }
}

TEST_P(Confinement, OneUnprivilegedIdIsMappedAndNeverTheHostsRoot) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    for (const char* role : {"gate", "lab"}) {
        std::string proc = "/proc/" + std::to_string(server.role(role));
        for (const char* map : {"/uid_map", "/gid_map"}) {
            unsigned long inside, outside, count;
            std::string rest;
            std::ifstream file(proc + map);
            file >> inside >> outside >> count;
            EXPECT_FALSE(file >> rest) << "more than one line";
            EXPECT_EQ(inside, 0u);
            EXPECT_EQ(outside, role_id());
            EXPECT_EQ(count, 1u);
        }
        EXPECT_EQ(read_file(proc + "/setgroups"), "deny\n");
        std::string status = read_file(proc + "/status");
        if (::geteuid() == 0) {
            EXPECT_NE(status.find("\nGroups:\t \n"), std::string::npos) << role << status;
        }
    }
    std::string gate = read_file("/proc/" + std::to_string(server.role("gate")) + "/status");
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
        EXPECT_NE(gate.find(std::string(set) + ":\t0000000000000000\n"), std::string::npos) << set;
    EXPECT_NE(gate.find("NoNewPrivs:\t1\n"), std::string::npos);
    EXPECT_NE(gate.find("Seccomp:\t2\n"), std::string::npos);
}

// Two canaries as the operator's secrets, one in the data folder and one beside it, and the host's own.
TEST_P(Confinement, AnInstanceReadsNothingOfTheHosts) {
    Folder folder(GetParam());
    std::ofstream(folder.path / "secret") << "canary";
    ::chmod((folder.path / "secret").c_str(), 0644);
    Server server(GetParam(), folder.path / "data");
    apply(server, desired_instances(2));
    std::string data = (folder.path / "data").string();

    EXPECT_EQ(server.output("i-00", "cat /etc/shadow"), "root:*:19000:0:99999:7:::\n");
    EXPECT_EQ(server.output("i-00", "cat /etc/machine-id"), "");
    EXPECT_EQ(server.output("i-00", "ls /home /tmp /mnt /opt /srv /boot | grep -v : | tr -d '\\n'"), "");
    EXPECT_EQ(server.output("i-00", "ls -A /root | grep -v -e .bashrc -e .profile | cat"), "");
    EXPECT_EQ(server.output("i-00", "ls /etc/ssh /etc/ssl/private 2>/dev/null | grep -e host -e key | cat"), "");
    EXPECT_EQ(server.output("i-00", "grep -rl 'PRIVATE KEY-----' /etc | cat"), "");
    EXPECT_NE(server.output("i-00", "cat /etc/passwd"), read_file("/etc/passwd"));
    for (const std::string& path :
         {data, data + "/lock", (folder.path / "secret").string(), std::string("/data"), std::string("/run/root")})
        EXPECT_NE(server.status("i-00", "test -e " + path), 0) << path;
    // Its first process was once a copy of the launcher: its memory, files and program stay closed.
    for (const char* file : {"mem", "environ", "exe", "maps", "fd/0", "root/etc/passwd", "cwd/etc"})
        EXPECT_NE(server.status("i-00", std::string("head -c1 /proc/1/") + file), 0) << file;
    EXPECT_EQ(server.output("i-00", "set -- /proc/[0-9]*; echo $#"), "2\n");  // init, sh
    // The other instance's disk, and anything by way of the mounts.
    EXPECT_EQ(server.output("i-00", "cat /proc/self/mountinfo | cut -d' ' -f5 | grep -c -e /data -e /tmp | cat"), "0\n");
    EXPECT_NE(server.status("i-00", "chroot /proc/1/root true"), 0);
    EXPECT_EQ(
        server.output(
            "i-00", R"(perl -e 'mkdir "/d"; chroot "/d"; chdir ".." for 1..50; chroot "."; exec "/bin/ls", "/usr/bin/perl"')"),
        "/usr/bin/perl\n");
    EXPECT_NE(server.output("i-00", "env; true").find("HOME=/root"), std::string::npos);
    EXPECT_EQ(server.output("i-00", "env | grep -c -e SEKISHO -e ASAN -e SSH | cat"), "0\n");
}

TEST_P(Confinement, RootInsideAnInstanceIsNotRootOfTheMachine) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    apply(server, desired_instances(2));
    for (
        const char* way : {
            "mount -t tmpfs none /mnt",
            "mount --bind /usr /mnt",
            "mount -o remount,rw /usr",
            "umount /proc/sys",
            "touch /usr/x",
            "unshare -U true",
            "unshare -n true",
            "nsenter -t 1 -m true",
            "nsenter -t 1 -n true",
            "mknod /x b 254 0",
            "ip link set eth0 down",
            "ip addr add 10.0.5.99/24 dev eth0",
            "ip route add 1.2.3.4 via 10.0.5.1",
            "nft list ruleset",
            "iptables -L",
            "hostname other",
            "echo 1 > /proc/sys/net/ipv4/ip_forward",
            "echo b > /proc/sysrq-trigger",
            "echo x > /proc/sys/kernel/core_pattern",
            "dmesg",
            "head -c1 /proc/kcore | grep .",
            "swapoff -a; swapon /dev/null",
            "chown 1000 /root",
            "reboot -f",
            "kill -9 1; sleep 0.1; test ! -d /proc/1",
            "setpriv --inh-caps=+sys_admin --ambient-caps=+sys_admin true",
            "python3 -c 'import socket; socket.socket(socket.AF_VSOCK)'",
            "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None, use_errno=True).syscall(425, 1, 0) < 0)'",  // io_uring_setup
            "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None, use_errno=True).syscall(250, 0, -3, 1) < 0)'",  // keyctl
            "python3 -c 'import fcntl,termios; fcntl.ioctl(0, termios.TIOCSTI, b\"x\")'",
        })
        EXPECT_NE(server.status("i-00", way), 0) << way;
    // What containers usually may do works.
    for (const char* way :
         {"python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'",
          "python3 -c 'import socket; socket.socket().bind((\"\", 80))'", "su -c true root", "chown 0:0 /root", "mkfifo /tmp/f",
          "python3 -c 'import threading; threading.Thread(target=print).start()'"})
        EXPECT_EQ(server.status("i-00", way), 0) << way << server.run("i-00", {"sh", "-c", way}).dump(1);
    std::string status = server.output("i-00", "cat /proc/self/status");
    EXPECT_NE(status.find("CapEff:\t00000000a00425fb"), std::string::npos) << status;
    EXPECT_NE(status.find("CapBnd:\t00000000a00425fb"), std::string::npos) << status;
}

}  // namespace
}  // namespace sekisho::process
