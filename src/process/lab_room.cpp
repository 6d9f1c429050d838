#include "process/lab_room.h"

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "base/bytes.h"
#include "base/result.h"
#include "process/confinement/steps.h"
#include "process/spawn.h"

namespace sekisho::process {
namespace {

void bring_up_loopback() {
    Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) throw_errno("socket");
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) < 0) throw_errno("bring up lo");
}

// One RTM_NEWLINK for a veth pair with the kernel's names, written out: the probe needs no library for it.
void make_veth_pair() {
    struct {
        nlmsghdr header;
        ifinfomsg link;
        char attributes[256];
    } message{};
    std::size_t used = 0;
    auto put = [&](unsigned short type, const void* data, std::size_t length) {
        rtattr attribute{static_cast<unsigned short>(RTA_LENGTH(length)), type};
        std::size_t at = used;
        std::memcpy(message.attributes + used, &attribute, sizeof attribute);
        if (length) std::memcpy(message.attributes + used + RTA_LENGTH(0), data, length);
        used += RTA_SPACE(length);
        return at;
    };
    auto close_nest = [&](std::size_t at) {
        auto length = static_cast<unsigned short>(used - at);
        std::memcpy(message.attributes + at, &length, sizeof length);
    };
    std::size_t info = put(IFLA_LINKINFO, nullptr, 0);
    put(IFLA_INFO_KIND, "veth", 4);
    close_nest(info);
    message.header.nlmsg_type = RTM_NEWLINK;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
    message.header.nlmsg_len = static_cast<__u32>(NLMSG_LENGTH(sizeof(ifinfomsg)) + used);
    Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket) throw_errno("netlink socket");
    if (::send(socket.get(), &message, message.header.nlmsg_len, 0) < 0) throw_errno("make a veth pair");
    struct {
        nlmsghdr header;
        nlmsgerr error;
        char rest[1024];
    } answer{};
    if (::recv(socket.get(), &answer, sizeof answer, 0) < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr))))
        throw_errno("recv");
    if (answer.error.error != 0) throw_errno("make a veth pair", -answer.error.error);
}

void build_small_lab() {
    enter_lab_room();
    if (::unshare(CLONE_NEWNET) < 0) throw_errno("unshare(CLONE_NEWNET)");
    make_veth_pair();
    pid_t pid = ::fork();
    if (pid < 0) throw_errno("fork");
    if (pid == 0) ::_exit(::getppid() == 1 ? 0 : 1);
    int status = 0;
    if (::waitpid(pid, &status, 0) != pid || status != 0) throw Fault("a child in the new process namespace failed");
}

long setting(const char* path) {
    std::ifstream file(path);
    long value;
    return file >> value ? value : -1;
}

// What usually stands behind a failure, from the settings of distributions and containers that are known to refuse.
std::string remedy(const std::string& failure) {
    if (setting("/proc/sys/user/max_user_namespaces") == 0) return "set sysctl user.max_user_namespaces=15000";
    if (setting("/proc/sys/kernel/unprivileged_userns_clone") == 0) return "set sysctl kernel.unprivileged_userns_clone=1";
    if (setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
        return "AppArmor restricts user namespaces: set sysctl kernel.apparmor_restrict_unprivileged_userns=0, or give this "
               "program a "
               "profile that allows userns";
    if (failure.find("veth") != std::string::npos) return "load the kernel module veth";
    if (failure.find("mount proc") != std::string::npos)
        return "this container hides parts of /proc: start it with --security-opt systempaths=unconfined";
    return "in a container, start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt "
           "systempaths=unconfined";
}

}  // namespace

void enter_lab_room() {
    std::vector<RootEntry> entries = {
        {.path = "/usr", .source = "/usr", .executable = true, .recursive = true},
        {.path = "/etc", .source = "/etc", .recursive = true},
        {.path = "/sys", .source = "/sys", .recursive = true},
        {.path = "/proc", .source = {}, .read_only = false, .type = "proc"},
        {.path = "/run", .source = {}, .read_only = false},
        {.path = "/tmp", .source = {}, .read_only = false},
        {.path = lab_room_folder, .source = ".", .read_only = false, .executable = true},
    };
    for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"})
        entries.push_back({.path = name, .source = name, .executable = true, .recursive = true, .optional = true});
    for (const char* name : {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"})
        entries.push_back({.path = name, .source = name, .read_only = false, .devices = true});
    enter_root(entries);
    bring_up_loopback();
    if (::chdir(lab_room_folder) < 0) throw_errno("chdir");
}

std::string lab_obstacle(const RunAs& run_as, int lab_folder) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) throw_errno("pipe2");
    Fd read_end(ends[0]), write_end(ends[1]);
    std::string failure;
    try {
        Child child = spawn(role_namespaces, run_as, lab_folder, [&] {
            try {
                build_small_lab();
                return 0;
            } catch (const std::exception& error) {
                std::string_view text = error.what();
                [[maybe_unused]] ssize_t n = ::write(write_end.get(), text.data(), text.size());
                return 1;
            }
        });
        write_end.reset();
        char text[512];
        for (ssize_t n; (n = ::read(read_end.get(), text, sizeof text)) > 0;) failure.append(text, static_cast<std::size_t>(n));
        if (int status = reap(child); status != 0 && failure.empty())
            failure = "its first process ended with " + std::to_string(status);
    } catch (const std::exception& error) {
        failure = error.what();
    }
    if (failure.empty()) return {};
    return "no lab is possible here (" + failure + "); " + remedy(failure) +
           ", or serve without instances by --network static|none";
}

}  // namespace sekisho::process
