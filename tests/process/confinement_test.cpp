// Ways out, tried from inside.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
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

// Somebody's on the host, as session buses and containers' agents have them: names that no file permission guards.
struct AbstractSocket {
    std::string name = "sekisho-test-" + std::to_string(::getpid());
    Fd stream{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)}, datagram{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    AbstractSocket() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path + 1, name.data(), name.size());
        auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        for (const Fd* fd : {&stream, &datagram}) EXPECT_EQ(::bind(fd->get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(stream.get(), 1), 0);
        Fd here(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::connect(here.get(), reinterpret_cast<sockaddr*>(&address), size), 0) << "the attempts are not real";
    }
};

TEST_P(Confinement, TheGateFindsNoWayIntoTheLabOrOutOfItsData) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    AbstractSocket of_the_host;
    json ways = server.ask({{"do", "escape"},
                            {"lab", server.role("lab")},
                            {"data", (folder.path / "data").string()},
                            {"abstract", of_the_host.name}});
    EXPECT_GT(ways.size(), 65u);
    for (const auto& [way, result] : ways.items())
        EXPECT_TRUE(result.get<std::string>().starts_with("refused")) << way << ": " << result;
    // Not for the state that the socket is in: for the call.
    for (const char* way :
         {"send with fast open", "sendmsg with fast open", "sendmmsg with fast open", "listen at another address"})
        EXPECT_EQ(ways[way], "refused: Operation not permitted") << way;
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

constexpr const char* ways_of_root = R"(
import ctypes, os, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    if libc.syscall(number, *arguments) < 0: raise OSError(ctypes.get_errno(), "refused")
def abstract(kind): socket.socket(socket.AF_UNIX, kind).connect("\0" + sys.argv[1])
def each(paths):  # works when one of them has a byte to read
    for path in paths:
        try:
            if open(path, "rb").read(1): return
        except OSError: pass
    raise OSError(0, "nothing there")
def ptrace(request):
    if libc.ptrace(request, 1, 0, 0) < 0: raise OSError(ctypes.get_errno(), "refused")
pid_1 = lambda: os.pidfd_open(1)
ways = {
  "abstract stream socket of the host": lambda: abstract(socket.SOCK_STREAM),
  "abstract datagram socket of the host": lambda: abstract(socket.SOCK_DGRAM),
  "attach to process 1": lambda: ptrace(16),
  "seize process 1": lambda: ptrace(0x4206),
  "memory of process 1 by process_vm_readv": lambda: call(310, 1, (ctypes.c_ulong * 2)(ctypes.addressof(ctypes.create_string_buffer(1)), 1), 1, (ctypes.c_ulong * 2)(0x400000, 1), 1, 0),
  "descriptor of process 1": lambda: call(438, pid_1(), 0, 0),
  "namespaces of process 1 by its pidfd": lambda: call(308, pid_1(), 0x10000000),
  "namespaces of process 1 by /proc": lambda: os.open("/proc/1/ns/user", os.O_RDONLY),
  "a namespace of its own by clone": lambda: call(56, 0x10000000 | 17, 0, 0, 0, 0),
  "a namespace of its own by clone3": lambda: call(435, (ctypes.c_ulong * 11)(0x10000000), 88),
  "mount by fsopen": lambda: call(430, b"tmpfs", 0),
  "mount by open_tree": lambda: call(428, -100, b"/", 1),
  "file by handle": lambda: call(304, 3, 0, 0),
  "a block device": lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(254, 0)),
  "a character device": lambda: os.mknod("/tmp/mem", 0o20600, os.makedev(1, 1)),
  "disks and memory of the machine": lambda: each(["/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/proc/kcore", "/proc/kmsg"]),
  "keys of the machine": lambda: each(["/etc/ssh/ssh_host_%s_key" % kind for kind in ("rsa", "ecdsa", "ed25519")] + ["/root/.ssh/id_rsa", "/root/.ssh/authorized_keys", "/root/.aws/credentials", "/etc/gshadow-", "/etc/shadow-", "/etc/sudoers"]),
  "the kernel's settings": lambda: open("/proc/sys/kernel/hostname", "w").write("x"),
  "the network's settings": lambda: open("/proc/sys/net/ipv4/ip_forward", "w").write("1"),
  "the host's control groups": lambda: os.mkdir("/sys/fs/cgroup/x"),
  "AF_ALG": lambda: socket.socket(38, socket.SOCK_SEQPACKET),
  "netlink as administrator": lambda: link(),
  "a BPF program": lambda: call(321, 5, 0, 0),
  "a performance counter": lambda: call(298, 0, 0, -1, -1, 0),
  "a kernel's log": lambda: call(103, 3, ctypes.create_string_buffer(10), 10),
  "the clock": lambda: call(227, 0, (ctypes.c_long * 2)(1, 1)),
  "a better priority": lambda: os.nice(-5),
  "real-time scheduling": lambda: os.sched_setscheduler(0, 1, os.sched_param(1)),
}
def link():  # RTM_NEWLINK of a dummy interface, acknowledged
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    name = struct.pack("HH", 12, 3) + b"dummy0\0\0"
    kind = struct.pack("HHHH", 16, 18, 10, 1) + b"dummy\0\0\0"
    body = struct.pack("BxHiII", 0, 0, 0, 0, 0) + name + kind
    s.send(struct.pack("IHHII", 16 + len(body), 16, 0x605, 1, 0) + body)
    error = struct.unpack_from("i", s.recv(4096), 16)[0]
    if error: raise OSError(-error, "refused")
