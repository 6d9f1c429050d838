// Fabric: the lab as the gate's services see it. The real one speaks to the lab process; MemoryFabric is its twin for tests and
// for --network static|none, where networks are records and instances cannot run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "base/task.h"
#include "net/desired.h"

namespace sekisho::net {

// A shell or a command inside a running instance. The gate relays bytes between the client and these descriptors.
struct ShellRequest {
    std::string instance;
    std::vector<std::string> command;  // empty: a login shell
    bool terminal = false;
    int rows = 24, columns = 80;
};
struct Shell {
    Fd input;  // terminal: the pty's master, and `output` is empty; else pipes
    Fd output;
    Fd error;
    Fd exit;     // becomes readable with 4 bytes: the exit status, little endian
    Fd control;  // write 2 × uint16 little endian (rows, columns) to resize; closing it hangs up
};

class Fabric {
   public:
    virtual ~Fabric() = default;
    // Whether instances can run here at all; else why not, for the state reason.
    virtual std::string unavailable() const = 0;  // empty: available
    // Sends the state; returns when the lab has reached this generation (or a later one) and every listener and connection of
    // endpoints that are no longer in it is closed. Generations are given by the fabric.
    virtual Task<Report> apply(Desired desired) = 0;
    virtual Task<Observation> observe() = 0;
    virtual Task<Result<Shell>> open_shell(ShellRequest request) = 0;
    // Called on some thread when an instance changes its state by itself (its init ended).
    virtual void on_instance_state(std::function<void(std::string instance, std::string state)> callback) = 0;
};

std::unique_ptr<Fabric> memory_fabric(std::string unavailable_reason = {});

}  // namespace sekisho::net
