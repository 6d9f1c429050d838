// What the launcher's children do: the init of an instance, and the helper beside a shell.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "net/instances/limits.h"
#include "net/instances/spec.h"

namespace sekisho::net::instances {

// Answers to the lab, once: after it the socket is closed.
using Say = std::function<void(std::string_view text, std::span<const int> fds)>;

// Runs as process 1 of the instance's own namespaces until it is killed. Throws Fault before it has said "ready".
int run_instance(InstanceSpec spec, Fd network_namespace, std::vector<Fd> doors, const std::string& filter, const Say& say);

// Enters the namespaces of the instance's init, starts the shell or command, says "shell" with its descriptors, and stays
// until it has ended: passes on window sizes and the exit status, hangs up when the client is gone.
int run_shell(ShellSpec spec, Fd init_pidfd, std::vector<Fd> doors, const std::string& filter, const Say& say);

// The instance's root: the overlay, the host's programs, and its own /proc, /sys, /dev, /run. The working directory is /.
void enter_instance_root(const InstanceSpec& spec);

// First boot and every boot: host name, resolver, the authority's certificate. Inside the root.
void write_instance_files(const InstanceSpec& spec);

// What no process inside an instance may do: loads the filter and keeps only the capabilities of an ordinary container.
void confine_to_instance(const std::string& filter);

// The environment of what runs inside: root's, and what /etc/environment of the instance says.
std::vector<std::string> instance_environment(bool terminal);

}  // namespace sekisho::net::instances
