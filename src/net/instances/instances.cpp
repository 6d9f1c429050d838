#include "net/instances/instances.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/descriptors.h"
#include "base/log.h"
#include "base/result.h"
#include "net/instances/base_image.h"

namespace sekisho::net::instances {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto start_max = std::chrono::seconds(10), end_max = std::chrono::seconds(10), shell_max = std::chrono::seconds(5);

// What becomes part of paths and host names is checked here once more, whoever has checked it before.
bool valid_id(const std::string& id) {
    return id.size() > 2 && id.size() <= 40 && id.starts_with("i-") &&
           std::all_of(id.begin() + 2, id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool valid_host_name(const std::string& name) {
    return !name.empty() && name.size() <= 253 && name.find('.') <= 64 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.'; });
}

std::map<std::string, const Instance*> list(const Desired& desired) {
    std::map<std::string, const Instance*> out;
    for (const auto& vpc : desired.vpcs)
        for (const auto& instance : vpc.instances) out.emplace(instance.id, &instance);
    return out;
}

int milliseconds_until(Clock::time_point when) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 1 << 30));
}

}  // namespace

Instances::Instances(Settings settings)
    : settings_(std::move(settings)), launcher_(settings_.system_call_filter), limits_(std::move(settings_.limits)) {
    fs::create_directories(settings_.folder / "disks");
    fs::create_directories(settings_.folder / "trash");
    begin_base_image();
    empty_trash();
}

Instances::~Instances() = default;

void Instances::begin_base_image() {
    fs::path image = settings_.folder / "base";
    if (base_image_ready(image)) return;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) throw_errno("pipe2");
    image_error_ = Fd(ends[0]);
    Fd write_end(ends[1]);
    image_maker_ = ::fork();
    if (image_maker_ < 0) throw_errno("fork");
    if (image_maker_ > 0) return;
    try {
        make_base_image(image);
        ::_exit(0);
    } catch (const std::exception& error) {
        std::string_view text = error.what();
        [[maybe_unused]] ssize_t n = ::write(write_end.get(), text.data(), text.size());
        ::_exit(1);
    }
}

void Instances::child_ended(pid_t pid, int status) {
    if (pid == remover_) remover_ = -1;
    if (pid != image_maker_) return;
    image_maker_ = -1;
    if (status == 0) return;
    char text[512];
    ssize_t n = ::read(image_error_.get(), text, sizeof text);
    image_failure_ = "the base image cannot be made: " + std::string(text, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    log::error("{}", image_failure_);
}

std::string Instances::wait_for_base_image() {
    int status = 0;
    pid_t pid = image_maker_;
    if (pid > 0 && ::waitpid(pid, &status, 0) == pid) child_ended(pid, status);
    if (!image_failure_.empty()) {  // perhaps the disk was full: try again with the next apply
        std::string failure = std::exchange(image_failure_, {});
        begin_base_image();
        return failure;
    }
    return {};
}

void Instances::stop(const Desired& desired) {
    auto listed = list(desired);
    std::vector<std::string> ending;
    for (auto& [id, running] : running_) {
        auto found = listed.find(id);
        if (found != listed.end() && found->second->running && found->second->boot == running.boot) continue;
        ::syscall(SYS_pidfd_send_signal, running.init.get(), SIGKILL, nullptr, 0);
        ending.push_back(id);
    }
    auto deadline = Clock::now() + end_max;
    for (const auto& id : ending) {
        pollfd item{running_[id].init.get(), POLLIN, 0};
        while (::poll(&item, 1, milliseconds_until(deadline)) < 0 && errno == EINTR) {
        }
        // A process in an uninterruptible wait keeps its namespaces and disk, but runs no more.
        if (!item.revents) log::warning("{} does not end", id);
        running_.erase(id);
        limits_.remove(id);
    }
    remove_unlisted(listed);
}

void Instances::remove_unlisted(const std::map<std::string, const Instance*>& listed) {
    for (const auto& entry : fs::directory_iterator(settings_.folder / "disks")) {
        if (listed.contains(entry.path().filename())) continue;
        fs::rename(entry.path(), settings_.folder / "trash" / fmt::format("{}-{}", ::getpid(), ++trash_number_));
        more_trash_ = true;
    }
    if (more_trash_) empty_trash();
}

void Instances::empty_trash() {
    fs::path trash = settings_.folder / "trash";
    if (remover_ > 0 || fs::is_empty(trash)) return;
    more_trash_ = false;
    remover_ = ::fork();
    if (remover_ < 0) throw_errno("fork");
    if (remover_ > 0) return;
    [[maybe_unused]] int priority = ::nice(10);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(trash, error)) fs::remove_all(entry.path(), error);
    ::_exit(0);
}

void Instances::launch(const std::string& id, const Instance& wanted, const std::string& ca) {
    if (!valid_id(id)) throw Fault("\"" + id + "\" is not an instance's id");
    if (!valid_host_name(wanted.host_name)) throw Fault("\"" + wanted.host_name + "\" is not a host name");
    Fd network = settings_.attach(wanted.interface);
    if (!network) throw Fault("its network interface " + wanted.interface + " is not there");
    fs::create_directories(disk(id));
    limits_.make(id, wanted.memory_bytes_max, wanted.processors);
    Running running{.boot = wanted.boot};
    running.answers = launcher_.start_instance({.id = id,
                                                .image = (settings_.folder / "base/root").string(),
                                                .disk = disk(id).string(),
                                                .host_name = wanted.host_name,
                                                .ca_certificate_pem = ca,
                                                .user_data = to_base64(wanted.user_data)},
                                               network.get(), limits_.doors(id));
    running_.insert_or_assign(id, std::move(running));
}