for name, way in ways.items():
    try: way()
    except OSError: continue
    except Exception as error: name += ": not tried: %r" % error
    print(name)
)";

TEST_P(Confinement, RootInsideAnInstanceFindsNoSystemCallOut) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    apply(server, desired_instances(1));
    AbstractSocket of_the_host;
    json out = server.run("i-00", {"/usr/bin/python3", "-c", ways_of_root, of_the_host.name});
    EXPECT_EQ(out["output"], "") << "these worked";
    EXPECT_EQ(out["error"], "");
    EXPECT_EQ(out["status"], 0);
    EXPECT_EQ(server.output("i-00", "find /sys /proc/sys -type f -writable 2>/dev/null | head -3"), "");
}

// Another instance of the same network listens. What says whom it comes from arrives; what names somebody else does not.
TEST_P(Confinement, RawPacketsOfAnInstanceCannotNameAnotherSource) {
    Folder folder(GetParam());
    Server server(GetParam(), folder.path / "data");
    net::Desired desired = desired_instances(2);
    net::SecurityGroup open{.id = "sg-1"};
    for (bool egress : {false, true}) open.rules.push_back({.egress = egress, .protocol = "-1", .cidrs = {"0.0.0.0/0"}});
    desired.vpcs[0].security_groups.push_back(open);
    for (auto& interface : desired.vpcs[0].interfaces) interface.security_groups = {"sg-1"};
    apply(server, desired);
    ASSERT_EQ(server.status("i-01",
                            "python3 -c '\n"
                            "import socket\n"
                            "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind((\"\", 7777))\n"
                            "open(\"/run/bound\", \"w\")\n"
                            "while True: open(\"/run/seen\", \"a\").write(s.recv(99).decode() + \"\\n\")' >/dev/null 2>&1 & "
                            "until test -e /run/bound; do :; done"),
              0);
    const std::string send = R"(
import socket, struct, sys
source, text = sys.argv[1], sys.argv[2].encode()
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
udp = struct.pack("!HHHH", 5000, 7777, 8 + len(text), 0) + text
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton("10.0.5.11"))
s.sendto(ip + udp, ("10.0.5.11", 0))
)";
    for (auto [source, text] : {std::pair{"10.0.5.11", "its own"},
                                {"10.0.5.99", "a neighbour's"},
                                {"10.0.5.1", "the router's"},
                                {"169.254.169.254", "metadata's"},
                                {"8.8.8.8", "a stranger's"},
                                {"10.0.5.10", "true"}})
        EXPECT_EQ(server.run("i-00", {"/usr/bin/python3", "-c", send, source, text})["status"], 0) << source;
    EXPECT_TRUE(eventually([&] { return server.status("i-01", "grep -q true /run/seen") == 0; }));
    EXPECT_EQ(server.output("i-01", "cat /run/seen"), "true\n");  // all were sent before the true one, on one way
}

}  // namespace
}  // namespace sekisho::process
