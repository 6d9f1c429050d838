// The steps of confinement, one by one: for the roles, for what runs inside instances, and for tests that try to break out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sekisho::process {

// A root of its own in this process's mount namespace: a small read-only tmpfs in which only these remain. Links stay links.
struct RootEntry {
    std::filesystem::path path;    // in the new root
    std::filesystem::path source;  // in the old one; "." for the working directory; empty: a file system of `type` (tmpfs)
    bool read_only = true;
    bool executable = false;
    bool devices = false;
    bool recursive = false;
    bool optional = false;  // left out where the source does not exist
    std::string type = {};
};
void enter_root(const std::vector<RootEntry>& entries);

// The mount calls that it is made of. Attributes (MOUNT_ATTR_…) are added, never taken away: those of the host's own mounts are
// locked in a user namespace. All throw Fault.
void mount_new(const char* type, const std::filesystem::path& target, unsigned long flags, const std::string& options = {});
void bind(const std::filesystem::path& source, const std::filesystem::path& target, bool recursive, std::uint64_t attributes);
void keep_mounts_private();
void pivot_into(const std::filesystem::path& new_root);  // the old root is gone afterwards; the working directory is /

void drop_capabilities(std::uint64_t keep = 0);  // from every set, the bounding set included
void refuse_privileges();                        // no-new-privs, not dumpable, no core files

// The gate's filter: no new namespaces or mounts, no other process's memory, no exec, no new network sockets, no kernel back
// rooms (bpf, perf, keys, modules, io_uring, userfaultfd). Refused with EPERM (clone3 with ENOSYS, so that libc uses clone).
void filter_gate_system_calls();

// The filter for what runs inside instances, as a compiled program (sock_filter records) for seccomp(2): compiled once, loaded
// per instance and shell.
std::string instance_system_call_filter();

}  // namespace sekisho::process
