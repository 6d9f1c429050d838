// What the launcher's children are told, as JSON in a memory file: one for an instance's init, one for a shell.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/fd.h"

namespace sekisho::net::instances {

struct InstanceSpec {
    std::string id;
    std::string image;      // folder of the base image's root
    std::string disk;       // folder with upper/ and work/
    std::string host_name;  // ip-10-0-5-167.ec2.internal
    std::string ca_certificate_pem;
    std::string user_data;  // base64
};

struct ShellSpec {
    std::vector<std::string> command;  // empty: a login shell
    bool terminal = false;
    int rows = 24, columns = 80;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(InstanceSpec, id, image, disk, host_name, ca_certificate_pem, user_data)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ShellSpec, command, terminal, rows, columns)

Fd write_spec(const nlohmann::json& spec);  // a sealed memory file
nlohmann::json read_spec(int fd);

}  // namespace sekisho::net::instances
