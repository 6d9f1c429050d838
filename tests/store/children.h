// Parts of tests that run in a process of their own, because they are killed or change their process: this program, started
// as `store_test --child NAME FOLDER`.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/fd.h"

namespace sekisho::store {

inline constexpr int child_cannot = 77;  // exit status: the system does not let this be tried

int crash_writer(const std::string& folder);
int full_disk(const std::string& folder);

struct Child {
    pid_t pid;
    Fd output;  // what it prints
};
Child start_child(const std::string& name, const std::string& folder);
int wait_child(pid_t pid);  // its exit status, or minus the signal that ended it

}  // namespace sekisho::store
