#include "process/lab_client.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "base/check.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "process/channel.h"
#include "process/lab_protocol.h"

namespace sekisho::process {
namespace {

using Instant = std::chrono::steady_clock::time_point;
constexpr auto answer_max = std::chrono::seconds(120);  // of a lab that is there
constexpr std::size_t sockets_max = 100'000;

// A coroutine that waits for the lab.
struct Waiter {
    std::uint64_t number = 0;  // apply: the generation; else the call's id
    std::string type;          // of a call; empty: apply
    std::string body;
    bool sent = false;
    Instant deadline;
    std::optional<Message> answer;  // of a call
    std::optional<net::Report> report;
    std::string fault;
    std::function<void()> resume;
};

struct ReadyReport {
    net::Report report;
    std::uint64_t closes_before;  // its withdrawals have numbers up to this one
};

}  // namespace

struct LabClient::Data : std::enable_shared_from_this<LabClient::Data> {
    LabCallbacks callbacks;
    std::chrono::milliseconds wait_for_lab_max;
    Fd wake;
    std::thread thread;

    std::mutex mutex;
    // Guarded by the mutex:
    std::optional<Fd> fresh;  // a channel that connect() brought
    bool connected = false, stopping = false;
    std::uint64_t generation = 0, next_call = 0;
    std::uint64_t latest_generation = 0;  // 0: the gate has not said anything yet
    std::string latest;
    std::list<std::shared_ptr<Waiter>> waiters;
    std::set<std::uint64_t> closing;  // numbers of withdrawals that the gate still works on
    std::function<void(std::string, std::string)> instance_state;

    // The thread's own:
    std::optional<Channel> channel;
    std::uint64_t sent_generation = 0, reported_generation = 0;
    std::map<std::uint64_t, std::uint64_t> sockets;  // the lab's id → ours, which is never used again
    std::uint64_t next_socket = 1, next_close = 1;
    std::vector<ReadyReport> reports;

    void poke() {
        std::uint64_t one = 1;
        [[maybe_unused]] ssize_t n = ::write(wake.get(), &one, sizeof one);
    }

    // Suspends until the thread has filled in the waiter.
    ResumeLater wait(std::shared_ptr<Waiter> waiter) {
        return resume_later([self = shared_from_this(), waiter](std::function<void()> resume) {
            waiter->resume = std::move(resume);
            {
                std::lock_guard lock(self->mutex);
                waiter->deadline = Instant::clock::now() + (self->connected ? answer_max : self->wait_for_lab_max);
                self->waiters.push_back(waiter);
            }
            self->poke();
        });
    }

