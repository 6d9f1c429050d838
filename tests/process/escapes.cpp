#include "escapes.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <functional>
#include <thread>

namespace sekisho::process::test {

nlohmann::json try_to_escape(const nlohmann::json& request) {
    pid_t lab = request.at("lab");
    std::string proc = "/proc/" + std::to_string(lab);
    nlohmann::json out;
    // Each way on a thread of its own: one that worked must not change the gate for the next.
    auto attempt = [&](const std::string& name, const std::function<long()>& way) {
        std::thread([&] {
            errno = 0;
            long result = way();
            out[name] = result < 0 ? std::string("refused: ") + std::strerror(errno) : "worked";
        }).join();
    };
    for (const char* space : {"user", "mnt", "net", "pid", "ipc", "uts"})
        attempt(std::string("setns ") + space, [&]() -> long {
            int fd = ::open((proc + "/ns/" + space).c_str(), O_RDONLY);
            return fd < 0 ? -1 : ::setns(fd, 0);
        });
    attempt("setns pidfd", [&]() -> long {
        long fd = ::syscall(SYS_pidfd_open, lab, 0);
        return fd < 0 ? -1 : ::setns(static_cast<int>(fd), CLONE_NEWUSER | CLONE_NEWNET);
    });
    attempt("ptrace", [&] { return ::ptrace(PTRACE_ATTACH, lab, nullptr, nullptr); });
    attempt("ptrace seize", [&] { return ::ptrace(PTRACE_SEIZE, lab, nullptr, nullptr); });
    attempt("proc mem", [&]() -> long { return ::open((proc + "/mem").c_str(), O_RDONLY); });
    attempt("proc root", [&]() -> long { return ::open((proc + "/root/etc/passwd").c_str(), O_RDONLY); });
    attempt("process_vm_readv", [&]() -> long {
        char byte;
        iovec local{&byte, 1}, remote{reinterpret_cast<void*>(request.value("address", 0x400000ul)), 1};
        return ::process_vm_readv(lab, &local, 1, &remote, 1, 0);
    });
    attempt("kill", [&]() -> long { return ::kill(lab, 0); });
    attempt("kill everybody", [&]() -> long { return ::kill(-1, 0); });
    attempt("execve", [&]() -> long {
        char* arguments[] = {const_cast<char*>("/bin/true"), nullptr};
        return ::execve("/usr/bin/true", arguments, nullptr);
    });
    attempt("execveat of itself", [&]() -> long {
        char* arguments[] = {const_cast<char*>("x"), nullptr};
        return ::syscall(SYS_execveat, AT_FDCWD, "/proc/self/exe", arguments, nullptr, 0) < 0 ? -1 : 0;
    });
    attempt("fork", [&]() -> long {
        long pid = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
        if (pid == 0) ::_exit(0);
        return pid;
    });
    attempt("unshare user", [&]() -> long { return ::unshare(CLONE_NEWUSER); });
    attempt("unshare net", [&]() -> long { return ::unshare(CLONE_NEWNET); });
    attempt("clone into a namespace", [&]() -> long {
        long pid = ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
        if (pid == 0) ::_exit(0);
        return pid;
    });
    attempt("mount", [&]() -> long { return ::mount("tmpfs", "/", "tmpfs", 0, nullptr); });
    attempt("fsopen", [&]() -> long { return ::syscall(SYS_fsopen, "tmpfs", 0); });
    attempt("open_tree", [&]() -> long { return ::syscall(SYS_open_tree, AT_FDCWD, "/", 1); });
    attempt("chroot", [&]() -> long { return ::chroot("/"); });
    attempt("bpf", [&]() -> long {
        union bpf_attr attributes {};
        return ::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
    });
    attempt("perf", [&]() -> long {
        perf_event_attr attributes{};
        attributes.size = sizeof attributes;
        return ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
    });
    attempt("userfaultfd", [&]() -> long { return ::syscall(SYS_userfaultfd, 0); });
    attempt("io_uring", [&]() -> long { return ::syscall(SYS_io_uring_setup, 1, nullptr); });
    attempt("keyctl", [&]() -> long { return ::syscall(SYS_keyctl, 0, -3, 1); });
    attempt("pidfd_getfd", [&]() -> long { return ::syscall(SYS_pidfd_getfd, 3, 3, 0); });
    attempt("socket", [&]() -> long { return ::socket(AF_INET, SOCK_STREAM, 0); });
    attempt("raw socket", [&]() -> long { return ::socket(AF_PACKET, SOCK_RAW, 0); });
    attempt("vsock", [&]() -> long { return ::socket(AF_VSOCK, SOCK_STREAM, 0); });
    attempt("connect a given socket", [&]() -> long {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(9);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return ::connect(0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    });
    // A connection without connect(), by the listeners and the like that the gate has. The address is nobody's.
    attempt("send with fast open", [&]() -> long {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(9);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int listener = request.at("listener");
        return ::sendto(listener, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), sizeof address);
    });
    attempt("sendmsg with fast open", [&]() -> long {
        iovec piece{const_cast<char*>("x"), 1};
        msghdr message{};
        message.msg_iov = &piece, message.msg_iovlen = 1;
        return ::sendmsg(request.at("listener"), &message, MSG_FASTOPEN | MSG_NOSIGNAL);
    });
    attempt("sendmmsg with fast open", [&]() -> long {
        mmsghdr messages{};
        return ::sendmmsg(request.at("listener"), &messages, 1, MSG_FASTOPEN | MSG_NOSIGNAL);
    });
    attempt("listen at another address", [&]() -> long {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        return ::bind(request.at("listener"), reinterpret_cast<sockaddr*>(&address), sizeof address);
    });
    sockaddr_un abstract{};
    abstract.sun_family = AF_UNIX;
    std::string name = request.at("abstract");
    std::memcpy(abstract.sun_path + 1, name.data(), name.size());
    auto abstract_size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    attempt("abstract socket of the host", [&]() -> long {
        int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        return fd < 0 ? -1 : ::connect(fd, reinterpret_cast<const sockaddr*>(&abstract), abstract_size);
    });
    attempt("abstract socket of the host, by a datagram", [&]() -> long {
        int pair[2];
        if (::socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0) return -1;
        return ::sendto(pair[0], "x", 1, 0, reinterpret_cast<const sockaddr*>(&abstract), abstract_size);
    });
    attempt("limits of the lab", [&]() -> long {
        rlimit limit{};
        return ::prlimit(lab, RLIMIT_NOFILE, nullptr, &limit);
    });
    attempt("signal to a thread of the lab", [&]() -> long { return ::syscall(SYS_tgkill, lab, lab, 0); });
    attempt("pidfd of the lab", [&]() -> long { return ::syscall(SYS_pidfd_open, lab, 0); });
    attempt("process_vm_writev", [&]() -> long {
        char byte = 0;
        iovec local{&byte, 1}, remote{reinterpret_cast<void*>(0x400000ul), 1};
        return ::process_vm_writev(lab, &local, 1, &remote, 1, 0);
    });
    attempt("kcmp", [&]() -> long { return ::syscall(SYS_kcmp, ::getpid(), lab, 0, 0, 0); });
    attempt("netlink", [&]() -> long { return ::socket(AF_NETLINK, SOCK_RAW, 0); });
    attempt("raw IP", [&]() -> long { return ::socket(AF_INET, SOCK_RAW, IPPROTO_RAW); });
    attempt("a device", [&]() -> long {
        std::string path = request.at("data").get<std::string>() + "/device";
        return ::mknod(path.c_str(), S_IFBLK | 0600, makedev(254, 0));
    });
    attempt("above the data folder", [&]() -> long {
        int folder = ::open(request.at("data").get<std::string>().c_str(), O_PATH | O_DIRECTORY);
        return ::openat(folder, "../../../../../../../../etc/passwd", O_RDONLY);
    });
    attempt("a link out of the data folder", [&]() -> long {
        std::string path = request.at("data").get<std::string>() + "/link";
        if (::symlink("/etc/passwd", path.c_str()) < 0) return -1;
        int fd = ::open(path.c_str(), O_RDONLY);
        int error = errno;
        ::unlink(path.c_str());
        errno = error;
        return fd;
    });
    attempt("keystrokes", [&]() -> long { return ::ioctl(2, TIOCSTI, "x"); });
    for (const char* path : {"/etc/passwd", "/etc/shadow", "/usr/bin/bash", "/proc/self/status", "/proc/1/environ", "/root",
                             "/home", "/dev/kmsg", "/sys/kernel", "/dev/mem"})
        attempt(std::string("open ") + path, [&]() -> long { return ::open(path, O_RDONLY); });
    attempt("write outside the data folder", [&]() -> long { return ::open("/x", O_WRONLY | O_CREAT, 0600); });
    attempt("the lab's part of the data folder", [&]() -> long {
        return ::open((std::filesystem::path(request.at("data").get<std::string>()) / "lab/disks").c_str(), O_RDONLY);
    });
    attempt("gain rights by exec", [&]() -> long { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? -1 : 0; });
    attempt("a capability left", [&]() -> long {
        for (int capability = 0; capability < 41; ++capability)
            if (::prctl(PR_CAPBSET_READ, capability) == 1) return 0;
        return -1;
    });
    attempt("dumpable", [&]() -> long { return ::prctl(PR_GET_DUMPABLE) == 0 ? -1 : 0; });
    return out;
}

}  // namespace sekisho::process::test
