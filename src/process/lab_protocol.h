// What gate and lab say to each other: the types of messages and their bodies (JSON).
//
//   gate → lab   desired (Desired)   observe (id)   shell (id, request)
//   lab → gate   socket_opened (OpenedSocket, 1 descriptor)   socket_closed (id)   report (Report)   observation (id, values)
//                shell (id, error; descriptors)   instance_state (instance, state)
//
// Order matters in one place: every socket_opened and socket_closed of a generation comes before its report.
#pragma once

#include <string>

#include "net/desired.h"
#include "net/fabric.h"
#include "net/sockets.h"
#include "process/channel.h"

namespace sekisho::process {

namespace to_lab {
constexpr const char* desired = "desired";
constexpr const char* observe = "observe";
constexpr const char* shell = "shell";
}  // namespace to_lab

namespace to_gate {
constexpr const char* socket_opened = "socket_opened";
constexpr const char* socket_closed = "socket_closed";
constexpr const char* report = "report";
constexpr const char* observation = "observation";
constexpr const char* shell = "shell";
constexpr const char* instance_state = "instance_state";
}  // namespace to_gate

struct Numbered {  // observe, socket_closed
    std::uint64_t id = 0;
};
struct ShellCall {
    std::uint64_t id = 0;
    std::string instance;
    std::vector<std::string> command;
    bool terminal = false;
    int rows = 24, columns = 80;
};
struct ShellAnswer {  // descriptors: input, [output, error without a terminal,] exit, control
    std::uint64_t id = 0;
    std::string error;
};
struct ObserveAnswer {
    std::uint64_t id = 0;
    net::Observation observation;
};
struct InstanceState {
    std::string instance;
    std::string state;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Numbered, id)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ShellCall, id, instance, command, terminal, rows, columns)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ShellAnswer, id, error)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ObserveAnswer, id, observation)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(InstanceState, instance, state)

std::string write_body(const nlohmann::json& value);  // bytes that are not UTF-8 are replaced

// User data may be any bytes: base64 on the way.
std::string write_desired(net::Desired desired);

// Throw ProtocolError on anything that is not exactly such a value.
template <class T>
T read_body(const Message& message);
template <>
net::Desired read_body<net::Desired>(const Message& message);

nlohmann::json parse_body(const Message& message);
[[noreturn]] void refuse_body(const Message& message, const char* why);

template <class T>
T read_body(const Message& message) {
    try {
        return parse_body(message).get<T>();
    } catch (const nlohmann::json::exception& error) {
        refuse_body(message, error.what());
    }
}

}  // namespace sekisho::process
