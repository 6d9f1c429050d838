// Limits: one control group per instance, in the folders that the supervisor has prepared. Nothing where there are none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"

namespace sekisho::net::instances {

struct LimitsFolder {
    std::vector<std::string> controllers;  // of "memory", "pids", "cpu"
    bool unified = false;                  // version 2
    Fd folder;
};

class Limits {
   public:
    explicit Limits(std::vector<LimitsFolder> folders) : folders_(std::move(folders)) {}

    // Makes the instance's groups and sets their limits (0: none).
    void make(const std::string& instance, std::uint64_t memory_bytes_max, int processors);
    // A process that writes "0" to each of these has joined.
    std::vector<Fd> doors(const std::string& instance) const;
    void remove(const std::string& instance);  // when its processes are gone

   private:
    std::vector<LimitsFolder> folders_;
};

void join(std::vector<Fd> doors);  // by the process itself; closes them

}  // namespace sekisho::net::instances
