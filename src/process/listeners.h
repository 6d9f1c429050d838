// The host's listeners, opened by the supervisor so that the gate needs no right to open any.
#pragma once

#include <vector>

#include "process/roles.h"
#include "process/supervisor.h"

namespace sekisho::process {

// Throws Fault, which says the address and what is wrong with it (in use, not this machine's, a port below what one may).
HostListener open_listener(const ListenRequest& request);

}  // namespace sekisho::process