    void run();
    void connect_fresh();
    void disconnected();
    void send_what_waits();
    int step();  // what has become due; the time until the next deadline in ms
    void handle(Message message);
    void socket_closed(std::uint64_t lab_id);
    void finish(std::vector<std::shared_ptr<Waiter>> done) {
        for (auto& waiter : done) waiter->resume();
    }
};

void LabClient::Data::connect_fresh() {
    std::optional<Fd> socket;
    {
        std::lock_guard lock(mutex);
        socket = std::exchange(fresh, std::nullopt);
    }
    if (!socket) return;
    if (channel) disconnected();
    channel.emplace(std::move(*socket));
    sent_generation = reported_generation = 0;
    std::lock_guard lock(mutex);
    connected = true;
    for (auto& waiter : waiters) waiter->deadline = Instant::clock::now() + answer_max;
}

void LabClient::Data::disconnected() {
    channel.reset();
    reports.clear();  // of a lab whose sockets are gone: the next one reports anew
    while (!sockets.empty()) socket_closed(sockets.begin()->first);
    std::lock_guard lock(mutex);
    connected = false;
    for (auto& waiter : waiters) {
        waiter->deadline = std::min(waiter->deadline, Instant::clock::now() + wait_for_lab_max);
        if (waiter->type == to_lab::observe) waiter->sent = false;  // asked again
        if (waiter->type == to_lab::shell && waiter->sent) waiter->fault = "the lab ended";
    }
}

void LabClient::Data::socket_closed(std::uint64_t lab_id) {
    auto found = sockets.find(lab_id);
    if (found == sockets.end()) throw ProtocolError("a socket was withdrawn that was never opened");
    std::uint64_t id = found->second, number = next_close++;
    sockets.erase(found);
    {
        std::lock_guard lock(mutex);
        closing.insert(number);
    }
    auto done = [self = shared_from_this(), number](std::exception_ptr error) {
        // INVARIANT: a withdrawn socket never answers again. Where that cannot be had, ending the process still gives it.
        SEKISHO_CHECK(!error);
        {
            std::lock_guard lock(self->mutex);
            self->closing.erase(number);
        }
        self->poke();
    };
    spawn(callbacks.on_socket_closed(id), std::move(done));
}

void LabClient::Data::handle(Message message) {
    if (message.type == to_gate::socket_opened) {
        auto socket = read_body<net::OpenedSocket>(message);
        if (message.fds.size() != 1 || sockets.size() >= sockets_max || sockets.contains(socket.id))
            throw ProtocolError("a socket was opened twice, without its descriptor, or too many");
        socket.id = sockets[socket.id] = next_socket++;
        callbacks.on_socket_opened(std::move(socket), std::move(message.fds[0]));
    } else if (message.type == to_gate::socket_closed) {
        socket_closed(read_body<Numbered>(message).id);
    } else if (message.type == to_gate::report) {
        auto report = read_body<net::Report>(message);
        if (report.generation > sent_generation) throw ProtocolError("a report of a generation that was never sent");
        reported_generation = std::max(reported_generation, report.generation);
        reports.push_back({std::move(report), next_close - 1});
    } else if (message.type == to_gate::instance_state) {
        auto change = read_body<InstanceState>(message);
        std::function<void(std::string, std::string)> callback;
        {
            std::lock_guard lock(mutex);
            callback = instance_state;
        }
        if (callback) callback(change.instance, change.state);
    } else if (message.type == to_gate::shell || message.type == to_gate::observation) {
        std::uint64_t id =
            message.type == to_gate::shell ? read_body<ShellAnswer>(message).id : read_body<ObserveAnswer>(message).id;
        std::string call = message.type == to_gate::shell ? to_lab::shell : to_lab::observe;
        std::lock_guard lock(mutex);
        for (auto& waiter : waiters)
            if (waiter->number == id && waiter->type == call && !waiter->answer) {
                waiter->answer = std::move(message);
                return;
            }
        // Nobody waits any more: the descriptors are closed, which hangs up the shell.
    } else {
        throw ProtocolError("unknown message \"" + message.type + "\"");
    }
}

void LabClient::Data::send_what_waits() {
    if (!channel) return;
    std::vector<Message> out;
    {
        std::lock_guard lock(mutex);
        // One state at a time: those that come while the lab works are replaced by the newest.
        if (latest_generation > sent_generation && reported_generation == sent_generation) {
            out.push_back({to_lab::desired, latest});
            sent_generation = latest_generation;
        }
        for (auto& waiter : waiters)
            if (!waiter->type.empty() && !waiter->sent) {
                waiter->sent = true;
                out.push_back({waiter->type, waiter->body});
            }
    }
    for (auto& message : out) channel->send(std::move(message));
}

int LabClient::Data::step() {
    std::vector<std::shared_ptr<Waiter>> done;
    Instant next = Instant::max();
    {
        std::lock_guard lock(mutex);
        while (!reports.empty() && (closing.empty() || *closing.begin() > reports.front().closes_before)) {
            for (auto& waiter : waiters)
                if (waiter->type.empty() && !waiter->report && waiter->number <= reports.front().report.generation)
                    waiter->report = reports.front().report;
            reports.erase(reports.begin());
        }
        for (auto it = waiters.begin(); it != waiters.end();) {
            Waiter& waiter = **it;
            if (stopping) waiter.fault = "the server stops";
            if (!waiter.report && !waiter.answer && waiter.fault.empty() && waiter.deadline <= Instant::clock::now())
                waiter.fault = connected ? "the lab does not answer" : "there is no lab";
            if (waiter.report || waiter.answer || !waiter.fault.empty()) {
                done.push_back(*it);
                it = waiters.erase(it);
            } else {
                next = std::min(next, waiter.deadline);
                ++it;
            }
        }
    }
    finish(std::move(done));
    if (next == Instant::max()) return -1;
    return static_cast<int>(
        std::max<long long>(std::chrono::ceil<std::chrono::milliseconds>(next - Instant::clock::now()).count(), 0));
}

void LabClient::Data::run() {
    for (;;) {
        connect_fresh();
        try {
            send_what_waits();
            int timeout = step();
            {
                std::lock_guard lock(mutex);
                if (stopping && waiters.empty()) return;
            }
            pollfd items[2] = {{wake.get(), POLLIN, 0}, {channel ? channel->fd() : -1, 0, 0}};
            if (channel) items[1].events = static_cast<short>(POLLIN | (channel->wants_write() ? POLLOUT : 0));
            if (::poll(items, 2, timeout) < 0 && errno != EINTR) throw_errno("poll");
            std::uint64_t count;
            if (items[0].revents && ::read(wake.get(), &count, sizeof count) < 0 && errno != EAGAIN) throw_errno("read");
            if (!channel) continue;
            if (items[1].revents & POLLOUT) channel->flush();
            if (items[1].revents & (POLLIN | POLLHUP | POLLERR)) {
                bool open = channel->receive();
                while (auto message = channel->next()) handle(std::move(*message));
                if (!open) disconnected();
            }
        } catch (const ProtocolError& error) {
            log::error("the lab broke the protocol: {}", error.what());
            disconnected();  // the lab notices, and asks the supervisor for a new channel
        }
    }
}

LabClient::LabClient(LabCallbacks callbacks, std::chrono::milliseconds wait_for_lab_max) : data_(std::make_shared<Data>()) {
    data_->callbacks = std::move(callbacks);
    data_->wait_for_lab_max = wait_for_lab_max;
    data_->wake = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!data_->wake) throw_errno("eventfd");
    data_->thread = std::thread([data = data_.get()] { data->run(); });
}

