// The lab's room: what a process in the lab's fresh namespaces makes of them before it builds anything, and whether this
// machine allows it at all.
#pragma once

#include <filesystem>
#include <string>

#include "process/data_folder.h"

namespace sekisho::process {

// In the lab's room: the lab's part of the data folder.
constexpr const char* lab_room_folder = "/data";

// A root with the host's programs (/usr, read-only), /etc, a few devices, /sys, a /proc of its own, and empty /run and /tmp;
// nobody's home, no other file system; loopback up. The working directory becomes lab_room_folder.
void enter_lab_room();

// Builds a small lab (room, a veth pair into a second network namespace, a child) and takes it down. Empty: possible. Else one
// line: what failed and the remedy.
std::string lab_obstacle(const RunAs& run_as, int lab_folder);

}  // namespace sekisho::process
