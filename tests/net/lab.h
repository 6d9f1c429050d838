// What the packet tests stand on: a lab of their own for every test, a stand-in for the gate, and clients inside instances.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/engine.h"

namespace sekisho::net::test {

// Runs the body in a child process that owns a user, mount, network and pid namespace with one uid and gid mapped, as the lab
// does; started as root it switches to an unprivileged id before. Failures of the body are failures of the test. Skips, with
// the reason, where the machine refuses user namespaces.
void in_lab(const std::function<void()>& body);

// Accepts on every announced socket and tells each client, in one line, what it came by:
//   "vpce-1 peer=10.0.5.167 local=52.216.1.10:443", "internet peer=203.0.113.11 …", "metadata of vpc-1 …"
// Then it counts what the client sends and answers the end of it with the number of bytes.
class Gate {
   public:
    Gate();
    ~Gate();
    SocketEvents events();
    std::map<std::uint64_t, OpenedSocket> sockets() const;
    std::vector<std::string> names() const;  // of open sockets, sorted
    int times_opened() const;

   private:
    void run();
    void serve(OpenedSocket socket, Fd connection);
    void wake();

    mutable std::mutex mutex_;
    std::map<std::uint64_t, std::pair<OpenedSocket, Fd>> open_;
    std::multimap<std::uint64_t, int> connections_;
    std::vector<std::thread> workers_;
    int times_opened_ = 0;
    bool stop_ = false;
    int wake_[2];
    std::thread thread_;
};

struct Call {
    int timeout_ms = 8000;
    std::size_t send_bytes = 0;
    std::string from;  // bind to this address first
};
inline constexpr Call briefly{.timeout_ms = 700};

// Connects from inside the interface's namespace. The gate's line without its end, or "refused", "no answer", "unreachable", …
std::string talk(Engine& engine, const std::string& interface, const std::string& address, int port, Call call = {});
// A connection that stays open: connects and waits for the gate's line. rest() then sends a byte and says how it goes on.
class Connection {
   public:
    Connection(Engine& engine, const std::string& interface, const std::string& address, int port);
    std::string line() const { return line_; }
    std::string rest(int timeout_ms = 8000);  // "closed", "reset", "silence"

   private:
    Fd fd_;
    std::string line_;
};

// The reply to a datagram that the gate echoes, or "no answer".
std::string ask(Engine& engine, const std::string& interface, const std::string& address, int port, int timeout_ms = 8000);
// A listener inside an instance, which answers as the gate does; it lives as long as the object.
class Service {
   public:
    Service(Engine& engine, const std::string& interface, int port);
    ~Service();

   private:
    Fd listener_;
    std::thread thread_;
};

// Runs a shell command in the interface's namespace; its output.
std::string shell(Engine& engine, const std::string& interface, const std::string& command);

// The reference scenario, small: per VPC a public subnet (.1.0/24, NAT gateway at .1.10) and a private one (.5.0/24, instance
// at .5.167), an internet gateway, a gateway endpoint on the private route table.
//   vpc-1: 10.0.0.0/16, elastic IP 203.0.113.11; vpc-2: the same CIDR, 203.0.113.22
Vpc vpc(int number, const std::string& first_two_bytes = "10.0");
Desired scenario(int vpcs = 1);
NetworkInterface interface(const std::string& id, const std::string& subnet, const std::string& ip);
// sg-0 to sg-4, each with 60 ingress rules: rule n of 300 lets another address of 10.0.6.0/23 in on TCP ports 1000+n to 9000-n.
std::vector<SecurityGroup> nested_groups();
RouteTable& table(Vpc& vpc, const std::string& id);
void no_errors(const Report& report);

}  // namespace sekisho::net::test
