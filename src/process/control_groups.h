// Control groups: where this server may make some for its instances, so that they can be given limits of memory, processes and
// processor time. The supervisor prepares one folder per hierarchy and hands it to the lab; the lab makes a group per instance.
//
// As root that is possible nearly everywhere; as an ordinary user only in a control group of one's own (`systemd-run --user
// --scope -p Delegate=yes sekisho serve`). Where it is not, instances run without these limits, and a line says so.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/fd.h"
#include "process/data_folder.h"

namespace sekisho::process {

struct ControlGroupFolder {
    std::filesystem::path path;
    std::vector<std::string> controllers;  // of "memory", "pids", "cpu"
    bool unified = false;                  // version 2
    Fd folder;
};

struct ControlGroups {
    std::vector<ControlGroupFolder> folders;
    std::string missing;  // what cannot be limited, and why; empty: everything can
    Fd sweeper_waits;     // a process of its own removes the groups when this closes, however the server ended
    pid_t sweeper = -1;
};

std::string control_group_name(const std::filesystem::path& data_folder);

// Never throws: no control groups is an answer. Groups that an earlier server has left under this name are removed.
ControlGroups prepare_control_groups(const RunAs& run_as, const std::string& name);

// The lab's own place in each folder: version 2 lets it move its children only from inside.
void place_lab(const ControlGroups& groups, pid_t lab);

void remove_instance_groups(const ControlGroups& groups);  // when their processes are gone
void remove_control_groups(ControlGroups& groups);

}  // namespace sekisho::process
