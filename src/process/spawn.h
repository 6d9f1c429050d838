// A child in namespaces of its own, as one unprivileged id that is 0 inside.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <functional>
#include <string>

#include "base/fd.h"
#include "process/channel.h"
#include "process/data_folder.h"

namespace sekisho::process {

struct Child {
    pid_t pid = -1;
    Fd pidfd;
};

// Forks into the new namespaces of `flags` (CLONE_NEW…). With CLONE_NEWUSER exactly one id is mapped: 0 inside, run_as outside
// (never the host's 0), setgroups denied; the child starts as that id with every capability inside and none outside. Without,
// the child only changes to run_as. A caller that is root gives up its supplementary groups for good. The child gets SIGKILL
// when the caller ends; it leaves by the result of `run`. The working directory is `folder`, also as a mount of the child's own
// mount namespace. Single-threaded callers only.
Child spawn(unsigned long flags, const RunAs& run_as, int folder, std::function<int()> run);

// This binary again, as `--role ROLE`, with `channel` as descriptor 3 and `lock` as 4; nothing else is inherited but
// standard output and error. The environment is reduced to what a runtime needs.
Child spawn_role(const std::string& role, unsigned long flags, const RunAs& run_as, int folder, Fd channel, int lock);
constexpr int role_channel_fd = 3;
constexpr int role_lock_fd = 4;

// Waits for the end. The exit status, or 128 + the signal's number.
int reap(const Child& child);
int kill_and_reap(const Child& child);  // the status of one that was ending already is its own

// Both roles: siblings, each with a user namespace of its own below the host's.
// Control groups keep their names: the lab manages those of its instances, and the gate sees none.
constexpr unsigned long role_namespaces =
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;

}  // namespace sekisho::process
