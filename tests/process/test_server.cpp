#include "test_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "base/bytes.h"
#include "base/loop.h"
#include "base/result.h"
#include "escapes.h"
#include "process/confinement.h"
#include "process/lab_client.h"
#include "process/roles.h"

namespace sekisho::process::test {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

// --- the gate ---

std::string read_all(int fd) {
    std::string out;
    char bytes[65536];
    for (ssize_t n; (n = ::read(fd, bytes, sizeof bytes)) > 0;) out.append(bytes, static_cast<std::size_t>(n));
    return out;
}

struct TestGate {
    int listener = -1;  // of the host
    std::mutex mutex;
    std::map<std::uint64_t, std::pair<net::OpenedSocket, Fd>> sockets;
    LabClient lab{{.on_socket_opened =
                       [this](net::OpenedSocket socket, Fd fd) {
                           std::lock_guard lock(mutex);
                           sockets[socket.id] = {std::move(socket), std::move(fd)};
                       },
                   .on_socket_closed = [this](std::uint64_t id) { return close(this, id); }}};

    std::vector<std::string> events;  // instances that changed by themselves

    TestGate() {
        lab.on_instance_state([this](std::string instance, std::string state) {
            std::lock_guard lock(mutex);
            events.push_back(instance + " " + state);
        });
    }

    static Task<void> close(TestGate* gate, std::uint64_t id) {
        std::lock_guard lock(gate->mutex);
        gate->sockets.erase(id);
        co_return;
    }

    json run(const json& request) {
        auto shell = sync_wait(lab.open_shell({.instance = request.at("instance"),
                                               .command = request.at("command"),
                                               .terminal = request.value("terminal", false),
                                               .rows = 40,
                                               .columns = 100}));
        if (!shell) return {{"refused", shell.error().message}};
        std::string input = request.value("input", "");
        json out;
        if (request.value("resize", false)) {
            unsigned char size[4] = {55, 0, 132, 0};
            if (::write(shell->control.get(), size, 4) != 4) return {{"refused", "resize"}};
        }
        if (request.contains("hang_up_after")) {  // as a client that sees this output, and goes away
            std::string seen, wanted = request["hang_up_after"];
            char c;
            int from = request.value("terminal", false) ? shell->input.get() : shell->output.get();
            while (seen.find(wanted) == std::string::npos && ::read(from, &c, 1) == 1) seen.push_back(c);
            return {{"output", seen}};  // closes everything
        }
        // What a user at the keyboard does: waits for some output, then types.
        std::string typed_output;
        for (const auto& step : request.value("steps", json::array())) {
            char c;
            std::string wanted = step.at("after"), keys = step.at("type");
            while (typed_output.find(wanted) == std::string::npos && ::read(shell->input.get(), &c, 1) == 1)
                typed_output.push_back(c);
            if (::write(shell->input.get(), keys.data(), keys.size()) < 0) break;
        }
        // All streams at once: the command may write before it has read everything.
        std::thread writer([&] {
            for (std::size_t at = 0; at < input.size();) {
                ssize_t n = ::write(shell->input.get(), input.data() + at, input.size() - at);
                if (n <= 0) break;
                at += static_cast<std::size_t>(n);
            }
            if (!request.value("terminal", false)) shell->input.reset();
        });
        if (request.value("terminal", false)) {
            out["output"] = typed_output + read_all(shell->input.get());
        } else {
            std::string error;
            std::thread reader([&] { error = read_all(shell->error.get()); });
            out["output"] = read_all(shell->output.get());
            reader.join();
            out["error"] = error;
        }
        writer.join();
        unsigned char status[4] = {};
        if (::read(shell->exit.get(), status, 4) == 4) out["status"] = status[0] | status[1] << 8;
        return out;
    }

