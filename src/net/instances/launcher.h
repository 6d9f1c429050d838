// Launcher: a small process, forked from the lab before it knows anything, that forks every instance's init and every shell.
//
// So no instance ever holds a copy of the lab's memory (other instances' user data, the state of every VPC), setns has the
// single thread it needs, and a fork stays cheap however large the lab grows. What a child is to do comes as a memory file that
// only the child reads. The launcher and its children before exec are not dumpable: nothing inside an instance can reach their
// memory, or this program's file by /proc/PID/exe.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "net/instances/spec.h"

namespace sekisho::net::instances {

// What a child answers by its socket (SOCK_SEQPACKET): "pid" with the init's pidfd; then "ready"; or "shell" with the shell's
// descriptors; or "error: …". The end of the socket without it: the child died.
class Launcher {
   public:
    // Forks. Call before any other thread or state exists. `system_call_filter`: sock_filter records for everything inside.
    explicit Launcher(std::string system_call_filter);
    ~Launcher();  // ends the launcher; running instances stay

    // Both return the socket of answers. Throw Fault when the launcher is gone.
    // `doors`: of the instance's control groups (limits.h).
    Fd start_instance(const InstanceSpec& spec, int network_namespace, const std::vector<Fd>& doors);
    Fd start_shell(const ShellSpec& spec, int init_pidfd, const std::vector<Fd>& doors);

    int fd() const { return socket_.get(); }  // readable (at its end) when the launcher is gone

   private:
    Fd socket_;
};

}  // namespace sekisho::net::instances
