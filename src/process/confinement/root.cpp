#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/result.h"
#include "process/confinement/steps.h"

namespace sekisho::process {
namespace fs = std::filesystem;
namespace {

// Where the new root is put together: a folder that every system has and that no entry's source lies below, but the working
// directory, which is reached by "." and not by its path.
const fs::path workbench = "/tmp";

// Adds attributes, never takes one away: those of the host's own mounts are locked in a user namespace.
void set_attributes(const fs::path& target, std::uint64_t attributes, bool recursive) {
    mount_attr change{};
    change.attr_set = attributes;
    if (::syscall(SYS_mount_setattr, AT_FDCWD, target.c_str(), recursive ? AT_RECURSIVE : 0, &change, sizeof change) < 0)
        throw_errno("mount_setattr " + target.string());
}

void make_target(const fs::path& target, bool folder) {
    fs::create_directories(folder ? target : target.parent_path());
    if (folder) return;
    Fd file(::open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file) throw_errno("create " + target.string());
}

void add(const RootEntry& entry) {
    fs::path target = workbench / entry.path.relative_path();
    std::uint64_t attributes = MOUNT_ATTR_NOSUID;
    if (!entry.devices) attributes |= MOUNT_ATTR_NODEV;
    if (!entry.executable) attributes |= MOUNT_ATTR_NOEXEC;
    if (entry.read_only) attributes |= MOUNT_ATTR_RDONLY;
    if (entry.source.empty()) {
        make_target(target, true);
        mount_new(entry.type.empty() ? "tmpfs" : entry.type.c_str(), target, MS_NOSUID | MS_NODEV | MS_NOEXEC,
                  entry.type.empty() ? "mode=0755,size=16m" : "");
        set_attributes(target, attributes, false);
        return;
    }
    struct stat status {};
    if (::lstat(entry.source.c_str(), &status) < 0) {
        if (entry.optional && errno == ENOENT) return;
        throw_errno("stat " + entry.source.string());
    }
    if (S_ISLNK(status.st_mode)) {
        fs::create_directories(target.parent_path());
        fs::copy_symlink(entry.source, target);
        return;
    }
    make_target(target, S_ISDIR(status.st_mode));
    bind(entry.source, target, entry.recursive, attributes);
}

}  // namespace

void mount_new(const char* type, const fs::path& target, unsigned long flags, const std::string& options) {
    if (::mount(type, target.c_str(), type, flags, options.c_str()) < 0)
        throw_errno("mount " + std::string(type) + " on " + target.string());
}

void bind(const fs::path& source, const fs::path& target, bool recursive, std::uint64_t attributes) {
    if (::mount(source.c_str(), target.c_str(), nullptr, MS_BIND | (recursive ? MS_REC : 0), nullptr) < 0)
        throw_errno("bind " + source.string() + " on " + target.string());
    set_attributes(target, attributes, recursive);
}

void keep_mounts_private() {
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) throw_errno("make the mounts private");
}

void pivot_into(const fs::path& new_root) {
    if (::chdir(new_root.c_str()) < 0) throw_errno("chdir " + new_root.string());
    // pivot_root(2), "pivot_root(".", ".")": the old root is stacked below the new one, and taken off whole.
    if (::syscall(SYS_pivot_root, ".", ".") < 0) throw_errno("pivot_root");
    if (::umount2(".", MNT_DETACH) < 0) throw_errno("umount the old root");
    if (::chdir("/") < 0) throw_errno("chdir /");
}

void enter_root(const std::vector<RootEntry>& entries) {
    keep_mounts_private();
    mount_new("tmpfs", workbench, MS_NOSUID | MS_NODEV, "mode=0755,size=1m");
    for (const auto& entry : entries) add(entry);
    set_attributes(workbench, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC, false);
    pivot_into(workbench);
}

}  // namespace sekisho::process
