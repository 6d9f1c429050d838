// One binary, three roles. `sekisho serve` is the supervisor; it starts this binary again as gate and as lab.
#include <cstdio>
#include <exception>

#include "cli/commands.h"
#include "gate/run_gate.h"
#include "process/roles.h"

int main(int argc, char** argv) {
    try {
        if (auto role = sekisho::process::role_of(argc, argv))
            return *role == sekisho::process::Role::gate ? sekisho::gate::run_gate() : sekisho::process::run_lab();
        return sekisho::cli::run(argc, argv);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "sekisho: %s\n", fault.what());
        return 1;
    }
}
