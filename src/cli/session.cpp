#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/fd.h"
#include "cli/api_client.h"
#include "cli/commands.h"
#include "services/sekisho/session_frames.h"

namespace sekisho::cli {

namespace {

using own::FrameType;

// The terminal in raw mode as long as this lives: every key, Ctrl-C too, goes to the instance.
class RawTerminal {
   public:
    explicit RawTerminal(bool wanted) : active_(wanted && tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!active_) return;
        termios raw = before_;
        cfmakeraw(&raw);
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }
    ~RawTerminal() {
        if (active_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    }
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

   private:
    termios before_{};
    bool active_;
};

winsize window_size() {
    winsize size{24, 80, 0, 0};
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {24, 80, 0, 0};
    return size;
}

std::string size_payload(const winsize& size) {
    std::string out;
    for (unsigned value : {size.ws_row, size.ws_col}) {
        out.push_back(static_cast<char>(value));
        out.push_back(static_cast<char>(value >> 8));
    }
    return out;
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

// Relays until the exit frame; its status, or exit_unknown when the connection broke.
int relay(http::ClientStream& stream, bool terminal) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGWINCH);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    Fd resized(signalfd(-1, &signals, SFD_CLOEXEC));

    own::FrameReader frames;
    bool input_open = true;
    for (;;) {
        pollfd polled[3] = {{stream.descriptor(), POLLIN, 0},
                            {input_open ? STDIN_FILENO : -1, POLLIN, 0},
                            {terminal ? resized.get() : -1, POLLIN, 0}};
        std::optional<std::string> bytes = stream.try_read();
        if (!bytes) {
            if (poll(polled, 3, -1) < 0) {
                if (errno == EINTR) continue;
                throw_errno("poll");
            }
            if (polled[0].revents) bytes = stream.try_read();
        }
        if (bytes) {
            if (bytes->empty()) {
                std::fprintf(stderr, "sekisho: the session's connection has ended\n");
                return exit_unknown;
            }
            frames.feed(*bytes);
            while (auto frame = frames.next()) {
                if (frame->type == FrameType::data) write_all(STDOUT_FILENO, frame->payload);
                if (frame->type == FrameType::error) write_all(STDERR_FILENO, frame->payload);
                if (frame->type == FrameType::exit && !frame->payload.empty())
                    return static_cast<unsigned char>(frame->payload[0]);
            }
            if (frames.broken()) throw Fault("the server sent a broken frame");
        }
        if (polled[1].revents) {
            char buffer[16 * 1024];
            ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
            if (n > 0)
                stream.write(own::write_frame(FrameType::data, {buffer, static_cast<std::size_t>(n)}));
            else if (n == 0 || errno != EINTR) {
                input_open = false;
                stream.write(own::write_frame(FrameType::end, {}));
            }
        }
        if (polled[2].revents) {
            signalfd_siginfo info;
            if (::read(resized.get(), &info, sizeof info) > 0)
                stream.write(own::write_frame(FrameType::resize, size_payload(window_size())));
        }
    }
}

}  // namespace

int session(const std::filesystem::path& data, const std::string& region, const std::string& instance,
            const std::vector<std::string>& command) {
    auto server = find_server(data);
    if (!server) {
        std::fprintf(stderr, "sekisho: %s\n", server.error().message.c_str());
        return exit_unknown;
    }
    if (!region.empty()) server->region = region;
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    winsize size = window_size();
    ApiClient client(std::move(*server));
    auto stream = client.open("StartSession", {{"InstanceId", instance},
                                               {"Command", command},
                                               {"Terminal", terminal},
                                               {"Rows", size.ws_row},
                                               {"Columns", size.ws_col}});
    if (!stream) {
        std::fprintf(stderr, "sekisho: %s: %s\n", stream.error().code.c_str(), stream.error().message.c_str());
        return exit_unknown;
    }
    RawTerminal raw(terminal);
    return relay(**stream, terminal);
}

}  // namespace sekisho::cli
