#include "process/confinement.h"

#include "base/log.h"
#include "process/confinement/steps.h"
#include "process/data_folder.h"
#include "process/roles.h"

namespace sekisho::process {

void confine_gate(const GateStart& start) {
    if (start.confinable) {
        enter_root({
            {.path = start.data_folder, .source = ".", .read_only = false},
            {.path = start.data_folder / lab_folder_name, .source = {}},
        });
    } else {
        log::warning("no user namespaces on this machine: the gate keeps its view of the file system");
    }
    drop_capabilities();
    refuse_privileges();
    filter_gate_system_calls();
}

}  // namespace sekisho::process
