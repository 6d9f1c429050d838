#include "process/lab_client.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "base/loop.h"
#include "process/channel.h"
#include "process/lab_protocol.h"

namespace sekisho::process {
namespace {

using namespace std::chrono_literals;

// What the gate's side was told, and a gate that takes as long to close a socket as the test says.
struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::uint64_t, net::OpenedSocket> open;
    std::map<std::uint64_t, std::function<void()>> closing;  // call to finish
    bool close_at_once = true;

    LabCallbacks callbacks() {
        return {.on_socket_opened =
                    [this](net::OpenedSocket socket, Fd fd) {
                        EXPECT_TRUE(fd);
                        std::lock_guard lock(mutex);
                        open[socket.id] = socket;
                        changed.notify_all();
                    },
                .on_socket_closed = [this](std::uint64_t id) { return close(this, id); }};
    }
    static Task<void> close(Gate* gate, std::uint64_t id) {
        bool at_once;
        {
            std::lock_guard lock(gate->mutex);
            EXPECT_EQ(gate->open.erase(id), 1u);
            at_once = gate->close_at_once;
            gate->changed.notify_all();
        }
        if (at_once) co_return;
        auto later = resume_later([gate, id](std::function<void()> resume) {
            std::lock_guard lock(gate->mutex);
            gate->closing[id] = std::move(resume);
            gate->changed.notify_all();
        });
        co_await later;
    }
    void wait(std::function<bool()> condition) {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, 10s, condition));
    }
};

// The lab's end, driven by the test.
struct Lab {
    Channel channel{Fd()};
    void connect(LabClient& client) {
        auto [ours, theirs] = channel_pair();
        channel = Channel(std::move(ours));
        client.connect(std::move(theirs));
    }
    Message expect(const char* type) {
        auto message = channel.wait(10s);
        EXPECT_TRUE(message);
        EXPECT_EQ(message->type, type);
        return std::move(*message);
    }
    void open(std::uint64_t id, const std::string& vpce) {
        Message message{to_gate::socket_opened, write_body(net::OpenedSocket{.id = id, .vpce = vpce}), {}};
        message.fds.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        channel.send(std::move(message));
    }
    void close(std::uint64_t id) { channel.send({to_gate::socket_closed, write_body(Numbered{id})}); }
    void report(std::uint64_t generation, net::Report report = {}) {
        report.generation = generation;
        channel.send({to_gate::report, write_body(report)});
    }
};

template <class T>
std::future<T> run(std::function<Task<T>()> start) {
    return std::async(std::launch::async, [start] { return sync_wait(start()); });
}
std::future<net::Report> apply(LabClient& client, std::string vpc) {
    return run<net::Report>([&client, vpc] {
        net::Desired desired;
        desired.vpcs.push_back({.id = vpc});
        return client.apply(std::move(desired));
    });
}
template <class T>
bool done(std::future<T>& future) {
    return future.wait_for(0s) == std::future_status::ready;
}

TEST(LabClient, ApplyEndsWithTheReportOfItsGeneration) {
    Gate gate;
    LabClient client(gate.callbacks());
    Lab lab;
    lab.connect(client);
    auto answer = apply(client, "vpc-1");
    auto desired = read_body<net::Desired>(lab.expect(to_lab::desired));
    EXPECT_EQ(desired.generation, 1u);
    EXPECT_EQ(desired.vpcs.at(0).id, "vpc-1");
    net::Report report;
    report.resources["nat-1"].error = "no address";
    lab.report(1, report);
    EXPECT_EQ(answer.get().resources.at("nat-1").error, "no address");
}

TEST(LabClient, TheNewestOfSeveralWaitingStatesWinsAndAnswersAllOfThem) {
    Gate gate;
    LabClient client(gate.callbacks());
    Lab lab;
    lab.connect(client);
    auto first = apply(client, "vpc-1");
    lab.expect(to_lab::desired);
    std::promise<std::uint64_t> answers[4];
    for (int i = 0; i < 4; ++i) {
        net::Desired desired;
        desired.vpcs.push_back({.id = "vpc-" + std::to_string(i + 2)});
        spawn(client.apply(desired), [&answer = answers[i]](std::exception_ptr, std::optional<net::Report> report) {
            answer.set_value(report ? report->generation : 0);
        });
    }
    lab.report(1);
    first.get();
    auto desired = read_body<net::Desired>(lab.expect(to_lab::desired));
    EXPECT_EQ(desired.generation, 5u);
    EXPECT_EQ(desired.vpcs.at(0).id, "vpc-5");
    lab.report(5);
    for (auto& answer : answers) EXPECT_EQ(answer.get_future().get(), 5u);
}

TEST(LabClient, ApplyWaitsUntilTheGateHasClosedWhatTheLabWithdrew) {
    Gate gate;
    gate.close_at_once = false;
    LabClient client(gate.callbacks());
    Lab lab;
    lab.connect(client);
    auto first = apply(client, "vpc-1");
    lab.expect(to_lab::desired);
    lab.open(7, "vpce-1");
    lab.report(1);
    first.get();
    auto second = apply(client, "vpc-1");
    lab.expect(to_lab::desired);
    lab.close(7);
    lab.report(2);
    gate.wait([&] { return gate.closing.size() == 1; });
    // A later call is answered while the closing goes on; the apply is not.
    auto seen = run<net::Observation>([&] { return client.observe(); });
    auto asked = read_body<Numbered>(lab.expect(to_lab::observe));
    lab.channel.send({to_gate::observation, write_body(ObserveAnswer{asked.id, {}})});
    seen.get();
    EXPECT_FALSE(done(second));
    gate.closing.begin()->second();
    EXPECT_EQ(second.get().generation, 2u);
}

