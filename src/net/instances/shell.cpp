// The helper beside a shell. It stands outside the instance's process namespace, so nothing inside can reach it; it parses only
// window sizes (four bytes) from the client's side.
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/result.h"
#include "net/instances/children.h"

namespace sekisho::net::instances {
namespace {

constexpr auto hang_up_grace = std::chrono::seconds(2);

struct Ends {
    Fd ours, theirs;
};
Ends make_pipe(bool they_read) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) throw_errno("pipe2");
    return they_read ? Ends{Fd(ends[1]), Fd(ends[0])} : Ends{Fd(ends[0]), Fd(ends[1])};
}

winsize size_of(int rows, int columns) {
    return {static_cast<unsigned short>(rows), static_cast<unsigned short>(columns), 0, 0};
}

// Both ends of a pseudo-terminal of the instance's own devpts. /dev belongs to root inside, so what is opened is checked.
Ends open_terminal(const ShellSpec& spec) {
    Fd master(::open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct statfs where {};
    if (!master || ::fstatfs(master.get(), &where) < 0 || where.f_type != DEVPTS_SUPER_MAGIC)
        throw Fault("it has no terminals");
    ::fcntl(master.get(), F_SETFL, O_RDWR);
    int unlock = 0;
    if (::ioctl(master.get(), TIOCSPTLCK, &unlock) < 0) throw_errno("TIOCSPTLCK");
    Fd slave(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!slave) throw_errno("TIOCGPTPEER");
    winsize size = size_of(spec.rows, spec.columns);
    ::ioctl(slave.get(), TIOCSWINSZ, &size);
    return {std::move(master), std::move(slave)};
}

[[noreturn]] void run_command(const ShellSpec& spec, std::array<int, 3> standard, std::vector<Fd> doors,
                              const std::string& filter) {
    try {
        ::setsid();
        join(std::move(doors));
        for (int i = 0; i < 3; ++i) ::dup2(standard[static_cast<std::size_t>(i)], i);
        ::syscall(SYS_close_range, 3, ~0u, 0);
        if (spec.terminal) ::ioctl(0, TIOCSCTTY, 0);
        rlimit files{1024, 65536}, processes{4096, 4096}, no_core{0, RLIM_INFINITY};
        ::setrlimit(RLIMIT_NOFILE, &files);
        ::setrlimit(RLIMIT_NPROC, &processes);
        ::setrlimit(RLIMIT_CORE, &no_core);
        confine_to_instance(filter);
        if (::chdir("/root") < 0 && ::chdir("/") < 0) throw_errno("chdir");
        std::vector<std::string> environment = instance_environment(spec.terminal);
        ::clearenv();  // execvp searches the PATH of this environment
        for (auto& text : environment) ::putenv(text.data());
        std::vector<std::string> command = spec.command;
        if (command.empty()) command = {"-bash"};
        std::vector<char*> arguments;
        for (auto& text : command) arguments.push_back(text.data());
        arguments.push_back(nullptr);
        if (spec.command.empty()) {
            ::execv("/bin/bash", arguments.data());
            command[0] = "-sh";
            arguments[0] = command[0].data();
            ::execv("/bin/sh", arguments.data());
        } else {
            ::execvp(arguments[0], arguments.data());
        }
        std::string line = (spec.command.empty() ? std::string("sh") : spec.command[0]) + ": " + std::strerror(errno) + "\n";
        [[maybe_unused]] ssize_t n = ::write(2, line.data(), line.size());
        ::_exit(errno == ENOENT ? 127 : 126);
    } catch (const std::exception& error) {
        std::string line = std::string(error.what()) + "\n";
        [[maybe_unused]] ssize_t n = ::write(2, line.data(), line.size());
        ::_exit(126);
    }
}

// Until the shell has ended. The client's end of `control` closing is the client hanging up.
int watch(pid_t pid, Fd control, Fd terminal) {
    Fd shell(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    auto deadline = std::chrono::steady_clock::time_point::max();
    for (;;) {
        int timeout = -1;
        if (!control) {
            auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
            if (left <= 0) ::kill(-pid, SIGKILL);
            timeout = static_cast<int>(std::max<long long>(left, 10));
        }
        pollfd items[2] = {{shell.get(), POLLIN, 0}, {control.get(), POLLIN, 0}};
        if (::poll(items, 2, timeout) < 0 && errno != EINTR) break;
        if (items[0].revents) break;
        if (!control || !items[1].revents) continue;
        unsigned char bytes[4];
        ssize_t n = ::recv(control.get(), bytes, sizeof bytes, MSG_DONTWAIT);
        if (n == 4 && terminal) {
            winsize size = size_of(bytes[0] | bytes[1] << 8, bytes[2] | bytes[3] << 8);
            ::ioctl(terminal.get(), TIOCSWINSZ, &size);
        } else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            control.reset();
            deadline = std::chrono::steady_clock::now() + hang_up_grace;
            ::kill(-pid, SIGHUP);
            ::kill(-pid, SIGCONT);
        }
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int run_shell(ShellSpec spec, Fd init, std::vector<Fd> doors, const std::string& filter, const Say& say) {
    // All at once, and only by the descriptor: a process id could have been used again.
    if (::setns(init.get(), CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP) < 0)
        throw Fault("it is not running");
    init.reset();
    int pair[2];
    // Messages, so that a window size is never cut in two.
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) throw_errno("socketpair");
    Ends control{Fd(pair[0]), Fd(pair[1])}, exit_status = make_pipe(false), terminal, input, output, error;
    std::vector<int> given;
    std::array<int, 3> standard;
    if (spec.terminal) {
        terminal = open_terminal(spec);
        given = {terminal.ours.get()};
        standard.fill(terminal.theirs.get());
    } else {
        input = make_pipe(true), output = make_pipe(false), error = make_pipe(false);
        given = {input.ours.get(), output.ours.get(), error.ours.get()};
        standard = {input.theirs.get(), output.theirs.get(), error.theirs.get()};
    }
    given.push_back(exit_status.ours.get());
    given.push_back(control.theirs.get());
    pid_t pid = ::fork();
    if (pid < 0) throw Fault("it is not running, or has too many processes");
    if (pid == 0) run_command(spec, standard, std::move(doors), filter);
    doors.clear();
    say("shell", given);
    // What is the client's or the shell's is theirs alone from here on, so that each sees when the other is gone.
    terminal.ours.reset();
    for (Ends* ends : {&input, &output, &error}) *ends = {};
    exit_status.ours.reset();
    control.theirs.reset();
    auto status = static_cast<unsigned>(watch(pid, std::move(control.ours), std::move(terminal.theirs)));
    unsigned char bytes[4] = {static_cast<unsigned char>(status), static_cast<unsigned char>(status >> 8), 0, 0};
    ::signal(SIGPIPE, SIG_IGN);
    return ::write(exit_status.theirs.get(), bytes, sizeof bytes) == sizeof bytes ? 0 : 1;
}

}  // namespace sekisho::net::instances
