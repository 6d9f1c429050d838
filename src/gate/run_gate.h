// The gate's role: builds the object graph and runs it until the supervisor says stop. The exit status of the process.
#pragma once

namespace sekisho::gate {

int run_gate();

}  // namespace sekisho::gate
