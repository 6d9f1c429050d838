#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/result.h"
#include "process/confinement/steps.h"

namespace sekisho::process {

void drop_capabilities(std::uint64_t keep) {
    for (int capability = 0; capability < 64; ++capability) {
        if (keep >> capability & 1) continue;
        if (::prctl(PR_CAPBSET_DROP, capability) == 0) continue;
        if (errno == EINVAL) break;  // above the kernel's last one
        if (errno != EPERM) throw_errno("PR_CAPBSET_DROP");
        break;  // no CAP_SETPCAP: nothing to drop, and no-new-privs keeps it so
    }
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    for (int half = 0; half < 2; ++half) {
        auto bits = static_cast<std::uint32_t>(keep >> (32 * half));
        data[half] = {bits, bits, 0};
    }
    if (::syscall(SYS_capset, &header, data) < 0) throw_errno("capset");
}

void refuse_privileges() {
    rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) < 0) throw_errno("setrlimit");
    if (::prctl(PR_SET_DUMPABLE, 0) < 0) throw_errno("PR_SET_DUMPABLE");
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) throw_errno("PR_SET_NO_NEW_PRIVS");
}

}  // namespace sekisho::process