    json handle(const json& request) {
        std::string what = request.at("do");
        if (what == "apply") {
            auto report = sync_wait(lab.apply(request.at("desired").get<net::Desired>()));
            return report;
        }
        if (what == "observe") return sync_wait(lab.observe());
        if (what == "sockets") {
            std::lock_guard lock(mutex);
            json out = json::array();
            for (const auto& [id, entry] : sockets) out.push_back(entry.first.name);
            return out;
        }
        if (what == "events") {
            std::lock_guard lock(mutex);
            return events;
        }
        if (what == "run") return run(request);
        if (what == "escape") {
            json with_listener = request;
            with_listener["listener"] = listener;
            return try_to_escape(with_listener);
        }
        throw Fault("unknown request");
    }
};

int run_test_gate() {
    ::signal(SIGPIPE, SIG_IGN);  // commands that do not read their input
    GateStart start = receive_gate_start();
    confine_gate(start);
    auto stopped = std::make_shared<std::atomic<bool>>(false);
    std::unique_ptr<TestGate> gate(new TestGate);
    gate->listener = start.listeners.at(0).socket.get();
    start.link->start([&](Fd channel) { gate->lab.connect(std::move(channel)); }, [] { ::_exit(0); });
    start.link->ready(std::to_string(start.listeners.at(0).port));
    for (;;) {
        Fd connection(::accept4(start.listeners[0].socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!connection) continue;
        std::thread([&gate, connection = std::move(connection)] {
            std::string line;
            char piece[65536];
            for (ssize_t n; !line.ends_with('\n') && (n = ::read(connection.get(), piece, sizeof piece)) > 0;)
                line.append(piece, static_cast<std::size_t>(n));
            std::string answer;
            try {
                answer = gate->handle(json::parse(line)).dump(-1, ' ', false, json::error_handler_t::replace);
            } catch (const std::exception& error) {
                answer = json{{"fault", error.what()}}.dump();
            }
            answer += "\n";
            for (std::size_t at = 0; at < answer.size();) {
                ssize_t n = ::write(connection.get(), answer.data() + at, answer.size() - at);
                if (n <= 0) break;
                at += static_cast<std::size_t>(n);
            }
        }).detach();
    }
}

// --- processes ---

// A process may end while its file is read, which makes a stream throw.
std::string read_file(const std::string& path) {
    Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return read_all(file.get());
}

std::map<pid_t, pid_t> parents() {
    std::map<pid_t, pid_t> out;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        auto pid = parse_u64(entry.path().filename().string());
        if (!pid) continue;
        std::string stat = read_file(entry.path() / "stat");
        auto end = stat.rfind(") ");
        if (end == std::string::npos || stat.size() < end + 5 || stat[end + 2] == 'Z') continue;
        out[static_cast<pid_t>(*pid)] = static_cast<pid_t>(std::atoi(stat.c_str() + end + 4));
    }
    return out;
}

}  // namespace

std::optional<int> run_as_process(int argc, char** argv) {
    if (auto role = role_of(argc, argv)) return *role == Role::lab ? run_lab() : run_test_gate();
    if (argc == 5 && std::string_view(argv[1]) == "--test-serve") {
        std::string_view network = argv[3];
        return run_supervisor({.data_folder = argv[2],
                               .listen = {{"127.0.0.1:0", "api"}},
                               .network = network == "lab" ? NetworkMode::lab : NetworkMode::none,
                               .ready_fd = std::atoi(argv[4])});
    }
    return std::nullopt;
}

bool can_be(User user) { return user == User::ordinary || ::geteuid() == 0; }
std::string name_of(User user) { return user == User::root ? "Root" : "OrdinaryUser"; }

bool eventually(const std::function<bool()>& condition) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // between two looks, not for a time to pass
    }
    return true;
}

Folder::Folder(User user) {
    std::string name = (fs::temp_directory_path() / "sekisho-process-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw_errno("mkdtemp");
    path = name;
    if (::geteuid() == 0 && user == User::ordinary && ::chown(name.c_str(), ordinary_id, ordinary_id) < 0) throw_errno("chown");
}
Folder::~Folder() {
    std::error_code error;
    fs::remove_all(path, error);
}

Server::Server(User user, fs::path data, const std::string& network) : data_(std::move(data)) {
    int ends[2];
    if (::pipe(ends) < 0) throw_errno("pipe");
    Fd read_end(ends[0]), write_end(ends[1]);
    ::fcntl(read_end.get(), F_SETFD, FD_CLOEXEC);
    pid_ = ::fork();
    if (pid_ == 0) {
        if (::geteuid() == 0 && user == User::ordinary &&
            (::setgroups(0, nullptr) < 0 || ::setresgid(ordinary_id, ordinary_id, ordinary_id) < 0 ||
             ::setresuid(ordinary_id, ordinary_id, ordinary_id) < 0))
            ::_exit(99);
        // Root has groups that may read what others may not (adm, shadow): nothing of it may reach the roles.
        const gid_t roots_groups[] = {0, 4, 42};
        if (user == User::root && ::setgroups(std::size(roots_groups), roots_groups) < 0) ::_exit(99);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is ended leaves no server
        std::string fd = std::to_string(write_end.get());
        ::execl("/proc/self/exe", "process_test", "--test-serve", data_.c_str(), network.c_str(), fd.c_str(), nullptr);
        ::_exit(98);
    }
    write_end.reset();
    std::string line = read_all(read_end.get());
    port_ = std::atoi(line.c_str());
}

Server::~Server() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    eventually([&] { return processes_of(data_).empty(); });
}

