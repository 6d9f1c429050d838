// What both roles do first.
#pragma once

#include "base/fd.h"

namespace sekisho::process {

// Names the process, ties its life to the supervisor's, and gives its end of their channel. Throws Fault when this process was
// not started by a supervisor.
Fd start_role(const char* name);

}  // namespace sekisho::process
