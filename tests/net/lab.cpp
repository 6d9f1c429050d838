#include "lab.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "net/space.h"

namespace sekisho::net::test {

namespace {

constexpr int refused = 77, failed = 1;

[[noreturn]] void leave(int code) {
    std::fflush(stdout);
    std::fflush(stderr);
    ::_exit(code);  // not exit: what the parent registered is the parent's
}

bool write_file(const char* path, const std::string& text) {
    Fd file(::open(path, O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Process one of the lab.
void become_lab() {
    if (::geteuid() == 0) {
        if (::setgroups(0, nullptr) || ::setresgid(65534, 65534, 65534) || ::setresuid(65534, 65534, 65534)) leave(failed);
        ::prctl(PR_SET_DUMPABLE, 1);  // else /proc/self belongs to root
    }
    uid_t uid = ::geteuid();
    gid_t gid = ::getegid();
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID) < 0) {
        std::fprintf(stderr, "unshare: %s\n", std::strerror(errno));
        leave(refused);
    }
    if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", fmt::format("0 {} 1", uid)) ||
        !write_file("/proc/self/gid_map", fmt::format("0 {} 1", gid)))
        leave(refused);
}

sockaddr_in address_of(const std::string& text, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, text.c_str(), &address.sin_addr);
    return address;
}

std::string text_of(const sockaddr_in& address) {
    char text[INET_ADDRSTRLEN];
    return ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
}

bool wait_for(int fd, short events, int timeout_ms) {
    pollfd poll{fd, events, 0};
    return ::poll(&poll, 1, timeout_ms) > 0;
}

std::string say(int error) {
    switch (error) {
        case ECONNREFUSED:
            return "refused";
        case ECONNRESET:
            return "reset";
        case ETIMEDOUT:
            return "no answer";
        case EHOSTUNREACH:
        case ENETUNREACH:
            return "unreachable";
        default:
            return std::strerror(error);
    }
}

std::string meaning(const OpenedSocket& socket) {
    if (socket.internet) return "internet";
    if (socket.kind == SocketKind::metadata) return "metadata of " + socket.vpc;
    if (socket.kind == SocketKind::dns) return "dns of " + socket.vpc;
    return socket.vpce;
}

// One line out, then count until the client has finished.
void serve_connection(int fd, const std::string& what) {
    sockaddr_in peer{}, local{};
    socklen_t size = sizeof peer;
    ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size);
    size = sizeof local;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size);
    auto line = fmt::format("{} peer={} local={}:{}\n", what, text_of(peer), text_of(local), ntohs(local.sin_port));
    ::send(fd, line.data(), line.size(), MSG_NOSIGNAL);
    std::vector<char> buffer(1 << 16);
    std::size_t total = 0;
    for (ssize_t got; (got = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0;) total += static_cast<std::size_t>(got);
    auto count = std::to_string(total);
    ::send(fd, count.data(), count.size(), MSG_NOSIGNAL);
}

std::string talk_here(const std::string& address, int port, const Call& call) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!call.from.empty()) {
        int on = 1;
        EXPECT_EQ(::setsockopt(fd.get(), SOL_IP, IP_TRANSPARENT, &on, sizeof on), 0);  // any source address
        sockaddr_in from = address_of(call.from, 0);
        if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&from), sizeof from) < 0) return say(errno);
    }
    sockaddr_in to = address_of(address, port);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) < 0 && errno != EINPROGRESS) return say(errno);
    if (!wait_for(fd.get(), POLLOUT, call.timeout_ms)) return "no answer";
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) return say(error);
    std::string line;
    for (char c; line.empty() || line.back() != '\n'; line.push_back(c)) {
        if (!wait_for(fd.get(), POLLIN, call.timeout_ms)) return "connected, then silence";
        ssize_t got = ::recv(fd.get(), &c, 1, 0);
        if (got < 0) return say(errno);
        if (got == 0) return "closed";
    }
    line.pop_back();
    std::string piece(1 << 16, 'x');
    for (std::size_t sent = 0; sent < call.send_bytes;) {
        if (!wait_for(fd.get(), POLLOUT, call.timeout_ms)) return "stalled";
        ssize_t put = ::send(fd.get(), piece.data(), std::min(piece.size(), call.send_bytes - sent), MSG_NOSIGNAL);
        if (put < 0) return say(errno);
        sent += static_cast<std::size_t>(put);
    }
    ::shutdown(fd.get(), SHUT_WR);
    std::string count;
    for (char c;;) {
        if (!wait_for(fd.get(), POLLIN, call.timeout_ms)) return "silence at the end";
        ssize_t got = ::recv(fd.get(), &c, 1, 0);
        if (got < 0) return say(errno);
        if (got == 0) break;
        count.push_back(c);
    }
    EXPECT_EQ(count, std::to_string(call.send_bytes));
    return line;
}

template <class Work>
void inside(Engine& engine, const std::string& interface, Work work) {
    Fd space = engine.attach(interface);
    ASSERT_TRUE(space) << "no namespace of " << interface;
    kernel::in_own_thread([&] {
        kernel::enter(space.get());
        work();
    });
}

}  // namespace

