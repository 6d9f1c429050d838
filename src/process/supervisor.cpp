#include "process/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/log.h"
#include "base/result.h"
#include "process/control_groups.h"
#include "process/lab_room.h"
#include "process/listeners.h"
#include "process/spawn.h"

namespace sekisho::process {
namespace {

using namespace std::chrono_literals;
using Instant = std::chrono::steady_clock::time_point;

constexpr auto restart_delay_first = 50ms, restart_delay_max = 5000ms;
constexpr auto calm_after = 30s;  // a role that ran so long starts again without delay
constexpr auto gate_stop_max = 15s, lab_stop_max = 5s;

Instant now() { return std::chrono::steady_clock::now(); }

// One role: its process while it runs, and when it may run again.
struct RoleProcess {
    std::string name;
    std::optional<Child> child;
    std::optional<Channel> channel;
    Instant started{}, next_start{};
    std::chrono::milliseconds delay{0};
    bool ready = false, was_ready = false;
};

class Supervisor {
   public:
    Supervisor(SupervisorOptions options, DataFolder data) : options_(std::move(options)), data_(std::move(data)) {}

    int run() {
        block_signals();
        for (const auto& request : options_.listen) listeners_.push_back(open_listener(request));
        folder_ = Fd(::open(data_.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder_) throw_errno("open " + data_.path.string());
        lab_folder_ = Fd(::openat(folder_.get(), lab_folder_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!lab_folder_) throw_errno("open " + (data_.path / lab_folder_name).string());
        std::string obstacle = lab_obstacle(data_.run_as, lab_folder_.get());
        if (!obstacle.empty() && options_.network == NetworkMode::lab) throw Fault(obstacle);
        confinable_ = obstacle.empty();
        if (with_lab()) {
            groups_ = prepare_control_groups(data_.run_as, control_group_name(data_.path));
            if (!groups_.missing.empty()) log::info("instances run without limits of {}", groups_.missing);
        }
        while (!finished_) {
            start_what_is_due();
            wait_and_handle();
        }
        remove_control_groups(groups_);
        return status_;
    }

   private:
    bool with_lab() const { return options_.network == NetworkMode::lab; }

    void block_signals() {
        sigset_t set;
        sigemptyset(&set);
        for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
        if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0) throw_errno("sigprocmask");
        signals_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
        if (!signals_) throw_errno("signalfd");
    }

    void start(RoleProcess& role, unsigned long namespaces, int folder) {
        auto [ours, theirs] = channel_pair();
        role.channel.emplace(std::move(ours));
        role.child = spawn_role(role.name, namespaces, data_.run_as, folder, std::move(theirs), data_.lock.get());
        role.started = now();
        role.ready = false;
    }

    void start_what_is_due() {
        if (stopping_) return;
        bool started = false;
        if (with_lab() && !lab_.child && lab_.next_start <= now()) {
            start(lab_, role_namespaces, lab_folder_.get());
            send_lab_start();
            started = true;
        }
        if (!gate_.child && gate_.next_start <= now()) {
            start(gate_, confinable_ ? role_namespaces : 0, folder_.get());
            send_gate_start();
            started = true;
        }
        if (started) connect_roles();
    }

    void send_lab_start() {
        remove_instance_groups(groups_);
        place_lab(groups_, lab_.child->pid);
        Message start{"start"};
        auto folders = nlohmann::json::array();
        for (const auto& folder : groups_.folders) {
            folders.push_back({{"controllers", folder.controllers}, {"unified", folder.unified}});
            start.fds.emplace_back(::fcntl(folder.folder.get(), F_DUPFD_CLOEXEC, 0));
        }
        start.body = nlohmann::json{{"limits", folders}}.dump();
        lab_.channel->send(std::move(start));
    }

    void send_gate_start() {
        nlohmann::json start{{"data_folder", data_.path.string()},
                             {"network", static_cast<int>(options_.network)},
                             {"options", options_.gate_options},
                             {"confinable", confinable_},
                             {"listeners", nlohmann::json::array()}};
        gate_.channel->send({"start", start.dump()});
        for (const auto& listener : listeners_) {
            Message message{"listener", nlohmann::json{{"name", listener.name},
                                                       {"address", listener.address},
                                                       {"port", listener.port},
                                                       {"loopback", listener.loopback}}
                                            .dump()};
            message.fds.emplace_back(::fcntl(listener.socket.get(), F_DUPFD_CLOEXEC, 0));
            gate_.channel->send(std::move(message));
        }
        gate_.channel->send({"started"});
    }

    // A fresh channel between gate and lab, whenever both run and one of them has none.
    void connect_roles() {
        if (!gate_.channel || !lab_.channel) return;
        auto [gate_end, lab_end] = channel_pair();
        Message to_gate{"lab"}, to_lab{"gate"};
        to_gate.fds.push_back(std::move(gate_end));
        to_lab.fds.push_back(std::move(lab_end));
        gate_.channel->send(std::move(to_gate));
        lab_.channel->send(std::move(to_lab));
    }

    void wait_and_handle() {
        std::vector<pollfd> items{{signals_.get(), POLLIN, 0}};
        std::vector<RoleProcess*> roles;
        for (RoleProcess* role : {&gate_, &lab_}) {
            if (!role->child) continue;
            roles.push_back(role);
            items.push_back({role->child->pidfd.get(), POLLIN, 0});
            short events = role->channel ? static_cast<short>(POLLIN | (role->channel->wants_write() ? POLLOUT : 0)) : short{0};
            items.push_back({role->channel ? role->channel->fd() : -1, events, 0});
        }
        if (::poll(items.data(), items.size(), time_until_next()) < 0 && errno != EINTR) throw_errno("poll");
        if (items[0].revents) take_signals();
        for (std::size_t i = 0; i < roles.size(); ++i) {
            RoleProcess& role = *roles[i];
            // What it said before it ended comes first.
            if (items[2 + 2 * i].revents) handle_channel(role, items[2 + 2 * i].revents);
            if (items[1 + 2 * i].revents) handle_end(role);
        }
        if (stopping_) proceed_to_stop();
    }

    int time_until_next() const {
        Instant next = Instant::max();
        if (stopping_) next = stop_deadline_;
        if (!stopping_ && !gate_.child) next = std::min(next, gate_.next_start);
        if (!stopping_ && with_lab() && !lab_.child) next = std::min(next, lab_.next_start);
        if (next == Instant::max()) return -1;
        auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now()).count();
        return static_cast<int>(std::max<long long>(left, 0));
    }

