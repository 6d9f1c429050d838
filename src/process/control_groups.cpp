#include "process/control_groups.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>

#include "base/bytes.h"

namespace sekisho::process {
namespace fs = std::filesystem;
namespace {

constexpr const char* wanted_controllers[] = {"memory", "pids", "cpu"};

constexpr int sweep_attempts_max = 3000;
constexpr useconds_t sweep_pause_us = 10'000;

std::string read_text(const fs::path& path) {
    Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    char piece[4096];
    for (ssize_t n; file && (n = ::read(file.get(), piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(n));
    return text;
}

bool write_text(const fs::path& path, const std::string& text) {
    Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::vector<std::string> words(const std::string& text, char separator) {
    std::vector<std::string> out;
    for (auto word : split(text, separator))
        if (!trim(word).empty()) out.emplace_back(trim(word));
    return out;
}

bool has(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Where a hierarchy is mounted, and which controllers it has (version 1; empty: version 2).
struct Mount {
    fs::path point;
    std::vector<std::string> controllers;
    bool unified;
};
std::vector<Mount> mounts() {
    std::vector<Mount> out;
    std::istringstream lines(read_text("/proc/self/mountinfo"));
    for (std::string line; std::getline(lines, line);) {
        auto fields = words(line, ' ');
        auto dash = std::find(fields.begin(), fields.end(), "-");
        if (fields.size() < 5 || fields.end() - dash < 4) continue;
        if (dash[1] == "cgroup2") out.push_back({fields[4], {}, true});
        if (dash[1] == "cgroup") out.push_back({fields[4], words(dash[3], ','), false});
    }
    return out;
}

// The server's own group in a hierarchy, below its mount.
fs::path own_group(const Mount& mount) {
    std::istringstream lines(read_text("/proc/self/cgroup"));  // "4:memory:/user.slice", "0::/user.slice"
    for (std::string line; std::getline(lines, line);) {
        auto first = line.find(':'), second = line.find(':', first + 1);
        if (second == std::string::npos) continue;
        auto controllers = words(line.substr(first + 1, second - first - 1), ',');
        bool same = mount.unified ? controllers.empty() && line.starts_with("0:")
                                  : !controllers.empty() && has(mount.controllers, controllers.front());
        if (same) return mount.point / fs::path(line.substr(second + 1)).relative_path();
    }
    return mount.point;
}

// Version 2 hands controllers on only from groups without processes of their own: where the server is the only one in its
// group, it moves into a group below. (That one stays until whoever delegated the group removes it.)
void enable_controllers(const fs::path& group) {
    if (trim(read_text(group / "cgroup.controllers")).empty()) return;
    auto enable = [&] {
        bool all = true;
        for (const char* controller : wanted_controllers)
            all = write_text(group / "cgroup.subtree_control", std::string("+") + controller) && all;
        return all;
    };
    if (enable()) return;
    if (words(read_text(group / "cgroup.procs"), '\n') != std::vector{std::to_string(::getpid())}) return;
    fs::path leaf = group / "sekisho-server";
    if (::mkdir(leaf.c_str(), 0755) < 0 && errno != EEXIST) return;
    if (write_text(leaf / "cgroup.procs", "0")) enable();
}

// The groups right below one whose names begin so.
std::vector<fs::path> below(const fs::path& group, const std::string& prefix) {
    std::vector<fs::path> out;
    std::error_code error;
    for (fs::directory_iterator entry(group, error), end; !error && entry != end; entry.increment(error))
        if (entry->is_directory(error) && entry->path().filename().string().starts_with(prefix)) out.push_back(entry->path());
    return out;
}

// False while a process is in it.
bool remove_with_groups(const fs::path& group) {
    for (const auto& path : below(group, "")) ::rmdir(path.c_str());
    return ::rmdir(group.c_str()) == 0 || errno == ENOENT;
}

bool give_to(const fs::path& group, const RunAs& run_as) {
    if (!run_as.switched) return true;
    bool given = ::chown(group.c_str(), run_as.uid, run_as.gid) == 0;
    for (const char* file : {"cgroup.procs", "tasks", "cgroup.subtree_control", "cgroup.threads"})
        ::chown((group / file).c_str(), run_as.uid, run_as.gid);  // those that this version has
    return given;
}

// One folder, or nothing.
std::vector<ControlGroupFolder> prepare(const Mount& mount, const fs::path& parent, const std::string& name,
                                        const RunAs& run_as) {
    for (const auto& left_behind : below(parent, name)) remove_with_groups(left_behind);
    if (mount.unified) enable_controllers(parent);
    fs::path path = parent / fmt::format("{}-{}", name, ::getpid());
    if (::mkdir(path.c_str(), 0755) < 0) return {};
    auto controllers = mount.unified ? words(read_text(path / "cgroup.controllers"), ' ') : mount.controllers;
    std::erase_if(controllers, [](const std::string& word) {
        return std::find(std::begin(wanted_controllers), std::end(wanted_controllers), word) == std::end(wanted_controllers);
    });
    if (controllers.empty() || !give_to(path, run_as) || ::mkdir((path / "lab").c_str(), 0755) < 0) {
        remove_with_groups(path);
        return {};
    }
    give_to(path / "lab", run_as);
    if (mount.unified)
        for (const auto& controller : controllers) write_text(path / "cgroup.subtree_control", "+" + controller);
    std::vector<ControlGroupFolder> out;
    out.push_back({path, controllers, mount.unified, Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))});
    return out;
}

// A process that outlives the server by a moment: groups do not go by themselves, and a killed server removes nothing.
void start_sweeper(ControlGroups& groups) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return;
    Fd server_lives(ends[0]);
    groups.sweeper_waits = Fd(ends[1]);
    groups.sweeper = ::fork();  // safe: the supervisor has one thread
    if (groups.sweeper != 0) return;
    ::setsid();
    ::prctl(PR_SET_NAME, "sekisho-sweeper");
    Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null.get(), fd);
    ::dup2(server_lives.get(), STDIN_FILENO);
    ::syscall(SYS_close_range, 3, ~0u, 0);
    char c;
    while (::read(STDIN_FILENO, &c, 1) < 0 && errno == EINTR) {
    }
    for (int attempt = 0; attempt < sweep_attempts_max; ++attempt) {
        bool all = true;
        for (const auto& folder : groups.folders) all = remove_with_groups(folder.path) && all;
        if (all) break;
        ::usleep(sweep_pause_us);  // its last processes are ending
    }
    ::_exit(0);
}

}  // namespace

std::string control_group_name(const fs::path& data_folder) {
    return fmt::format("sekisho-{:x}", std::hash<std::string>()(data_folder.string()));
}

ControlGroups prepare_control_groups(const RunAs& run_as, const std::string& name) {
    ControlGroups out;
    std::vector<std::string> left(std::begin(wanted_controllers), std::end(wanted_controllers));
    for (const auto& mount : mounts()) {
        if (!mount.unified &&
            std::none_of(mount.controllers.begin(), mount.controllers.end(), [&](auto& word) { return has(left, word); }))
            continue;
        auto found = prepare(mount, own_group(mount), name, run_as);
        if (found.empty() && run_as.switched && mount.unified) found = prepare(mount, mount.point, name, run_as);
        for (auto& folder : found) {
            for (const auto& controller : folder.controllers) std::erase(left, controller);
            out.folders.push_back(std::move(folder));
        }
    }
    if (!out.folders.empty()) start_sweeper(out);
    if (left.empty()) return out;
    for (const auto& controller : left) out.missing += (out.missing.empty() ? "" : ", ") + controller;
    out.missing += run_as.switched
                       ? ": this machine has no control groups for it"
                       : ": no control group is delegated to this user (systemd-run --user --scope -p Delegate=yes does)";
    return out;
}

void place_lab(const ControlGroups& groups, pid_t lab) {
    for (const auto& folder : groups.folders) write_text(folder.path / "lab/cgroup.procs", std::to_string(lab));
}

void remove_instance_groups(const ControlGroups& groups) {
    for (const auto& folder : groups.folders)
        for (const auto& path : below(folder.path, "i-")) ::rmdir(path.c_str());
}

void remove_control_groups(ControlGroups& groups) {
    for (const auto& folder : groups.folders) remove_with_groups(folder.path);
    groups.sweeper_waits.reset();
    if (groups.sweeper > 0) ::waitpid(groups.sweeper, nullptr, 0);
    groups = {};
}

}  // namespace sekisho::process
