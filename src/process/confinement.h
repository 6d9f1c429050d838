// Confinement: what the gate gives up before it meets strangers.
#pragma once

namespace sekisho::process {

struct GateStart;  // process/roles.h

// Only the data folder (without the lab's part) is left of the file system, nothing of the host's network and processes (its
// namespaces are siblings of the lab's, made before it started), no capability, no-new-privs, not dumpable, no core files, and
// the system call filter. Single-threaded callers only; the threads they start inherit it. Throws Fault.
void confine_gate(const GateStart& start);

}  // namespace sekisho::process
