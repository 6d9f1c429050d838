// Process 1 of an instance: sets up its namespaces, runs user data once, reaps. It ends by SIGKILL from the lab only.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/bytes.h"
#include "base/result.h"
#include "net/instances/children.h"

namespace sekisho::net::instances {
namespace {

constexpr const char* user_data_done = "/var/lib/cloud/instance/user-data-done";
constexpr const char* user_data_file = "/var/lib/cloud/instance/user-data.txt";
constexpr const char* user_data_log = "/var/log/cloud-init-output.log";

std::string short_name(const std::string& host_name) { return host_name.substr(0, host_name.find('.')); }

void empty_folder(const char* path) {
    // remove_all follows no link, and works on what root inside may have made as deep as it liked.
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) std::filesystem::remove_all(entry.path(), error);
}

void log_line(int log, const std::string& line) {
    [[maybe_unused]] ssize_t n = ::write(log, (line + "\n").data(), line.size() + 1);
}

// In a child of init.
[[noreturn]] void run_script(int log) {
    ::setsid();
    Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ::dup2(null.get(), 0);
    ::dup2(log, 1);
    ::dup2(log, 2);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    std::vector<std::string> environment = instance_environment(false);
    std::vector<char*> variables;
    for (auto& text : environment) variables.push_back(text.data());
    variables.push_back(nullptr);
    char* arguments[] = {const_cast<char*>(user_data_file), nullptr};
    ::execve(user_data_file, arguments, variables.data());
    log_line(log, std::string("user data: ") + std::strerror(errno));
    ::_exit(127);
}

// As cloud-init does: a shell script, once per instance, its output in cloud-init-output.log.
void start_user_data(const std::string& user_data) {
    if (user_data.empty() || ::access(user_data_done, F_OK) == 0) return;
    ::mkdir("/var/lib/cloud", 0755);
    ::mkdir("/var/lib/cloud/instance", 0755);
    Fd log(::open(user_data_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
    Fd done(::open(user_data_done, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!log || !done) return;  // root inside broke its /var: its affair
    if (!user_data.starts_with("#!")) {
        log_line(log.get(), "user data ignored: only scripts that begin with #! are run");
        return;
    }
    ::unlink(user_data_file);
    {
        Fd file(::open(user_data_file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
        if (!file || ::write(file.get(), user_data.data(), user_data.size()) != static_cast<ssize_t>(user_data.size())) {
            log_line(log.get(), "user data could not be written");
            return;
        }
    }
    if (::fork() == 0) run_script(log.get());
}

void set_limits() {
    auto limit = [](auto resource, rlim_t soft, rlim_t hard) {
        rlimit now{};
        ::getrlimit(resource, &now);
        rlimit wanted{std::min(soft, now.rlim_max), std::min(hard, now.rlim_max)};
        ::setrlimit(resource, &wanted);
    };
    limit(RLIMIT_NOFILE, 1024, 65536);
    limit(RLIMIT_NPROC, 4096, 4096);  // of all instances together: they are one id
    limit(RLIMIT_CORE, 0, RLIM_INFINITY);
    limit(RLIMIT_MEMLOCK, 8 << 20, 8 << 20);
}

}  // namespace

int run_instance(InstanceSpec spec, Fd network_namespace, std::vector<Fd> doors, const std::string& filter, const Say& say) {
    // Before anything else: process 1 ignores what it has no handler for, and all it wants to hear of is its children.
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    if (::setns(network_namespace.get(), CLONE_NEWNET) < 0) throw_errno("setns to the network interface");
    network_namespace.reset();
    // In this order: a namespace of control groups begins where its maker is, and shows nothing above.
    join(std::move(doors));
    if (::unshare(CLONE_NEWCGROUP) < 0) throw_errno("unshare(CLONE_NEWCGROUP)");
    std::string name = short_name(spec.host_name);
    if (::sethostname(name.data(), name.size()) < 0) throw_errno("sethostname");
    enter_instance_root(spec);
    ::umask(022);
    set_limits();
    confine_to_instance(filter);
    empty_folder("/tmp");
    write_instance_files(spec);
    ::prctl(PR_SET_NAME, "init");
    say("ready", {});
    start_user_data(from_base64(spec.user_data).value_or(""));
    for (;;) {
        siginfo_t info;
        if (::sigwaitinfo(&all, &info) == SIGCHLD)
            while (::waitpid(-1, nullptr, WNOHANG) > 0) {
            }
    }
}

}  // namespace sekisho::net::instances
