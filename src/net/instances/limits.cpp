#include "net/instances/limits.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.h"

namespace sekisho::net::instances {
namespace {

constexpr int processes_max = 4096;
constexpr int period_us = 100'000;

bool write_to(const Fd& folder, const std::string& path, const std::string& text) {
    Fd file(::openat(folder.get(), path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

void Limits::make(const std::string& instance, std::uint64_t memory_bytes_max, int processors) {
    for (const auto& folder : folders_) {
        if (::mkdirat(folder.folder.get(), instance.c_str(), 0755) < 0 && errno != EEXIST) {
            log::warning("{} runs without limits: its control group cannot be made", instance);
            continue;
        }
        auto set = [&](const char* controller, const std::string& file, const std::string& value) {
            if (std::find(folder.controllers.begin(), folder.controllers.end(), controller) == folder.controllers.end()) return;
            if (!write_to(folder.folder, instance + "/" + file, value))
                log::warning("{}: {} cannot be set to {}", instance, file, value);
        };
        set("pids", "pids.max", std::to_string(processes_max));
        if (memory_bytes_max > 0)
            set("memory", folder.unified ? "memory.max" : "memory.limit_in_bytes", std::to_string(memory_bytes_max));
        // Nor more of it in swap; a kernel that does not count swap has no such file.
        if (memory_bytes_max > 0)
            write_to(folder.folder, instance + (folder.unified ? "/memory.swap.max" : "/memory.memsw.limit_in_bytes"),
                     folder.unified ? "0" : std::to_string(memory_bytes_max));
        if (processors <= 0) continue;
        std::string quota = std::to_string(processors * period_us);
        if (folder.unified)
            set("cpu", "cpu.max", quota + " " + std::to_string(period_us));
        else
            set("cpu", "cpu.cfs_quota_us", quota);  // of the period that is the kernel's default
    }
}

std::vector<Fd> Limits::doors(const std::string& instance) const {
    std::vector<Fd> out;
    for (const auto& folder : folders_) {
        Fd door(::openat(folder.folder.get(), (instance + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
        if (door) out.push_back(std::move(door));
    }
    return out;
}

void Limits::remove(const std::string& instance) {
    for (const auto& folder : folders_) ::unlinkat(folder.folder.get(), instance.c_str(), AT_REMOVEDIR);
}

void join(std::vector<Fd> doors) {
    for (const auto& door : doors) [[maybe_unused]] ssize_t n = ::write(door.get(), "0", 1);
}

}  // namespace sekisho::net::instances
