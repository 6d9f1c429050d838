// The supervisor: what `sekisho serve` runs. It parses nothing from strangers: it takes the data folder's lock, opens the
// host's listeners, finds out whether a lab is possible, starts gate and lab (this binary again, by a hidden role), starts
// again whichever dies, and ends both when it ends. SIGTERM and SIGINT stop cleanly: the gate first, then the lab.
//
// Started as root, gate and lab run as the data folder's owner or, where that is root, as a dedicated id (unprivileged_uid),
// which then owns the data folder. Host uid 0 is never mapped into a user namespace.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sekisho::process {

enum class NetworkMode { lab, static_, none };

struct ListenRequest {
    std::string address;  // "127.0.0.1:4566", "[::1]:4566"; port 0: any (the gate is told which)
    std::string name;     // handed on: says what the gate is to do with it ("api", or a name of the configuration)
};

struct SupervisorOptions {
    std::filesystem::path data_folder;  // made (0700) where it does not exist
    std::vector<ListenRequest> listen;
    NetworkMode network = NetworkMode::lab;
    std::string gate_options = "{}";  // JSON text, handed to the gate as it is
    int ready_fd = -1;                // gets one line, what the gate said by ready(), when it serves
};

// The exit status of the process: 0 after a clean stop, 1 when it cannot run (the reason is on stderr), 2 for unusable options.
int run_supervisor(SupervisorOptions options);

std::filesystem::path default_data_folder();  // ~/.local/share/sekisho ($XDG_DATA_HOME), as root /var/lib/sekisho

}  // namespace sekisho::process