LabClient::~LabClient() {
    {
        std::lock_guard lock(data_->mutex);
        data_->stopping = true;
    }
    data_->poke();
    data_->thread.join();
}

void LabClient::connect(Fd channel) {
    {
        std::lock_guard lock(data_->mutex);
        data_->fresh = std::move(channel);
    }
    data_->poke();
}

std::string LabClient::unavailable() const { return {}; }  // the supervisor has built a small lab before it started us

Task<net::Report> LabClient::apply(net::Desired desired) {
    auto data = data_;
    auto waiter = std::make_shared<Waiter>();
    {
        std::lock_guard lock(data->mutex);
        desired.generation = waiter->number = ++data->generation;
    }
    std::string text = write_desired(std::move(desired));
    {
        std::lock_guard lock(data->mutex);
        if (waiter->number > data->latest_generation) {
            data->latest_generation = waiter->number;
            data->latest = std::move(text);
        }
    }
    auto wait = data->wait(waiter);
    co_await wait;
    if (!waiter->report) throw Fault(waiter->fault);
    co_return std::move(*waiter->report);
}

Task<net::Observation> LabClient::observe() {
    auto data = data_;
    auto waiter = std::make_shared<Waiter>();
    {
        std::lock_guard lock(data->mutex);
        waiter->number = ++data->next_call;
    }
    waiter->type = to_lab::observe;
    waiter->body = write_body(Numbered{waiter->number});
    auto wait = data->wait(waiter);
    co_await wait;
    if (!waiter->answer) throw Fault(waiter->fault);
    co_return read_body<ObserveAnswer>(*waiter->answer).observation;
}

Task<Result<net::Shell>> LabClient::open_shell(net::ShellRequest request) {
    auto data = data_;
    auto waiter = std::make_shared<Waiter>();
    {
        std::lock_guard lock(data->mutex);
        waiter->number = ++data->next_call;
    }
    waiter->type = to_lab::shell;
    waiter->body = write_body(
        ShellCall{waiter->number, request.instance, request.command, request.terminal, request.rows, request.columns});
    auto wait = data->wait(waiter);
    co_await wait;
    if (!waiter->answer) throw Fault(waiter->fault);
    auto answer = read_body<ShellAnswer>(*waiter->answer);
    // As Systems Manager's StartSession answers for an instance that it does not reach.
    if (!answer.error.empty())
        co_return std::unexpected(
            ApiError{"TargetNotConnected", 400, request.instance + " is not connected: " + answer.error, {}});
    auto& fds = waiter->answer->fds;
    if (fds.size() != (request.terminal ? 3u : 5u)) throw Fault("the lab opened a shell without its descriptors");
    net::Shell shell;
    std::size_t at = 0;
    shell.input = std::move(fds[at++]);
    if (!request.terminal) {
        shell.output = std::move(fds[at++]);
        shell.error = std::move(fds[at++]);
    }
    shell.exit = std::move(fds[at++]);
    shell.control = std::move(fds[at++]);
    co_return shell;
}

void LabClient::on_instance_state(std::function<void(std::string, std::string)> callback) {
    std::lock_guard lock(data_->mutex);
    data_->instance_state = std::move(callback);
}

}  // namespace sekisho::process
