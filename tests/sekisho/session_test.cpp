// Sessions: who may open one, and that nothing of it is left when its client has gone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/loop.h"
#include "http/loop_pool.h"
#include "services/sekisho/ops/start_session.h"
#include "services/sekisho/session_frames.h"
#include "services/sekisho/session_relay.h"

namespace sekisho::own {
namespace {

struct Pipe {
    Fd read, write;
    Pipe() {
        int ends[2];
        EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        read = Fd(ends[0]);
        write = Fd(ends[1]);
    }
};

// A client that sends a megabyte for the standard input of a command that reads nothing, and then goes.
class Client final : public http::RawConnection {
   public:
    Task<std::string> read() override {
        if (!std::exchange(sent, true)) co_return write_frame(FrameType::data, std::string(1 << 20, 'x'));
        co_return std::string();
    }
    bool gone() const override {
        ++looked_at;
        return has_gone;
    }
    Task<void> write(std::string) override { co_return; }
    void close() override { closed = true; }

    bool sent = false;
    std::atomic<bool> has_gone = false, closed = false;
    mutable std::atomic<int> looked_at = 0;
};

bool comes_true(const std::function<bool()>& condition) {
    for (int i = 0; i < 10'000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
}

bool hung_up(const Fd& end) {
    pollfd item{end.get(), POLLOUT, 0};
    return ::poll(&item, 1, 0) == 1 && (item.revents & (POLLERR | POLLHUP));
}

TEST(Session, whose_client_goes_while_the_command_does_not_read_leaves_nothing_open) {
    http::LoopPool loops(1);
    Pipe input, output, error, exit, control;
    auto client = std::make_shared<Client>();
    {
        net::Shell shell;
        shell.input = std::move(input.write);
        shell.output = std::move(output.read);
        shell.error = std::move(error.read);
        shell.exit = std::move(exit.read);
        shell.control = std::move(control.write);
        auto upgrade = std::make_shared<http::Upgrade>(relay_session(loops, std::move(shell)));
        std::promise<void> started;
        loops.loop(0).post([&started, upgrade, client] {
            spawn((*upgrade)(client), [](std::exception_ptr) {});
            started.set_value();
        });
        started.get_future().wait();
    }
    EXPECT_TRUE(comes_true([&] { return client->looked_at > 1; }));
    EXPECT_FALSE(hung_up(output.write)) << "the client is there, and the command may go on";
    client->has_gone = true;
    EXPECT_TRUE(comes_true([&] { return client->closed.load(); }));
    for (const Fd* end : {&output.write, &error.write, &exit.write}) EXPECT_TRUE(comes_true([&] { return hung_up(*end); }));
    // The input ends too: behind what was written comes the end.
    EXPECT_TRUE(comes_true([&] {
        pollfd item{input.read.get(), 0, 0};
        return ::poll(&item, 1, 0) == 1 && (item.revents & POLLHUP);
    }));
    loops.stop();
}

TEST(StartSession, asks_with_the_tags_of_the_instance_and_asks_again_when_they_have_changed) {
    struct NoPolicies final : authz::PolicySource {
        std::vector<authz::NamedPolicy> identity_policies(const authn::Caller&) const override { return {}; }
        std::vector<authz::NamedPolicy> boundary_policies(const authn::Caller&) const override { return {}; }
        authz::NamedPolicy endpoint_policy(const origin::EndpointRoad&) const override { return {}; }
    } policies;
    authz::Authorizer authorizer(policies, nullptr);
    auto fabric = net::memory_fabric();
    http::LoopPool loops(1);
    std::map<std::string, std::string> tags{{"env", "prod"}};
    Own own{authorizer, *fabric, loops, {}, {}, {}, {}};
    own.instance_tags = [&](const AccountId&, const Region&, const InstanceId&) { return tags; };
    own.not_running = [](const AccountId&, const Region&, const InstanceId&) { return std::optional<ApiError>(); };

    http::Request request;
    services::Call call{request, RequestId("r"), from_epoch_millis(0)};
    call.account = AccountId("123456789012");
    call.region = Region("us-east-1");
    call.caller.kind = authn::Caller::Kind::root;
    call.caller.account = call.account;
    call.payload = R"({"InstanceId":"i-0123456789abcdef0"})";
    auto operation = services::operation<StartSession>(own);
    auto prepared = sync_wait(operation->prepare(call));
    ASSERT_TRUE(prepared);
    ASSERT_EQ((*prepared)->asks().size(), 1u);
    const auto* tag = (*prepared)->asks()[0].context.find("aws:ResourceTag/env");
    ASSERT_TRUE(tag);
    EXPECT_EQ(tag->values, std::vector<std::string>{"prod"});

    auto decision = authorizer.authorize(call.caller, origin::Origin(), (*prepared)->asks(), false, {});
    tags["env"] = "test";
    auto answer = sync_wait((*prepared)->run(std::move(std::get<authz::Approval>(decision))));
    ASSERT_FALSE(answer);
    EXPECT_TRUE(services::asks_again(answer.error()));
}

}  // namespace
}  // namespace sekisho::own
