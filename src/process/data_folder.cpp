#include "process/data_folder.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/bytes.h"
#include "base/log.h"
#include "base/result.h"
#include "process/supervisor.h"

namespace sekisho::process {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view lock_mark = "sekisho ";
constexpr auto wait_for_killed_server = std::chrono::seconds(10);

bool has_other_things(const fs::path& path) {
    for (const auto& entry : fs::directory_iterator(path))
        if (entry.path().filename() != "lost+found") return true;
    return false;
}

RunAs run_as_for(const fs::path& path) {
    if (::geteuid() != 0) return {::geteuid(), ::getegid(), false};
    struct stat status {};
    if (::stat(path.c_str(), &status) < 0) throw_errno("stat " + path.string());
    if (status.st_uid == 0) return {unprivileged_id, unprivileged_id, true};
    gid_t gid = status.st_gid;
    if (gid == 0) {
        const passwd* entry = ::getpwuid(status.st_uid);
        gid = entry && entry->pw_gid != 0 ? entry->pw_gid : unprivileged_id;
    }
    return {status.st_uid, gid, true};
}

void give_to(const RunAs& run_as, const fs::path& path) {
    auto give = [&](const fs::path& one) {
        struct stat status {};
        if (::lstat(one.c_str(), &status) == 0 && status.st_uid == 0 && ::lchown(one.c_str(), run_as.uid, run_as.gid) < 0)
            throw_errno("chown " + one.string());
    };
    for (const auto& entry : fs::recursive_directory_iterator(path)) give(entry.path());  // follows no links
    give(path);
}

// The process id in the lock file, for the message; 0 when there is none.
pid_t holder(int lock) {
    char text[64] = {};
    if (::pread(lock, text, sizeof text - 1, 0) <= static_cast<ssize_t>(lock_mark.size())) return 0;
    auto pid =
        parse_u64(trim(std::string_view(text).substr(lock_mark.size(), std::string_view(text).find('\n') - lock_mark.size())));
    return pid ? static_cast<pid_t>(*pid) : 0;
}

Fd take_lock(const fs::path& path) {
    Fd lock(::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock) throw_errno("open " + (path / "lock").string());
    auto deadline = std::chrono::steady_clock::now() + wait_for_killed_server;
    while (::flock(lock.get(), LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK) throw_errno("flock " + (path / "lock").string());
        pid_t pid = holder(lock.get());
        bool alive = pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
        if (alive || std::chrono::steady_clock::now() > deadline)
            throw Fault(fmt::format("the data folder {} is in use by another server (process {})", path.string(), pid));
        // The server was killed; its gate or lab still holds the lock, and is ending.
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::string text = fmt::format("{}{}\n", lock_mark, ::getpid());
    if (::ftruncate(lock.get(), 0) < 0 ||
        ::pwrite(lock.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        throw_errno("write " + (path / "lock").string());
    return lock;
}

}  // namespace

std::filesystem::path default_data_folder() {
    if (::geteuid() == 0) return "/var/lib/sekisho";
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg && *xdg == '/') return fs::path(xdg) / "sekisho";
    const char* home = std::getenv("HOME");
    if (!home || *home != '/') {
        const passwd* entry = ::getpwuid(::geteuid());
        if (!entry) throw Fault("no home folder: name a data folder by --data");
        home = entry->pw_dir;
    }
    return fs::path(home) / ".local/share/sekisho";
}

DataFolder open_data_folder(fs::path path) {
    path = fs::absolute(path).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) throw Fault("cannot make " + path.parent_path().string() + ": " + error.message());
    if (::mkdir(path.c_str(), 0700) < 0 && errno != EEXIST) throw_errno("mkdir " + path.string());
    path = fs::canonical(path);
    if (path == "/") throw Fault("/ cannot be the data folder");
    if (!fs::exists(path / "lock") && has_other_things(path))
        throw Fault("the folder " + path.string() + " has other things in it: name an empty or new one by --data");
    struct stat status {};
    if (::stat(path.c_str(), &status) < 0) throw_errno("stat " + path.string());
    if (!S_ISDIR(status.st_mode)) throw Fault(path.string() + " is not a folder");
    if (::geteuid() != 0 && status.st_uid != ::geteuid())
        throw Fault("the data folder " + path.string() + " belongs to another user");

    DataFolder out{path, run_as_for(path), {}};
    out.lock = take_lock(path);
    if (::chmod(path.c_str(), 0700) < 0) throw_errno("chmod " + path.string());
    // Root's own folder becomes the unprivileged id's: a new one, or one that root restored from a backup. Nobody else could
    // have put links into it. One that already belongs to that id is not walked.
    if (out.run_as.switched && status.st_uid == 0) give_to(out.run_as, path);
    Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) throw_errno("open " + path.string());
    if (::mkdirat(folder.get(), lab_folder_name, 0700) < 0 && errno != EEXIST)
        throw_errno("mkdir " + (path / lab_folder_name).string());
    Fd lab(::openat(folder.get(), lab_folder_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!lab) throw_errno("open " + (path / lab_folder_name).string());
    for (int made : {lab.get(), out.lock.get()})
        if (out.run_as.switched && ::fchown(made, out.run_as.uid, out.run_as.gid) < 0) throw_errno("chown in " + path.string());
    return out;
}

}  // namespace sekisho::process