    void take_signals() {
        signalfd_siginfo info;
        while (::read(signals_.get(), &info, sizeof info) == sizeof info) begin_stop(stopping_);
    }

    void handle_channel(RoleProcess& role, short events) {
        try {
            if (events & POLLOUT) role.channel->flush();
            bool open = !(events & (POLLIN | POLLHUP | POLLERR)) || role.channel->receive();
            while (auto message = role.channel->next()) handle_message(role, *message);
            if (open) return;
            // A role without its channel is of no use, whether it lives on or not. (While it stops, it may close it first.)
            if (stopping_)
                role.channel.reset();
            else
                ended(role, kill_and_reap(*role.child));
        } catch (const ProtocolError& error) {
            log::error("{} broke the protocol ({}): ending it", role.name, error.what());
            kill_and_reap(*role.child);
            ended(role, 1);
        }
    }

    void handle_message(RoleProcess& role, const Message& message) {
        if (message.type == "ready" && !role.ready) {
            role.ready = true;
            if (&role == &gate_) ready_line_ = message.body.substr(0, message.body.find('\n'));
            if (role.was_ready) log::info("the {} runs again", role.name);
            role.was_ready = true;
            announce();
        } else if (message.type == "reconnect" && &role == &lab_) {
            if (gate_.ready) connect_roles();  // else its start does
        }
    }

    // Once: when everything serves.
    void announce() {
        if (announced_ || !gate_.ready || (with_lab() && !lab_.ready)) return;
        announced_ = true;
        log::info("ready: {}", ready_line_);
        if (options_.ready_fd >= 0) {
            std::string line = ready_line_ + "\n";
            if (::write(options_.ready_fd, line.data(), line.size()) < 0) log::warning("nobody reads the ready descriptor");
            ::close(options_.ready_fd);
        }
    }

    void handle_end(RoleProcess& role) {
        if (role.child) ended(role, reap(*role.child));
    }

    void ended(RoleProcess& role, int status) {
        role.child.reset();
        role.channel.reset();
        role.ready = false;
        if (stopping_) return;
        if (!role.was_ready) {
            log::error("the {} could not start (status {})", role.name, status);
            status_ = status == 0 || status > 2 ? 1 : status;
            begin_stop(false);
            return;
        }
        if (now() - role.started > calm_after) role.delay = 0ms;
        log::error("the {} ended with status {}; starting it again{}", role.name, status,
                   role.delay > 0ms ? fmt::format(" in {} ms", role.delay.count()) : "");
        role.next_start = now() + role.delay;
        role.delay = std::clamp(role.delay * 2, restart_delay_first, restart_delay_max);
    }

    void begin_stop(bool at_once) {
        if (at_once) stop_deadline_ = now();
        if (stopping_) return;
        stopping_ = true;
        stop_deadline_ = now() + gate_stop_max;
        if (gate_.child && gate_.channel) gate_.channel->send({"stop"});
    }

    // The gate first (it finishes what it has acknowledged), then the lab (whose end is the end of every instance).
    void proceed_to_stop() {
        if (gate_.child) {
            if (now() < stop_deadline_) return;
            log::warning("the gate did not stop in time");
            kill_and_reap(*gate_.child);
            gate_.child.reset();
        }
        if (lab_.child) {
            if (!lab_stopping_) {
                lab_stopping_ = true;
                stop_deadline_ = now() + lab_stop_max;
                if (lab_.channel) lab_.channel->send({"stop"});
            }
            if (now() < stop_deadline_) return;
            kill_and_reap(*lab_.child);
            lab_.child.reset();
        }
        finished_ = true;
    }

    SupervisorOptions options_;
    DataFolder data_;
    std::vector<HostListener> listeners_;
    Fd signals_, folder_, lab_folder_;
    ControlGroups groups_;
    RoleProcess gate_{.name = "gate"}, lab_{.name = "lab"};
    std::string ready_line_;
    Instant stop_deadline_{};
    bool confinable_ = true, announced_ = false, stopping_ = false, lab_stopping_ = false, finished_ = false;
    int status_ = 0;
};

void set_limits() {
    ::signal(SIGPIPE, SIG_IGN);  // whoever reads our lines may go away
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

int run_supervisor(SupervisorOptions options) {
    log::set_process_name("supervisor");
    try {
        set_limits();
        if (options.data_folder.empty()) options.data_folder = default_data_folder();
        DataFolder data = open_data_folder(options.data_folder);
        return Supervisor(std::move(options), std::move(data)).run();
    } catch (const std::exception& error) {
        log::error("{}", error.what());
        return 1;
    }
}

}  // namespace sekisho::process