void Server::stop() {
    ::kill(pid_, SIGTERM);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(processes_of(data_).empty());
}

int Server::wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

json Server::ask(json request) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (port_ == 0 || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
        throw Fault("no server");
    std::string line = request.dump() + "\n";
    if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) throw Fault("send");
    std::string answer = read_all(socket.get());
    if (answer.empty()) throw Fault("the gate did not answer");
    json out = json::parse(answer);
    if (out.is_object() && out.contains("fault")) throw Fault(out["fault"]);
    return out;
}

json Server::ask_until_answered(json request) {
    json out;
    bool answered = eventually([&] {
        try {
            out = ask(request);
            return true;
        } catch (const Fault&) {
            return false;
        }
    });
    if (!answered) throw Fault("the gate does not answer any more");
    return out;
}

json Server::run(const std::string& instance, std::vector<std::string> command, const std::string& input) {
    return ask({{"do", "run"}, {"instance", instance}, {"command", command}, {"input", input}});
}

std::string Server::output(const std::string& instance, const std::string& script) {
    json out = run(instance, {"sh", "-c", "exec 2>&1\n" + script});
    EXPECT_EQ(out.value("status", -1), 0) << script << "\n" << out.dump(1);
    return out.value("output", "");
}

int Server::status(const std::string& instance, const std::string& script) {
    return run(instance, {"sh", "-c", script}).value("status", -1);
}

net::Desired desired_instances(int count, bool running, std::uint64_t boot, const std::string& user_data) {
    net::Desired desired;
    net::Vpc vpc{.id = "vpc-1", .account = "123456789012", .region = "us-east-1", .cidrs = {"10.0.0.0/16"}};
    vpc.route_tables.push_back({.id = "rtb-1"});
    vpc.subnets.push_back({.id = "subnet-1", .cidr = "10.0.5.0/24", .route_table = "rtb-1"});
    for (int i = 0; i < count; ++i) {
        std::string number = fmt::format("{:02x}", i), address = fmt::format("10.0.5.{}", 10 + i);
        vpc.interfaces.push_back(
            {.id = "eni-" + number, .subnet = "subnet-1", .mac = "02:00:00:00:00:" + number, .private_ips = {address}});
        std::string name = address;
        std::replace(name.begin(), name.end(), '.', '-');
        vpc.instances.push_back({.id = "i-" + number,
                                 .interface = "eni-" + number,
                                 .host_name = "ip-" + name + ".ec2.internal",
                                 .running = running,
                                 .boot = boot,
                                 .user_data = user_data});
    }
    desired.vpcs.push_back(std::move(vpc));
    return desired;
}

json apply(Server& server, const net::Desired& desired) {
    return server.ask_until_answered({{"do", "apply"}, {"desired", desired}});
}

pid_t Server::role(const std::string& name) const {
    pid_t found = 0;
    eventually([&] {
        for (auto [pid, parent] : parents())
            if (parent == pid_ && read_file("/proc/" + std::to_string(pid) + "/comm") == "sekisho-" + name + "\n") found = pid;
        return found != 0;
    });
    return found;
}

std::vector<pid_t> Server::processes() const { return processes_of(data_); }

std::vector<pid_t> processes_of(const fs::path& data) {
    struct stat lock {};
    if (::stat((data / "lock").c_str(), &lock) < 0) return {};
    auto all = parents();
    std::set<pid_t> ours;
    for (auto [pid, parent] : all) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", error)) {
            struct stat status {};
            if (::stat(entry.path().c_str(), &status) == 0 && status.st_ino == lock.st_ino && status.st_dev == lock.st_dev)
                ours.insert(pid);
        }
    }
    for (bool more = true; more;) {
        more = false;
        for (auto [pid, parent] : all)
            if (ours.contains(parent) && ours.insert(pid).second) more = true;
    }
    ours.erase(::getpid());
    return {ours.begin(), ours.end()};
}

}  // namespace sekisho::process::test
