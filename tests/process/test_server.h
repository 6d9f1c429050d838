// A real supervisor with a real lab and a small gate of the tests' own, as processes. The gate takes one JSON line per
// connection on its listener, does what it says by the LabClient, and answers with one line; it is confined as the real one.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "net/desired.h"

namespace sekisho::process::test {

// What main() of the test program does when it was started as a server or a role; nullopt: run the tests.
std::optional<int> run_as_process(int argc, char** argv);

enum class User { root, ordinary };
constexpr uid_t ordinary_id = 12'345;
bool can_be(User user);  // root only when the tests run as root
std::string name_of(User user);

// A folder of the user's that goes with the object.
class Folder {
   public:
    explicit Folder(User user);
    ~Folder();
    std::filesystem::path path;
};

class Server {
   public:
    Server(User user, std::filesystem::path data, const std::string& network = "lab");
    ~Server();    // SIGKILL, if it still runs, and waits for the end of every process of it
    void stop();  // SIGTERM; expects a clean end
    int wait();   // for a server that ends by itself: its exit status

    nlohmann::json ask(nlohmann::json request);                 // throws Fault when the gate does not answer
    nlohmann::json ask_until_answered(nlohmann::json request);  // tries again while the gate starts
    // {"output", "error", "status"}; input ends after `input`
    nlohmann::json run(const std::string& instance, std::vector<std::string> command, const std::string& input = {});
    std::string output(const std::string& instance, const std::string& script);  // of sh, both streams; the status must be 0
    int status(const std::string& instance, const std::string& script);

    pid_t supervisor() const { return pid_; }
    pid_t role(const std::string& name) const;  // the gate's or the lab's process id, waiting until there is one
    std::vector<pid_t> processes() const;       // all of it, instances too
    std::string started_in_ms() const;

   private:
    pid_t pid_ = -1;
    int port_ = 0;
    std::filesystem::path data_;
};

// A VPC with `count` instances i-00, i-01, … in one subnet: their interfaces eni-00, …, addresses from 10.0.5.10.
net::Desired desired_instances(int count = 1, bool running = true, std::uint64_t boot = 0, const std::string& user_data = {});
nlohmann::json apply(Server& server, const net::Desired& desired);

// What the test suites are instantiated with.
inline constexpr User users[] = {User::root, User::ordinary};

// Waits (10 s) until the condition holds; whether it does.
bool eventually(const std::function<bool()>& condition);

// Process ids of the machine that hold this data folder's lock, or descend from one that does.
std::vector<pid_t> processes_of(const std::filesystem::path& data);

}  // namespace sekisho::process::test
