#include "process/roles.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "process/channel.h"
#include "process/role_start.h"
#include "process/spawn.h"

namespace sekisho::process {
namespace {

constexpr auto start_max = std::chrono::seconds(30);

}  // namespace

std::optional<Role> role_of(int argc, char** argv) {
    if (argc != 3 || std::string_view(argv[1]) != "--role") return std::nullopt;
    if (std::string_view(argv[2]) == "gate") return Role::gate;
    if (std::string_view(argv[2]) == "lab") return Role::lab;
    return std::nullopt;
}

Fd start_role(const char* name) {
    log::set_process_name(name);
    ::prctl(PR_SET_NAME, (std::string("sekisho-") + name).c_str());
    ::signal(SIGPIPE, SIG_IGN);
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) throw_errno("PR_SET_PDEATHSIG");
    Fd channel(role_channel_fd);
    // The signal is only for ends from now on: the other end of the channel tells about those before.
    pollfd item{channel.get(), 0, 0};
    if (::poll(&item, 1, 0) < 0 || item.revents & (POLLHUP | POLLERR | POLLNVAL))
        throw Fault("this role is started by `sekisho serve` only");
    return channel;
}

struct SupervisorLink::Data {
    std::mutex mutex;  // of the channel
    Channel channel;
    std::thread thread;

    void run(const std::function<void(Fd)>& on_lab, const std::function<void()>& on_stop) {
        for (bool open = true;;) {
            std::vector<Message> messages;  // the first came with the start
            {
                std::lock_guard lock(mutex);
                while (auto message = channel.next()) messages.push_back(std::move(*message));
            }
            for (auto& message : messages) {
                if (message.type == "lab" && message.fds.size() == 1) on_lab(std::move(message.fds[0]));
                if (message.type == "stop") on_stop();
            }
            if (!open) ::_exit(1);  // nothing that was acknowledged is lost by this: it is on disk
            pollfd item{channel.fd(), POLLIN, 0};
            if (::poll(&item, 1, -1) < 0 && errno != EINTR) throw_errno("poll");
            std::lock_guard lock(mutex);
            open = channel.receive();
        }
    }
};

SupervisorLink::SupervisorLink(Channel channel) : data_(new Data{.channel = Channel(std::move(channel))}) {}

SupervisorLink::~SupervisorLink() {
    if (data_ && data_->thread.joinable()) data_.release()->thread.detach();  // it ends with the process, which is about to
}

void SupervisorLink::start(std::function<void(Fd)> on_lab, std::function<void()> on_stop) {
    data_->thread = std::thread([data = data_.get(), on_lab = std::move(on_lab), on_stop = std::move(on_stop)] {
        try {
            data->run(on_lab, on_stop);
        } catch (const std::exception& error) {
            log::error("the link to the supervisor failed: {}", error.what());
            ::_exit(1);
        }
    });
}

void SupervisorLink::ready(std::string line) {
    std::lock_guard lock(data_->mutex);
    data_->channel.send({"ready", std::move(line)});
}

GateStart receive_gate_start() {
    Channel channel(start_role("gate"));
    GateStart out;
    bool begun = false;
    for (;;) {
        auto message = channel.wait(start_max);
        if (!message) throw Fault("the supervisor said nothing");
        if (message->type == "started" && begun) break;
        auto body = nlohmann::json::parse(message->body);
        if (message->type == "start") {
            begun = true;
            out.data_folder = body.at("data_folder").get<std::string>();
            out.network = static_cast<NetworkMode>(body.at("network").get<int>());
            out.options = body.at("options");
            out.confinable = body.at("confinable");
        } else if (message->type == "listener" && message->fds.size() == 1) {
            out.listeners.push_back(
                {std::move(message->fds[0]), body.at("name"), body.at("address"), body.at("port"), body.at("loopback")});
        }
    }
    out.link = std::make_unique<SupervisorLink>(std::move(channel));
    return out;
}

}  // namespace sekisho::process