void in_lab(const std::function<void()>& body) {
    std::fflush(stdout);
    pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::alarm(120);
        become_lab();
        pid_t first = ::fork();  // process one of the new pid namespace
        if (first < 0) leave(failed);
        if (first == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::alarm(110);
            if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) || ::mount("proc", "/proc", "proc", 0, nullptr) ||
                ::mount("tmpfs", "/run", "tmpfs", 0, nullptr))
                leave(refused);
            try {
                body();
            } catch (const std::exception& fault) {
                ADD_FAILURE() << fault.what();
            }
            leave(::testing::Test::HasFailure() ? failed : 0);
        }
        int status = 0;
        ::waitpid(first, &status, 0);
        leave(WIFEXITED(status) ? WEXITSTATUS(status) : failed);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == refused)
        GTEST_SKIP() << "THIS MACHINE REFUSES USER NAMESPACES: nothing was tested here";
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "in the lab; see above. Wait status " << status;
}

Gate::Gate() {
    if (::pipe2(wake_, O_CLOEXEC | O_NONBLOCK)) throw std::runtime_error("pipe2");
    thread_ = std::thread([this] { run(); });
}

Gate::~Gate() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
        for (auto [id, fd] : connections_) ::shutdown(fd, SHUT_RDWR);
    }
    wake();
    thread_.join();
    for (auto& worker : workers_) worker.join();
    ::close(wake_[0]);
    ::close(wake_[1]);
}

void Gate::wake() {
    if (::write(wake_[1], "x", 1) < 0 && errno != EAGAIN) std::perror("wake");
}

SocketEvents Gate::events() {
    return {[this](const OpenedSocket& socket, Fd fd) {
                {
                    std::lock_guard lock(mutex_);
                    open_.insert_or_assign(socket.id, std::pair(socket, std::move(fd)));
                    ++times_opened_;
                }
                wake();
            },
            [this](std::uint64_t id) {
                std::lock_guard lock(mutex_);
                open_.erase(id);
                auto [first, last] = connections_.equal_range(id);
                for (; first != last; ++first) ::shutdown(first->second, SHUT_RDWR);
            }};
}

std::map<std::uint64_t, OpenedSocket> Gate::sockets() const {
    std::lock_guard lock(mutex_);
    std::map<std::uint64_t, OpenedSocket> out;
    for (const auto& [id, open] : open_) out[id] = open.first;
    return out;
}

std::vector<std::string> Gate::names() const {
    std::set<std::string> names;
    for (const auto& [id, socket] : sockets()) names.insert(socket.name);
    return {names.begin(), names.end()};
}

int Gate::times_opened() const {
    std::lock_guard lock(mutex_);
    return times_opened_;
}

void Gate::serve(OpenedSocket socket, Fd connection) {
    serve_connection(connection.get(), meaning(socket));
    std::lock_guard lock(mutex_);
    std::erase_if(connections_, [&](const auto& entry) { return entry.second == connection.get(); });
    connection.reset();
}

void Gate::run() {
    for (;;) {
        std::vector<pollfd> polls{{wake_[0], POLLIN, 0}};
        {
            std::lock_guard lock(mutex_);
            if (stop_) return;
            for (const auto& [id, open] : open_) polls.push_back({open.second.get(), POLLIN, 0});
        }
        ::poll(polls.data(), polls.size(), 100);
        char drain[64];
        while (::read(wake_[0], drain, sizeof drain) > 0) {
        }
        std::lock_guard lock(mutex_);
        for (const auto& [id, open] : open_) {
            if (open.first.datagram) {
                char packet[512];
                sockaddr_in peer{};
                socklen_t size = sizeof peer;
                while (::recvfrom(open.second.get(), packet, sizeof packet, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&peer),
                                  &size) >= 0) {
                    auto line = fmt::format("{} peer={}", meaning(open.first), text_of(peer));
                    ::sendto(open.second.get(), line.data(), line.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
                }
                continue;
            }
            for (;;) {
                Fd connection(::accept4(open.second.get(), nullptr, nullptr, SOCK_CLOEXEC));
                if (!connection) break;
                connections_.emplace(id, connection.get());
                workers_.emplace_back(
                    [this, socket = open.first, fd = connection.release()] { serve(std::move(socket), Fd(fd)); });
            }
        }
    }
}

std::string talk(Engine& engine, const std::string& interface, const std::string& address, int port, Call call) {
    std::string line;
    inside(engine, interface, [&] { line = talk_here(address, port, call); });
    return line;
}

std::string ask(Engine& engine, const std::string& interface, const std::string& address, int port, int timeout_ms) {
    std::string reply = "no answer";
    inside(engine, interface, [&] {
        Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_in to = address_of(address, port);
        ::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to);
        ::send(fd.get(), "?", 1, 0);
        char packet[512];
        if (!wait_for(fd.get(), POLLIN, timeout_ms)) return;
        ssize_t got = ::recv(fd.get(), packet, sizeof packet, 0);
        reply = got < 0 ? say(errno) : std::string(packet, static_cast<std::size_t>(got));
    });
    return reply;
}