void Instances::hear(Running& running) {
    char text[1024];
    Received in = receive_with_descriptors(running.answers.get(), text, MSG_DONTWAIT);
    if (in.bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
    std::string_view answer(text, static_cast<std::size_t>(std::max<ssize_t>(in.bytes, 0)));
    // The pidfd comes from the launcher, "ready" from init: either may be first.
    if (answer == "pid" && in.fds.size() == 1)
        running.init = std::move(in.fds[0]);
    else if (answer == "ready")
        running.up = true;
    else
        running.error = answer.starts_with("error: ") ? std::string(answer.substr(7)) : "its first process died";
    if (!running.error.empty() || (running.up && running.init)) running.answers.reset();
}

void Instances::start(const Desired& desired, Report& report) {
    auto listed = list(desired);
    std::vector<std::string> starting;
    std::string no_image;
    for (const auto& [id, wanted] : listed) {
        if (!wanted->running || running_.contains(id)) continue;
        failed_.erase(id);
        if (starting.empty() && no_image.empty()) no_image = wait_for_base_image();
        try {
            if (!no_image.empty()) throw Fault(no_image);
            launch(id, *wanted, desired.ca_certificate_pem);
            starting.push_back(id);
        } catch (const std::exception& error) {
            failed_[id] = error.what();
        }
    }
    auto deadline = Clock::now() + start_max;
    for (const auto& id : starting) {
        Running& running = running_[id];
        while (running.answers && Clock::now() < deadline) {
            pollfd item{running.answers.get(), POLLIN, 0};
            if (::poll(&item, 1, milliseconds_until(deadline)) > 0) hear(running);
        }
        if (running.answers) running.error = "it did not come up in time";
        if (running.error.empty()) continue;
        failed_[id] = running.error;
        if (running.init) ::syscall(SYS_pidfd_send_signal, running.init.get(), SIGKILL, nullptr, 0);
        running_.erase(id);
    }
    for (const auto& [id, wanted] : listed) {
        auto& resource = report.resources[id];
        resource.state = running_.contains(id) ? "running" : "stopped";
        if (auto failure = failed_.find(id); wanted->running && failure != failed_.end()) resource.error = failure->second;
    }
    std::erase_if(failed_, [&](const auto& entry) { return !listed.contains(entry.first); });
}

void Instances::observe(Observation& observation) const {
    for (const auto& [id, running] : running_) observation.instances[id] = running.up ? "running" : "pending";
}

void Instances::open_shell(const ShellRequest& request, ShellOpened opened) {
    auto found = running_.find(request.instance);
    if (found == running_.end() || !found->second.up) return opened("it is not running", {});
    ShellSpec spec{request.command, request.terminal, std::clamp(request.rows, 1, 10'000),
                   std::clamp(request.columns, 1, 10'000)};
    shells_.push_back({launcher_.start_shell(spec, found->second.init.get(), limits_.doors(request.instance)),
                       std::move(opened), Clock::now() + shell_max});
}

void Instances::collect(std::vector<pollfd>& items, int& timeout_ms) const {
    items.push_back({launcher_.fd(), POLLIN, 0});
    for (const auto& [id, running] : running_) items.push_back({running.init.get(), POLLIN, 0});
    for (const auto& shell : shells_) {
        items.push_back({shell.answers.get(), POLLIN, 0});
        int left = milliseconds_until(shell.deadline);
        timeout_ms = timeout_ms < 0 ? left : std::min(timeout_ms, left);
    }
}

void Instances::handle() {
    auto readable = [](int fd) {
        pollfd item{fd, POLLIN, 0};
        return ::poll(&item, 1, 0) > 0;
    };
    if (readable(launcher_.fd())) throw Fault("the launcher ended");
    std::vector<std::string> ended;
    for (const auto& [id, running] : running_)
        if (readable(running.init.get())) ended.push_back(id);
    for (const auto& id : ended) {
        running_.erase(id);
        limits_.remove(id);
        settings_.ended(id, "stopped");
    }
    for (std::size_t i = 0; i < shells_.size();) {
        auto& shell = shells_[i];
        bool late = Clock::now() >= shell.deadline;
        if (!late && !readable(shell.answers.get())) {
            ++i;
            continue;
        }
        char text[1024];
        Received in;
        if (!late) in = receive_with_descriptors(shell.answers.get(), text, MSG_DONTWAIT);
        std::string_view answer(text, static_cast<std::size_t>(std::max<ssize_t>(in.bytes, 0)));
        auto opened = std::move(shell.opened);
        shells_.erase(shells_.begin() + static_cast<std::ptrdiff_t>(i));
        if (answer == "shell")
            opened({}, std::move(in.fds));
        else
            opened(late                            ? "it does not answer"
                   : answer.starts_with("error: ") ? std::string(answer.substr(7))
                                                   : "its shell died",
                   {});
    }
    if (remover_ < 0 && more_trash_) empty_trash();
}

}  // namespace sekisho::net::instances
