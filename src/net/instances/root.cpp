// The root of an instance. Its disk was written by strangers: no path below it is followed before pivot_root but names that
// were just seen to be folders of the overlay itself.
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include <filesystem>

#include "base/result.h"
#include "net/instances/children.h"
#include "process/confinement/steps.h"

namespace sekisho::net::instances {
namespace fs = std::filesystem;
using process::bind;
using process::mount_new;
namespace {

const fs::path root = "/run/root";  // in the lab's own /run; each init has a mount namespace of its own to fill it in
constexpr unsigned long plain = MS_NOSUID | MS_NODEV;
constexpr std::uint64_t plain_attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

std::string file_system_name(const std::string& folder) {
    struct statfs status {};
    if (::statfs(folder.c_str(), &status) < 0) return "an unknown file system";
    switch (static_cast<unsigned long>(status.f_type)) {
        case OVERLAYFS_SUPER_MAGIC:
            return "overlayfs";
        case NFS_SUPER_MAGIC:
            return "NFS";
        case 0x65735546:
            return "FUSE";
        case 0x01021997:
            return "9p";
        case 0xff534d42:
            return "CIFS";
        case 0xfe534d42:
            return "SMB";
        default:
            return fmt::format("a file system of type {:#x}", static_cast<unsigned long>(status.f_type));
    }
}

void mount_overlay(const InstanceSpec& spec) {
    for (const char* name : {"/upper", "/work"})
        if (::mkdir((spec.disk + name).c_str(), 0755) < 0 && errno != EEXIST) throw_errno("mkdir " + spec.disk + name);
    std::string options =
        "lowerdir=" + spec.image + ",upperdir=" + spec.disk + "/upper,workdir=" + spec.disk + "/work,userxattr";
    if (::mount("overlay", root.c_str(), "overlay", plain, options.c_str()) == 0) return;
    int error = errno;
    throw Fault(
        fmt::format("the disk cannot be mounted ({}): the data folder lies on {}, which takes no overlay; name one on ext4, "
                    "xfs, btrfs or tmpfs by --data",
                    ::strerror(error), file_system_name(spec.disk)));
}

// A top-level name to mount on. Whatever root inside put there instead of a folder is replaced: a link would lead out.
fs::path mount_point(const char* name) {
    Fd folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder) throw_errno("open the root");
    struct stat status {};
    bool there = ::fstatat(folder.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (there && !S_ISDIR(status.st_mode)) {
        if (::unlinkat(folder.get(), name, 0) < 0) throw_errno(std::string("unlink /") + name);
        there = false;
    }
    if (!there && ::mkdirat(folder.get(), name, 0755) < 0) throw_errno(std::string("mkdir /") + name);
    return root / name;
}

void make_file(const fs::path& path) {
    Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file) throw_errno("create " + path.string());
}

void make_dev() {
    fs::path dev = mount_point("dev");
    mount_new("tmpfs", dev, MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k");
    for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"}) {
        make_file(dev / name);
        bind(fs::path("/dev") / name, dev / name, false, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
    }
    for (const char* name : {"pts", "shm"})
        if (::mkdir((dev / name).c_str(), 0755) < 0) throw_errno("mkdir /dev/" + std::string(name));
    mount_new("devpts", dev / "pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
    mount_new("tmpfs", dev / "shm", plain, "mode=1777,size=64m");
    for (auto [target, name] : {std::pair{"pts/ptmx", "ptmx"},
                                {"/proc/self/fd", "fd"},
                                {"/proc/self/fd/0", "stdin"},
                                {"/proc/self/fd/1", "stdout"},
                                {"/proc/self/fd/2", "stderr"}})
        fs::create_symlink(target, dev / name);
}

// The parts of /proc and /sys that tell about the host, or steer it. Most are refused to this id anyway.
void cover(const fs::path& proc, const fs::path& sys) {
    for (const char* name : {"sys", "irq", "bus", "fs", "sysrq-trigger"})
        if (fs::exists(proc / name)) bind(proc / name, proc / name, true, MOUNT_ATTR_RDONLY | plain_attributes);
    for (const char* name : {"kcore", "keys", "timer_list", "latency_stats", "sched_debug", "kallsyms", "kmsg"})
        if (fs::exists(proc / name)) bind("/dev/null", proc / name, false, MOUNT_ATTR_NOSUID);
    for (const fs::path& folder : {proc / "scsi", proc / "acpi", sys / "firmware", sys / "fs", sys / "kernel"})
        if (fs::is_directory(folder)) mount_new("tmpfs", folder, plain | MS_NOEXEC | MS_RDONLY, "size=0");
}

}  // namespace

void enter_instance_root(const InstanceSpec& spec) {
    process::keep_mounts_private();
    if (::mkdir(root.c_str(), 0755) < 0 && errno != EEXIST) throw_errno("mkdir " + root.string());
    mount_overlay(spec);
    bind("/usr", mount_point("usr"), true, MOUNT_ATTR_RDONLY | plain_attributes);
    for (const char* name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"})
        if (fs::is_directory(fs::symlink_status(fs::path("/") / name)))
            bind(fs::path("/") / name, mount_point(name), true, MOUNT_ATTR_RDONLY | plain_attributes);
    fs::path proc = mount_point("proc"), sys = mount_point("sys");
    mount_new("proc", proc, plain | MS_NOEXEC);
    mount_new("sysfs", sys, plain | MS_NOEXEC | MS_RDONLY);
    make_dev();
    cover(proc, sys);
    fs::path run = mount_point("run");
    mount_new("tmpfs", run, plain, "mode=0755,size=64m");
    if (::mkdir((run / "lock").c_str(), 01777) < 0) throw_errno("mkdir /run/lock");
    process::pivot_into(root);
}

}  // namespace sekisho::net::instances