Connection::Connection(Engine& engine, const std::string& interface, const std::string& address, int port) {
    inside(engine, interface, [&] { fd_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); });
    sockaddr_in to = address_of(address, port);
    if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) < 0) {
        line_ = say(errno);
        return;
    }
    for (char c; ::recv(fd_.get(), &c, 1, 0) == 1 && c != '\n';) line_.push_back(c);
}

std::string Connection::rest(int timeout_ms) {
    char c = 'x';
    ::send(fd_.get(), &c, 1, MSG_NOSIGNAL);
    if (!wait_for(fd_.get(), POLLIN, timeout_ms)) return "silence";
    ssize_t got = ::recv(fd_.get(), &c, 1, 0);
    return got < 0 ? say(errno) : got == 0 ? "closed" : "an answer";
}

Service::Service(Engine& engine, const std::string& interface, int port) {
    inside(engine, interface, [&] {
        listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address = address_of("0.0.0.0", port);
        EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_.get(), 16), 0);
    });
    thread_ = std::thread([this, interface] {
        for (;;) {
            Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!connection) return;
            serve_connection(connection.get(), interface);
        }
    });
}

Service::~Service() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
}

std::string shell(Engine& engine, const std::string& interface, const std::string& command) {
    std::string output;
    inside(engine, interface, [&] {
        FILE* pipe = ::popen(command.c_str(), "r");
        char buffer[4096];
        for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, got);
        ::pclose(pipe);
    });
    return output;
}

std::vector<SecurityGroup> nested_groups() {
    std::vector<SecurityGroup> groups;
    for (int n = 0; n < 300; ++n) {
        if (n % 60 == 0) groups.push_back({"sg-" + std::to_string(n / 60), {}});
        SecurityGroupRule rule{.protocol = "tcp", .from_port = 1000 + n, .to_port = 9000 - n};
        rule.cidrs = {fmt::format("10.0.{}.{}/32", 6 + n / 250, n % 250)};
        groups.back().rules.push_back(rule);
    }
    return groups;
}

NetworkInterface interface(const std::string& id, const std::string& subnet, const std::string& ip) {
    NetworkInterface made{.id = id, .subnet = subnet, .private_ips = {ip}, .security_groups = {"sg-default"}};
    sockaddr_in address = address_of(ip, 0);
    const auto* bytes = reinterpret_cast<const unsigned char*>(&address.sin_addr);
    made.mac = fmt::format("02:0a:{:02x}:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2], bytes[3]);
    return made;
}

Vpc vpc(int number, const std::string& base) {
    const std::string n = std::to_string(number);
    Vpc made{.id = "vpc-" + n, .account = "123456789012", .region = "us-east-1", .cidrs = {base + ".0.0/16"}};
    made.internet_gateway = "igw-" + n;
    made.subnets = {{"subnet-pub" + n, base + ".1.0/24", "rtb-pub" + n}, {"subnet-prv" + n, base + ".5.0/24", "rtb-prv" + n}};
    made.route_tables = {{"rtb-pub" + n, {{"0.0.0.0/0", Route::Target::internet_gateway, "igw-" + n}}},
                         {"rtb-prv" + n, {{"0.0.0.0/0", Route::Target::nat_gateway, "nat-" + n}}}};
    made.endpoints = {{.id = "vpce-" + n,
                       .account = "123456789012",
                       .region = "us-east-1",
                       .service = "s3",
                       .prefixes = {"52.216.0.0/15"},
                       .route_tables = {"rtb-prv" + n}}};
    made.nat_gateways = {{"nat-" + n, "subnet-pub" + n, base + ".1.10", fmt::format("203.0.113.{}{}", number, number)}};
    // As EC2's default group: everything from its own members, everything out.
    made.security_groups = {
        {"sg-default",
         {{.protocol = "-1", .groups = {"sg-default"}}, {.egress = true, .protocol = "-1", .cidrs = {"0.0.0.0/0"}}}}};
    made.interfaces = {interface("eni-" + n, "subnet-prv" + n, base + ".5.167")};
    return made;
}

Desired scenario(int vpcs) {
    Desired desired;
    desired.internet = {{"52.216.1.10", "s3", "us-east-1"}, {"198.51.100.0/24", "ec2", "us-east-1"}};
    for (int number = 1; number <= vpcs; ++number) desired.vpcs.push_back(vpc(number));
    return desired;
}

RouteTable& table(Vpc& vpc, const std::string& id) {
    for (auto& table : vpc.route_tables)
        if (table.id == id) return table;
    throw std::runtime_error("no route table " + id);
}

void no_errors(const Report& report) {
    for (const auto& [id, resource] : report.resources) EXPECT_EQ(resource.error, "") << id;
}

}  // namespace sekisho::net::test
