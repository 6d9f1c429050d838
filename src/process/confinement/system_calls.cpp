// The system call filters. Lists of what is refused: the gate's libraries (RocksDB, OpenSSL, libc) use too many calls for a
// list of what is allowed to stay right over their versions, and the namespaces do not depend on the filter.
#include <fcntl.h>
#include <linux/tiocl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <memory>

#include "base/fd.h"
#include "base/result.h"
#include "process/confinement/steps.h"

namespace sekisho::process {
namespace {

// Namespaces and mounts, both generations of calls.
constexpr std::initializer_list<const char*> namespace_calls = {
    "setns",          "unshare", "mount",    "umount",  "umount2", "pivot_root",    "move_mount",        "open_tree",
    "open_tree_attr", "fsopen",  "fsconfig", "fsmount", "fspick",  "mount_setattr", "name_to_handle_at", "open_by_handle_at"};

// The kernel's back rooms: large, rarely needed, often the way up.
constexpr std::initializer_list<const char*> kernel_calls = {"bpf",
                                                             "perf_event_open",
                                                             "add_key",
                                                             "request_key",
                                                             "keyctl",
                                                             "kexec_load",
                                                             "kexec_file_load",
                                                             "init_module",
                                                             "finit_module",
                                                             "delete_module",
                                                             "userfaultfd",
                                                             "io_uring_setup",
                                                             "io_uring_enter",
                                                             "io_uring_register",
                                                             "lookup_dcookie",
                                                             "nfsservctl",
                                                             "quotactl",
                                                             "quotactl_fd",
                                                             "swapon",
                                                             "swapoff",
                                                             "reboot",
                                                             "acct",
                                                             "syslog",
                                                             "iopl",
                                                             "ioperm",
                                                             "settimeofday",
                                                             "clock_settime",
                                                             "clock_adjtime",
                                                             "adjtimex",
                                                             "vhangup",
                                                             "fanotify_init",
                                                             "uselib",
                                                             "_sysctl",
                                                             "modify_ldt",
                                                             "move_pages",
                                                             "migrate_pages",
                                                             "vmsplice",
                                                             "pidfd_getfd"};

// Other processes, other programs.
constexpr std::initializer_list<const char*> process_calls = {"ptrace",
                                                              "process_vm_readv",
                                                              "process_vm_writev",
                                                              "process_madvise",
                                                              "kcmp",
                                                              "execve",
                                                              "execveat",
                                                              "fork",
                                                              "vfork",
                                                              "pidfd_open",
                                                              "chroot",
                                                              "personality",
                                                              "mknod",
                                                              "mknodat",
                                                              "sethostname",
                                                              "setdomainname"};

constexpr unsigned long namespace_flags[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,   CLONE_NEWNET,
                                             CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};

class Filter {
   public:
    Filter() : context_(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release) {
        if (!context_) throw Fault("seccomp_init");
    }
    void refuse(const char* name, int error = EPERM) {
        int number = seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR || number < 0) return;  // not on this architecture, or newer than the library
        check(seccomp_rule_add(context_.get(), SCMP_ACT_ERRNO(error), number, 0), name);
    }
    void refuse(std::initializer_list<const char*> names) {
        for (const char* name : names) refuse(name);
    }
    template <class... Conditions>
    void refuse_if(const char* name, int error, Conditions... conditions) {
        check(seccomp_rule_add(context_.get(), SCMP_ACT_ERRNO(error), seccomp_syscall_resolve_name(name), sizeof...(conditions),
                               conditions...),
              name);
    }
    // No new namespace by clone; clone3, whose flags lie in memory where a filter cannot look, as if the kernel had none: libc
    // then uses clone. Keystrokes pushed into a terminal are keystrokes of whoever owns it.
    void refuse_namespaces() {
        refuse(namespace_calls);
        refuse("clone3", ENOSYS);
        for (unsigned long flag : namespace_flags) refuse_if("clone", EPERM, SCMP_A0_64(SCMP_CMP_MASKED_EQ, flag, flag));
        refuse_if("ioctl", EPERM, SCMP_A1_32(SCMP_CMP_EQ, TIOCSTI));
        refuse_if("ioctl", EPERM, SCMP_A1_32(SCMP_CMP_EQ, TIOCLINUX));
    }
    void load() {
        check(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1), "TSYNC");
        check(seccomp_load(context_.get()), "seccomp_load");
    }
    std::string compiled() {
        Fd memory(::memfd_create("filter", MFD_CLOEXEC));
        if (!memory) throw_errno("memfd_create");
        check(seccomp_export_bpf(context_.get(), memory.get()), "seccomp_export_bpf");
        off_t size = ::lseek(memory.get(), 0, SEEK_END);
        std::string out(static_cast<std::size_t>(size), '\0');
        if (::pread(memory.get(), out.data(), out.size(), 0) != size) throw_errno("read the filter");
        return out;
    }

   private:
    static void check(int result, const char* what) {
        if (result < 0) throw_errno(std::string("seccomp: ") + what, -result);
    }
    std::unique_ptr<void, decltype(&seccomp_release)> context_;
};

}  // namespace

void filter_gate_system_calls() {
    Filter filter;
    filter.refuse_namespaces();
    filter.refuse(kernel_calls);
    filter.refuse(process_calls);
    // Threads, but no processes.
    filter.refuse_if("clone", EPERM, SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    // The sockets that the gate works with are given to it. A listener that was shut down could be connected elsewhere, by
    // connect or by data sent with MSG_FASTOPEN.
    for (const char* call : {"socket", "connect", "bind"}) filter.refuse(call);
    filter.refuse_if("sendto", EPERM, SCMP_A3_32(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, MSG_FASTOPEN));
    filter.refuse_if("sendmsg", EPERM, SCMP_A2_32(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, MSG_FASTOPEN));
    filter.refuse_if("sendmmsg", EPERM, SCMP_A3_32(SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, MSG_FASTOPEN));
    filter.load();
}

std::string instance_system_call_filter() {
    Filter filter;
    filter.refuse_namespaces();
    filter.refuse(kernel_calls);
    // Only the families that belong to the instance's own network namespace: vsock and others would be the host's.
    filter.refuse_if("socket", EAFNOSUPPORT, SCMP_A0_32(SCMP_CMP_GT, AF_PACKET));
    for (int family : {AF_AX25, AF_IPX, AF_APPLETALK, AF_NETROM, AF_BRIDGE, AF_ATMPVC, AF_X25, AF_ROSE, AF_DECnet, AF_NETBEUI,
                       AF_SECURITY, AF_KEY})
        filter.refuse_if("socket", EAFNOSUPPORT, SCMP_A0_32(SCMP_CMP_EQ, static_cast<unsigned>(family)));
    // One group is mapped, and setgroups is denied where that is so. su and sudo only want to end up in that one: told that
    // they have, they work.
    filter.refuse("setgroups", 0);
    return filter.compiled();
}

}  // namespace sekisho::process
