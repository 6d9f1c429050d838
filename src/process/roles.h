// The roles of the one binary: how main() learns that it is the gate or the lab, and what the gate is given.
//
//   if (auto role = process::role_of(argc, argv)) {
//       if (*role == process::Role::lab) return process::run_lab();
//       process::GateStart start = process::receive_gate_start();
//       …open what lies outside the data folder…
//       process::confine_gate(start);   // before any thread
//       …build the gate…
//       start.link->start(…);
//       start.link->ready("…");        // once it serves
//   }
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "process/supervisor.h"

namespace sekisho::process {

class Channel;

enum class Role { gate, lab };
std::optional<Role> role_of(int argc, char** argv);  // `sekisho --role gate|lab`, as the supervisor starts it

// The gate's end of its socket pair with the supervisor.
class SupervisorLink {
   public:
    explicit SupervisorLink(Channel channel);
    ~SupervisorLink();

    // Starts the thread that listens to the supervisor; callbacks run on it. When the supervisor is gone, it ends the process.
    //   on_lab: a channel to a lab that has just been started (also the first), for LabClient::connect.
    //   on_stop: stop cleanly: finish requests, flush, return from main.
    void start(std::function<void(Fd)> on_lab, std::function<void()> on_stop);
    void ready(std::string line);  // the gate serves; the supervisor prints the line. Any thread.

   private:
    struct Data;
    std::unique_ptr<Data> data_;
};

struct HostListener {
    Fd socket;            // listening, close-on-exec, blocking
    std::string name;     // of the ListenRequest
    std::string address;  // as bound: "127.0.0.1:4566"
    std::uint16_t port = 0;
    bool loopback = false;
};

struct GateStart {
    std::filesystem::path data_folder;
    NetworkMode network = NetworkMode::lab;
    std::string options;  // SupervisorOptions::gate_options
    std::vector<HostListener> listeners;
    bool confinable = true;  // false: this machine has no user namespaces; confine_gate does what remains
    std::unique_ptr<SupervisorLink> link;
};
GateStart receive_gate_start();  // throws Fault

// The lab's role. Returns the exit status of the process.
int run_lab();

}  // namespace sekisho::process
