#include "process/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <vector>

#include "base/log.h"
#include "base/result.h"

namespace sekisho::process {
namespace {

void write_file(const std::string& path, const std::string& text) {
    Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw_errno("write " + path);
}

// In the child, once its ids are mapped.
void become(unsigned long flags, const RunAs& run_as) {
    ::setsid();  // no controlling terminal: nothing to push keystrokes into
    bool user_namespace = flags & CLONE_NEWUSER;
    if (user_namespace || run_as.switched) {
        uid_t uid = user_namespace ? 0 : run_as.uid;
        gid_t gid = user_namespace ? 0 : run_as.gid;
        if (::setresgid(gid, gid, gid) < 0 || ::setresuid(uid, uid, uid) < 0) throw_errno("setresuid");
    }
    // After the change of ids, which would clear it.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) throw_errno("PR_SET_PDEATHSIG");
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &standard, nullptr);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Child spawn(unsigned long flags, const RunAs& run_as, int folder, std::function<int()> run) {
    // INVARIANT: no role has root's groups (shadow, disk, adm, …). A child in a user namespace could not give them up any more.
    if (run_as.switched && ::setgroups(0, nullptr) < 0) throw_errno("setgroups");
    // The working directory follows into the child's mount namespace only when it is the caller's at the moment of the clone.
    Fd before(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (folder >= 0 && ::fchdir(folder) < 0) throw_errno("fchdir");
    int go[2];
    if (::pipe2(go, O_CLOEXEC) < 0) throw_errno("pipe2");
    Fd go_read(go[0]), go_write(go[1]);
    int pidfd = -1;
    // The raw call: glibc has no fork that takes namespaces. Safe because the caller has one thread and holds no lock.
    long pid = ::syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, nullptr, nullptr);
    if (pid == 0) {
        try {
            go_write.reset();
            char c;
            if (::read(go_read.get(), &c, 1) != 1) ::_exit(1);  // the parent failed to map us, or is gone
            go_read.reset();
            become(flags, run_as);
            ::_exit(run());
        } catch (const std::exception& error) {
            log::error("{}", error.what());
            ::_exit(1);
        }
    }
    int clone_error = errno;
    if (before && folder >= 0 && ::fchdir(before.get()) < 0) throw_errno("fchdir");
    if (pid < 0) throw_errno("clone", clone_error);
    Child child{static_cast<pid_t>(pid), Fd(pidfd)};
    try {
        if (flags & CLONE_NEWUSER) {
            std::string proc = "/proc/" + std::to_string(child.pid);
            // INVARIANT: one id, and never the host's 0.
            if (run_as.uid == 0 || run_as.gid == 0) throw Fault("refusing to map the host's id 0");
            write_file(proc + "/setgroups", "deny");
            write_file(proc + "/gid_map", "0 " + std::to_string(run_as.gid) + " 1");
            write_file(proc + "/uid_map", "0 " + std::to_string(run_as.uid) + " 1");
        }
        if (::write(go_write.get(), "g", 1) != 1) throw_errno("write to the child");
    } catch (...) {
        kill_and_reap(child);
        throw;
    }
    return child;
}

Child spawn_role(const std::string& role, unsigned long flags, const RunAs& run_as, int folder, Fd channel, int lock) {
    Fd self(::open("/proc/self/exe", O_PATH | O_CLOEXEC));
    if (!self) throw_errno("open /proc/self/exe");
    std::vector<std::string> environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "TZ=UTC"};
    for (char** entry = environ; *entry; ++entry) {
        std::string_view text = *entry;
        for (std::string_view kept :
             {"SEKISHO_", "LD_LIBRARY_PATH=", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "TSAN_OPTIONS=", "LSAN_OPTIONS="})
            if (text.starts_with(kept)) environment.emplace_back(text);
    }
    return spawn(flags, run_as, folder, [&]() -> int {
        Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
        ::dup2(null.get(), STDIN_FILENO);
        // Copies above the final numbers first, so that neither is overwritten by the other.
        int first = ::fcntl(channel.get(), F_DUPFD_CLOEXEC, 64), second = ::fcntl(lock, F_DUPFD_CLOEXEC, 64);
        int binary = ::fcntl(self.get(), F_DUPFD_CLOEXEC, 64);
        ::dup2(first, role_channel_fd);
        ::dup2(second, role_lock_fd);
        ::syscall(SYS_close_range, role_lock_fd + 1, ~0u, CLOSE_RANGE_CLOEXEC);
        std::array<char*, 4> arguments = {const_cast<char*>("sekisho"), const_cast<char*>("--role"),
                                          const_cast<char*>(role.c_str()), nullptr};
        std::vector<char*> variables;
        for (auto& text : environment) variables.push_back(text.data());
        variables.push_back(nullptr);
        ::syscall(SYS_execveat, binary, "", arguments.data(), variables.data(), AT_EMPTY_PATH);
        log::error("cannot start the {} role: this program's file is not executable for user {}: {}", role, run_as.uid,
                   std::strerror(errno));
        return 1;
    });
}

int reap(const Child& child) {
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(child.pidfd.get()), &info, WEXITED) < 0)
        if (errno != EINTR) throw_errno("waitid");
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

int kill_and_reap(const Child& child) {
    ::syscall(SYS_pidfd_send_signal, child.pidfd.get(), SIGKILL, nullptr, 0);
    return reap(child);
}

}  // namespace sekisho::process
