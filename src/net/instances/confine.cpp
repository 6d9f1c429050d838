#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vector>

#include "base/result.h"
#include "net/instances/children.h"
#include "process/confinement/steps.h"

namespace sekisho::net::instances {
namespace {

// What containers usually have, without making devices. All of them only count inside the lab's user namespace, where one id is
// mapped, and for namespaces that the instance cannot leave.
constexpr int kept_capabilities[] = {CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FSETID,     CAP_FOWNER,  CAP_NET_RAW,
                                     CAP_SETGID, CAP_SETUID,       CAP_SETFCAP,    CAP_SETPCAP, CAP_NET_BIND_SERVICE,
                                     CAP_KILL,   CAP_SYS_CHROOT,   CAP_AUDIT_WRITE};

}  // namespace

void confine_to_instance(const std::string& filter) {
    // The records as libseccomp wrote them: an array of sock_filter.
    std::vector<sock_filter> records(filter.size() / sizeof(sock_filter));
    filter.copy(reinterpret_cast<char*>(records.data()), records.size() * sizeof(sock_filter));
    sock_fprog program{static_cast<unsigned short>(records.size()), records.data()};
    // Allowed without no-new-privs by CAP_SYS_ADMIN in our user namespace, so before the capabilities go.
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) throw_errno("seccomp");
    std::uint64_t keep = 0;
    for (int capability : kept_capabilities) keep |= std::uint64_t{1} << capability;
    process::drop_capabilities(keep);
}

}  // namespace sekisho::net::instances