TEST(LabClient, ALabThatStartsAgainGetsTheLastStateAndItsSocketsGetNewIds) {
    Gate gate;
    LabClient client(gate.callbacks());
    Lab lab;
    lab.connect(client);
    auto first = apply(client, "vpc-1");
    lab.expect(to_lab::desired);
    lab.open(1, "vpce-1");
    lab.report(1);
    first.get();
    std::uint64_t old_id = gate.open.begin()->first;

    auto second = apply(client, "vpc-2");
    lab.expect(to_lab::desired);
    lab.channel = Channel(Fd());  // dies in the middle of it
    gate.wait([&] { return gate.open.empty(); });
    EXPECT_FALSE(done(second));
    lab.connect(client);
    auto desired = read_body<net::Desired>(lab.expect(to_lab::desired));
    EXPECT_EQ(desired.vpcs.at(0).id, "vpc-2");
    lab.open(1, "vpce-1");
    lab.report(desired.generation);
    EXPECT_EQ(second.get().generation, 2u);
    ASSERT_EQ(gate.open.size(), 1u);
    EXPECT_NE(gate.open.begin()->first, old_id);
}

TEST(LabClient, SendsNothingBeforeTheFirstApply) {
    Gate gate;
    LabClient client(gate.callbacks());
    Lab lab;
    lab.connect(client);
    auto seen = run<net::Observation>([&] { return client.observe(); });
    auto asked = read_body<Numbered>(lab.expect(to_lab::observe));  // and no empty state, which would end every instance
    lab.channel.send({to_gate::observation, write_body(ObserveAnswer{asked.id, {}})});
    seen.get();
}

TEST(LabClient, IsAFaultWhenNoLabComesBackInTime) {
    Gate gate;
    LabClient client(gate.callbacks(), 20ms);
    EXPECT_THROW(apply(client, "vpc-1").get(), Fault);
    EXPECT_THROW(run<net::Observation>([&] { return client.observe(); }).get(), Fault);
}

TEST(LabClient, DropsALabThatBreaksTheProtocol) {
    std::vector<std::pair<std::string, std::string>> broken = {
        {"desired", "{}"},
        {to_gate::report, R"({"generation":9,"resources":{}})"},
        {to_gate::report, "["},
        {to_gate::socket_closed, R"({"id":1})"},
        {to_gate::socket_opened, write_body(net::OpenedSocket{.id = 1})},
        {to_gate::shell, "7"},
    };
    for (const auto& [type, body] : broken) {
        Gate gate;
        LabClient client(gate.callbacks());
        Lab lab;
        lab.connect(client);
        lab.channel.send({type, body});
        EXPECT_FALSE(lab.channel.wait(10s)) << type;
        EXPECT_FALSE(lab.channel.receive()) << type;
    }
}

TEST(LabClient, PassesAShellAndItsRefusal) {
    Gate gate;
    LabClient client(gate.callbacks());
    Lab lab;
    lab.connect(client);
    net::ShellRequest request{.instance = "i-1", .command = {"id", "-u"}, .terminal = true, .rows = 50, .columns = 132};
    auto opened = run<Result<net::Shell>>([&] { return client.open_shell(request); });
    auto call = read_body<ShellCall>(lab.expect(to_lab::shell));
    EXPECT_EQ(call.instance, "i-1");
    EXPECT_EQ(call.command, (std::vector<std::string>{"id", "-u"}));
    EXPECT_EQ(call.columns, 132);
    Message answer{to_gate::shell, write_body(ShellAnswer{call.id, ""}), {}};
    for (int i = 0; i < 3; ++i) answer.fds.emplace_back(::open("/dev/null", O_RDWR | O_CLOEXEC));
    lab.channel.send(std::move(answer));
    auto shell = opened.get();
    ASSERT_TRUE(shell);
    EXPECT_TRUE(shell->input && shell->exit && shell->control && !shell->output);

    auto refused = run<Result<net::Shell>>([&] { return client.open_shell(request); });
    call = read_body<ShellCall>(lab.expect(to_lab::shell));
    lab.channel.send({to_gate::shell, write_body(ShellAnswer{call.id, "it is stopped"})});
    EXPECT_EQ(refused.get().error().code, "TargetNotConnected");
}

TEST(LabClient, UserDataOfAnyBytesArrivesUnchanged) {
    Gate gate;
    LabClient client(gate.callbacks());
    Lab lab;
    lab.connect(client);
    std::string bytes("\x1f\x8b\x08\x00\xff\xfe", 6);
    auto answer = run<net::Report>([&] {
        net::Desired desired;
        desired.vpcs.push_back({.id = "vpc-1", .instances = {{.id = "i-1", .user_data = bytes}}});
        return client.apply(std::move(desired));
    });
    EXPECT_EQ(read_body<net::Desired>(lab.expect(to_lab::desired)).vpcs.at(0).instances.at(0).user_data, bytes);
    lab.report(1);
    answer.get();
}

}  // namespace
}  // namespace sekisho::process
