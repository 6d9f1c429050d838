#include "net/instances/launcher.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/descriptors.h"
#include "base/result.h"
#include "net/instances/children.h"

namespace sekisho::net::instances {
namespace {

enum class Kind : char { instance = 'i', shell = 's' };

void answer(int socket, std::string_view text, std::span<const int> fds = {}) {
    send_with_descriptors(socket, text.substr(0, 1000), fds, 0);  // a lab that has gone needs no answer
}

// In a child: only these descriptors are left, at the numbers given out; standard ones are /dev/null.
void close_all_but(std::vector<Fd>& kept) {
    Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int standard : {0, 1, 2}) ::dup2(null.get(), standard);
    // Move what is kept together, then close the rest in one call.
    int next = 3;
    std::vector<Fd> moved;
    for (auto& fd : kept) moved.emplace_back(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 100));
    ::syscall(SYS_close_range, 3, 99, 0);
    for (auto& fd : kept) fd.release();  // closed above
    null.release();
    for (std::size_t i = 0; i < kept.size(); ++i) {
        ::dup3(moved[i].get(), next, O_CLOEXEC);
        kept[i] = Fd(next++);
    }
    for (auto& fd : moved) fd.release();
    ::syscall(SYS_close_range, next, ~0u, 0);
}

// What `ps` inside shows for process 1, instead of how the lab was started: its arguments, where spawn_role put them.
void rename_to_init() {
    constexpr char arguments[] = "sekisho\0--role\0lab";
    if (std::memcmp(program_invocation_name, arguments, sizeof arguments) != 0) return;
    std::memset(program_invocation_name, 0, sizeof arguments);
    std::memcpy(program_invocation_name, "init", 4);
}

// Everything a child does. Never returns.
[[noreturn]] void child_main(Kind kind, std::vector<Fd> fds, const std::string& filter) {
    int status = 1, reply = -1;
    try {
        ::signal(SIGCHLD, SIG_DFL);
        ::setsid();
        close_all_but(fds);
        if (kind == Kind::instance) rename_to_init();
        Fd spec_file = std::move(fds[0]), space = std::move(fds[1]), answers = std::move(fds[2]);
        reply = answers.get();
        auto spec = read_spec(spec_file.get());
        spec_file.reset();
        auto say = [&](std::string_view text, std::span<const int> passed) {
            answer(reply, text, passed);
            answers.reset();
        };
        std::vector<Fd> doors(std::make_move_iterator(fds.begin() + 3), std::make_move_iterator(fds.end()));
        status = kind == Kind::instance
                     ? run_instance(spec.get<InstanceSpec>(), std::move(space), std::move(doors), filter, say)
                     : run_shell(spec.get<ShellSpec>(), std::move(space), std::move(doors), filter, say);
    } catch (const std::exception& error) {
        answer(reply, std::string("error: ") + error.what());
    }
    ::_exit(status);
}

[[noreturn]] void serve(Fd socket, const std::string& filter) {
    ::prctl(PR_SET_NAME, "sekisho-launch");
    ::prctl(PR_SET_DUMPABLE, 0);
    ::signal(SIGCHLD, SIG_IGN);  // children are reaped by the kernel; the lab watches them by their pidfds
    ::signal(SIGPIPE, SIG_DFL);
    ::clearenv();
    ::umask(022);
    for (;;) {
        char kind = 0;
        Received in = receive_with_descriptors(socket.get(), std::span(&kind, 1), 0);
        if (in.bytes < 0 && errno == EINTR) continue;
        if (in.bytes <= 0) ::_exit(0);
        if (in.fds.size() < 3) continue;
        if (kind == static_cast<char>(Kind::shell)) {
            pid_t pid = ::fork();
            if (pid == 0) child_main(Kind::shell, std::move(in.fds), filter);
            if (pid < 0) answer(in.fds[2].get(), "error: fork: no more processes");
            continue;
        }
        int pidfd = -1;
        constexpr unsigned long namespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;  // init adds the rest
        // The raw call: glibc has no fork that takes namespaces. Safe because this process has one thread and holds no lock.
        long pid = ::syscall(SYS_clone, namespaces | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, nullptr, nullptr);
        if (pid == 0) child_main(Kind::instance, std::move(in.fds), filter);
        if (pid < 0) {
            answer(in.fds[2].get(), std::string("error: clone: ") + ::strerror(errno));
            continue;
        }
        Fd owned(pidfd);
        answer(in.fds[2].get(), "pid", std::span(&pidfd, 1));
    }
}

}  // namespace

Fd write_spec(const nlohmann::json& spec) {
    std::string text = spec.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    Fd file(::memfd_create("spec", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw_errno("write a spec");
    return file;
}

nlohmann::json read_spec(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) < 0) throw_errno("fstat");
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    if (::pread(fd, text.data(), text.size(), 0) != status.st_size) throw_errno("read a spec");
    return nlohmann::json::parse(text);
}

Launcher::Launcher(std::string system_call_filter) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) throw_errno("socketpair");
    Fd ours(ends[0]), theirs(ends[1]);
    pid_t pid = ::fork();
    if (pid < 0) throw_errno("fork");
    if (pid == 0) {
        std::vector<Fd> kept;
        kept.push_back(std::move(theirs));
        ours.reset();
        close_all_but(kept);
        serve(std::move(kept[0]), system_call_filter);
    }
    socket_ = std::move(ours);
}

Launcher::~Launcher() = default;

namespace {

Fd request(int launcher, Kind kind, const nlohmann::json& spec, int space, const std::vector<Fd>& doors) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) throw_errno("socketpair");
    Fd ours(ends[0]), theirs(ends[1]), file = write_spec(spec);
    char byte = static_cast<char>(kind);
    std::vector<int> fds = {file.get(), space, theirs.get()};
    for (const auto& door : doors) fds.push_back(door.get());
    if (send_with_descriptors(launcher, std::string_view(&byte, 1), fds, 0) != 1) throw_errno("ask the launcher");
    return ours;
}

}  // namespace

Fd Launcher::start_instance(const InstanceSpec& spec, int network_namespace, const std::vector<Fd>& doors) {
    return request(socket_.get(), Kind::instance, spec, network_namespace, doors);
}

Fd Launcher::start_shell(const ShellSpec& spec, int init_pidfd, const std::vector<Fd>& doors) {
    return request(socket_.get(), Kind::shell, spec, init_pidfd, doors);
}

}  // namespace sekisho::net::instances
