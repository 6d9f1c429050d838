// The lab's role: process 1 of its own namespaces. Receives desired states from the gate, drives the network engine and the
// instances, passes sockets to the gate, reaps. One thread, one loop.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "base/log.h"
#include "base/result.h"
#include "net/engine.h"
#include "net/instances/instances.h"
#include "process/channel.h"
#include "process/confinement/steps.h"
#include "process/lab_protocol.h"
#include "process/lab_room.h"
#include "process/role_start.h"
#include "process/roles.h"

namespace sekisho::process {
namespace {

using Instant = std::chrono::steady_clock::time_point;
constexpr auto reconnect_every = std::chrono::seconds(1);

class Lab {
   public:
    Lab(Channel supervisor, std::vector<net::instances::LimitsFolder> limits)
        : supervisor_(std::move(supervisor)),
          instances_({.folder = lab_room_folder,
                      .system_call_filter = instance_system_call_filter(),
                      .limits = std::move(limits),
                      .attach = [this](const std::string& interface) { return engine_.attach(interface); },
                      .ended =
                          [this](const std::string& instance, const std::string& state) {
                              to_gate({to_gate::instance_state, write_body(InstanceState{instance, state})});
                          }}),
          engine_({.opened = [this](const net::OpenedSocket& socket, Fd fd) { socket_opened(socket, std::move(fd)); },
                   .closed =
                       [this](std::uint64_t id) {
                           to_gate({to_gate::socket_closed, write_body(Numbered{id})});
                       }}) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGCHLD);
        if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0) throw_errno("sigprocmask");
        children_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
        if (!children_) throw_errno("signalfd");
    }

    int run() {
        supervisor_.send({"ready"});
        hear_supervisor();  // what came along with the start
        while (!stopped_) {
            wait();
            if (desired_) apply();
        }
        return 0;  // as process 1: everything in here ends with it
    }

   private:
    void to_gate(Message message) {
        if (gate_) gate_->send(std::move(message));
    }

    void socket_opened(const net::OpenedSocket& socket, Fd fd) {
        Message message{to_gate::socket_opened, write_body(socket)};
        message.fds.push_back(std::move(fd));
        to_gate(std::move(message));
    }

    void wait() {
        std::vector<pollfd> items{
            {children_.get(), POLLIN, 0}, {supervisor_.fd(), POLLIN, 0}, {gate_ ? gate_->fd() : -1, 0, 0}};
        if (gate_) items[2].events = static_cast<short>(POLLIN | (gate_->wants_write() ? POLLOUT : 0));
        int timeout = -1;
        if (!gate_ && had_gate_) timeout = std::max(0, static_cast<int>(milliseconds_left(ask_again_)));
        instances_.collect(items, timeout);
        if (::poll(items.data(), items.size(), timeout) < 0 && errno != EINTR) throw_errno("poll");
        if (items[0].revents) reap_children();
        if (items[1].revents) hear_supervisor();
        if (items[2].revents && gate_) hear_gate(items[2].revents);
        instances_.handle();
        ask_for_gate();
    }

    static long long milliseconds_left(Instant when) {
        return std::chrono::ceil<std::chrono::milliseconds>(when - std::chrono::steady_clock::now()).count();
    }

    void reap_children() {
        signalfd_siginfo info;
        while (::read(children_.get(), &info, sizeof info) == sizeof info) {
        }
        int status;
        for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) instances_.child_ended(pid, status);
    }

    void hear_supervisor() {
        bool open = supervisor_.receive();
        while (auto message = supervisor_.next()) {
            if (message->type == "stop") stopped_ = true;
            if (message->type == "gate" && message->fds.size() == 1) {
                // A gate that has just begun, or begun again: it learns of every socket; its first state follows.
                gate_.emplace(std::move(message->fds[0]));
                had_gate_ = true;
                desired_.reset();
                engine_.announce_all();
            }
        }
        if (!open) stopped_ = true;
    }

    void hear_gate(short events) {
        try {
            if (events & POLLOUT) gate_->flush();
            if (!(events & (POLLIN | POLLHUP | POLLERR))) return;
            bool open = gate_->receive();
            while (auto message = gate_->next()) handle(*message);
            if (!open) lose_gate();
        } catch (const ProtocolError& error) {
            log::error("the gate broke the protocol: {}", error.what());
            lose_gate();
        }
    }

    // Instances go on. A gate that has died is started again by the supervisor, which then brings a channel; one that only
    // dropped this channel gets another on our asking.
    void lose_gate() {
        gate_.reset();
        ask_again_ = std::chrono::steady_clock::now() + reconnect_every;
    }

    void ask_for_gate() {
        if (gate_ || !had_gate_ || milliseconds_left(ask_again_) > 0) return;
        supervisor_.send({"reconnect"});
        ask_again_ = std::chrono::steady_clock::now() + reconnect_every;
    }

    void handle(const Message& message) {
        if (message.type == to_lab::desired) {
            desired_ = read_body<net::Desired>(message);  // of several, the newest
        } else if (message.type == to_lab::observe) {
            ObserveAnswer answer{read_body<Numbered>(message).id, engine_.observe()};
            instances_.observe(answer.observation);
            to_gate({to_gate::observation, write_body(answer)});
        } else if (message.type == to_lab::shell) {
            open_shell(read_body<ShellCall>(message));
        } else {
            throw ProtocolError("unknown message \"" + message.type + "\"");
        }
    }

    void open_shell(const ShellCall& call) {
        net::ShellRequest request{call.instance, call.command, call.terminal, call.rows, call.columns};
        instances_.open_shell(request, [this, id = call.id](std::string error, std::vector<Fd> fds) {
            to_gate({to_gate::shell, write_body(ShellAnswer{id, std::move(error)}), std::move(fds)});
        });
    }

    void apply() {
        net::Desired desired = std::move(*desired_);
        desired_.reset();
        instances_.stop(desired);
        net::Report report = engine_.apply(desired);
        report.generation = desired.generation;
        instances_.start(desired, report);
        to_gate({to_gate::report, write_body(report)});
    }

    Channel supervisor_;
    std::optional<Channel> gate_;
    // Before the engine: its launcher is forked while this process knows nothing.
    net::instances::Instances instances_;
    net::Engine engine_;
    Fd children_;
    std::optional<net::Desired> desired_;
    bool had_gate_ = false, stopped_ = false;
    Instant ask_again_{};
};

}  // namespace

int run_lab() {
    try {
        Channel supervisor(start_role("lab"));
        auto start = supervisor.wait(std::chrono::seconds(30));
        if (!start || start->type != "start") throw Fault("the supervisor said nothing");
        std::vector<net::instances::LimitsFolder> limits;
        const auto body = nlohmann::json::parse(start->body);  // named: a temporary would not outlive the head of the loop
        for (const auto& folder : body.at("limits"))
            limits.push_back({folder.at("controllers"), folder.at("unified"), std::move(start->fds.at(limits.size()))});
        ::umask(022);
        enter_lab_room();
        Lab lab(std::move(supervisor), std::move(limits));
        int status = lab.run();
        ::_exit(status);  // the kernel takes everything down; nothing here needs a destructor
    } catch (const std::exception& error) {
        log::error("{}", error.what());
        return 1;
    }
}

}  // namespace sekisho::process
