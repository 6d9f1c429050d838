// Confinement: what a process gives up before it meets strangers. Each step is a function of its own so that tests can take
// them one by one and try to break out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sekisho::process {

struct GateStart;

// All of it, for the gate: only the data folder (without the lab's part) left of the file system, nothing of the host's
// network, no capability, no-new-privs, not dumpable, no core files, and the system call filter. Single-threaded callers only;
// the threads they start inherit it. Throws Fault.
void confine_gate(const GateStart& start);

// --- the steps ---

// A root of its own in this process's mount namespace: a small tmpfs in which only these remain, at their own paths.
struct RootEntry {
    std::filesystem::path path;    // in the new root
    std::filesystem::path source;  // in the old one; "." for the working directory; empty: an empty read-only folder
    bool read_only = true;
    bool executable = false;
    bool recursive = false;
};
void enter_root(const std::vector<RootEntry>& entries);

void drop_capabilities(std::uint64_t keep = 0);  // from every set, the bounding set included
void refuse_privileges();                        // no-new-privs, not dumpable, no core files

// The gate's filter: no new namespaces or mounts, no other process's memory, no exec, no new network sockets, no kernel back
// rooms (bpf, perf, keys, modules, io_uring, userfaultfd). Refused with EPERM (clone3 with ENOSYS, so that libc uses clone).
void filter_gate_system_calls();

// The filter for what runs inside instances, as a compiled program (sock_filter records) for seccomp(2): compiled once, loaded
// per instance and shell.
std::string instance_system_call_filter();

}  // namespace sekisho::process
