#include "services/sekisho/session_relay.h"

#include "base/async_mutex.h"
#include "http/descriptor.h"
#include "services/sekisho/session_frames.h"

namespace sekisho::own {

namespace {

constexpr std::size_t piece_bytes = 32 * 1024;
constexpr std::chrono::milliseconds client_look_interval{500};

struct Relay {
    Relay(http::LoopPool& pool, net::Shell opened) : loops(pool), shell(std::move(opened)) {}

    void adopt(std::unique_ptr<http::Descriptor>& place, Fd fd) {
        if (fd) place = std::make_unique<http::Descriptor>(loops, std::move(fd));
    }
    // One pump more or less is running; whoever waits for them is told of the last.
    void ended() {
        if (--running == 0 && all_ended) std::exchange(all_ended, {})();
    }
    ResumeLater wait_for_pumps() {
        return resume_later([this](std::function<void()> resume) {
            if (running == 0)
                resume();
            else
                all_ended = std::move(resume);
        });
    }

    http::LoopPool& loops;
    net::Shell shell;
    std::shared_ptr<http::RawConnection> client;
    std::unique_ptr<http::Descriptor> input, output, error, exit, control;
    AsyncMutex writing;  // frames of several senders go to one connection
    int running = 0;     // output pumps
    std::function<void()> all_ended;
};
using Shared = std::shared_ptr<Relay>;

Task<void> send(Shared relay, FrameType type, std::string payload) {
    std::string frame = write_frame(type, payload);
    co_await relay->writing.lock();
    std::exception_ptr failure;
    try {
        co_await relay->client->write(std::move(frame));
    } catch (...) {
        failure = std::current_exception();
    }
    relay->writing.unlock();
    if (failure) std::rethrow_exception(failure);
}

Task<void> pump_out(Shared relay, http::Descriptor* from, FrameType type) {
    for (;;) {
        std::string piece = co_await from->read(piece_bytes);
        if (piece.empty()) co_return;
        co_await send(relay, type, std::move(piece));
    }
}

Task<void> pump_in(Shared relay) {
    FrameReader frames;
    while (!frames.broken()) {
        std::string bytes = co_await relay->client->read();
        if (bytes.empty()) co_return;
        frames.feed(bytes);
        while (auto frame = frames.next()) {
            if (frame->type == FrameType::data && relay->input) {
                bool written = co_await relay->input->write(std::move(frame->payload));
                if (!written) relay->input.reset();
            } else if (frame->type == FrameType::end) {
                relay->input.reset();  // (a terminal's client sends the terminal's own character instead)
            } else if (frame->type == FrameType::resize && frame->payload.size() == 4 && relay->control) {
                co_await relay->control->write(std::move(frame->payload));
            }
        }
    }
}

// The client went, or broke the frames: everything that waits for the shell ends, and closing its descriptors hangs it up.
void hang_up(const Shared& relay) {
    for (auto* descriptor : {&relay->input, &relay->output, &relay->error, &relay->exit, &relay->control})
        if (*descriptor) (*descriptor)->cancel();
}

void start_pump_out(Shared relay, http::Descriptor* from, FrameType type) {
    ++relay->running;
    spawn(pump_out(relay, from, type), [relay](std::exception_ptr error) {
        if (error) hang_up(relay);  // the client does not take it
        relay->ended();
    });
}

// While the shell does not take its input nobody reads from the client, and would not see that it went: so it is looked at.
void watch_client(std::weak_ptr<Relay> watched, Loop& loop) {
    loop.post_after(client_look_interval, [watched, &loop] {
        auto relay = watched.lock();
        if (!relay) return;
        if (relay->client->gone())
            hang_up(relay);
        else
            watch_client(watched, loop);
    });
}

Task<void> serve(Shared relay, std::shared_ptr<http::RawConnection> client) {
    relay->client = std::move(client);
    net::Shell& shell = relay->shell;
    if (shell.output) {
        relay->adopt(relay->output, std::move(shell.output));
        relay->adopt(relay->error, std::move(shell.error));
    } else {
        relay->adopt(relay->output,
                     Fd(::dup(shell.input.get())));  // a terminal: one descriptor both ways, a copy per direction
    }
    relay->adopt(relay->input, std::move(shell.input));
    relay->adopt(relay->exit, std::move(shell.exit));
    relay->adopt(relay->control, std::move(shell.control));

    start_pump_out(relay, relay->output.get(), FrameType::data);
    if (relay->error) start_pump_out(relay, relay->error.get(), FrameType::error);
    watch_client(relay, *Loop::current());
    spawn(pump_in(relay), [relay](std::exception_ptr) { hang_up(relay); });

    // The status comes last: the client has all output when it sees it. (Cancelled: the client has gone.)
    std::string status = co_await relay->exit->read(4);
    co_await relay->wait_for_pumps();
    if (status.size() == 4) co_await send(relay, FrameType::exit, std::move(status));
    relay->client->close();
}

}  // namespace

http::Upgrade relay_session(http::LoopPool& loops, net::Shell shell) {
    auto relay = std::make_shared<Relay>(loops, std::move(shell));
    return [relay](std::shared_ptr<http::RawConnection> client) { return serve(relay, std::move(client)); };
}

}  // namespace sekisho::own
