// The data folder: made with the right owner, and locked, so that two servers on one folder are refused.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/fd.h"

namespace sekisho::process {

// Who gate and lab run as when the server is started as root and nobody else owns the data folder. Not in any distribution's
// passwd; inside the namespaces it is 0.
constexpr uid_t unprivileged_id = 64566;

struct RunAs {
    uid_t uid;
    gid_t gid;
    bool switched;  // started as root: the roles change to it
};

struct DataFolder {
    std::filesystem::path path;  // absolute
    RunAs run_as;
    Fd lock;  // held by the supervisor and by both roles: free when the last of them is gone
};

// Makes the folder where it is missing. Refuses (Fault) a folder with other things in it, one of another user, and one that
// a running server holds; waits a little for a killed server's processes to go.
DataFolder open_data_folder(std::filesystem::path path);

// The lab's part of the data folder: all that the lab sees of it, and what the gate does not see.
constexpr const char* lab_folder_name = "lab";

}  // namespace sekisho::process
