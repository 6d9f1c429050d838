// Instances: their disks, their first processes, their shells. The lab's main loop owns one; one thread.
//
//   folder/base            the base image (base_image.h)
//   folder/disks/i-…/      upper and work of each instance's overlay: kept over stop, start and restarts of the server
//   folder/trash/          disks of terminated instances, on their way out
#pragma once

#include <poll.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/fd.h"
#include "net/desired.h"
#include "net/fabric.h"
#include "net/instances/launcher.h"
#include "net/instances/limits.h"

namespace sekisho::net::instances {

struct Settings {
    std::filesystem::path folder;
    std::string system_call_filter;
    std::vector<LimitsFolder> limits;
    std::function<Fd(const std::string& interface)> attach;                            // Engine::attach
    std::function<void(const std::string& instance, const std::string& state)> ended;  // an init ended by itself
};

// error (empty: opened) and the descriptors: input, [output, error without a terminal,] exit, control.
using ShellOpened = std::function<void(std::string error, std::vector<Fd> fds)>;

class Instances {
   public:
    // Forks the launcher, so construct it before there is any state or thread. Begins to make the base image, if need be.
    explicit Instances(Settings settings);
    ~Instances();

    // Both halves of one apply; the network changes between them. stop: ends (and waits for) what is not to run, removes the
    // disks of what is not listed. start: starts what is to run, all at once, and waits until each is up; reports all states.
    void stop(const Desired& desired);
    void start(const Desired& desired, Report& report);

    void observe(Observation& observation) const;
    void open_shell(const ShellRequest& request, ShellOpened opened);

    // For the owner's loop: what to wait for; and what to do when any of it is ready, or after `timeout_ms`.
    void collect(std::vector<pollfd>& items, int& timeout_ms) const;
    void handle();
    void child_ended(pid_t pid, int status);  // of the owner's waitpid

   private:
    struct Running {
        std::uint64_t boot = 0;
        Fd answers;  // until it is up
        Fd init;     // pidfd
        bool up = false;
        std::string error;
    };
    struct OpeningShell {
        Fd answers;
        ShellOpened opened;
        std::chrono::steady_clock::time_point deadline;
    };

    std::filesystem::path disk(const std::string& id) const { return settings_.folder / "disks" / id; }
    void begin_base_image();
    std::string wait_for_base_image();  // empty, or why there is none
    void launch(const std::string& id, const Instance& wanted, const std::string& ca);
    void hear(Running& running);  // one answer
    void remove_unlisted(const std::map<std::string, const Instance*>& listed);
    void empty_trash();

    Settings settings_;
    Launcher launcher_;
    Limits limits_;
    pid_t image_maker_ = -1, remover_ = -1;
    Fd image_error_;
    std::string image_failure_;
    std::map<std::string, Running> running_;
    std::map<std::string, std::string> failed_;  // instances that did not start: why
    std::vector<OpeningShell> shells_;
    std::uint64_t trash_number_ = 0;
    bool more_trash_ = false;  // since the remover began
};

}  // namespace sekisho::net::instances
