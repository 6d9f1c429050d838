#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace sekisho::log {

namespace {

// stderr is the one thing that every part of a process shares; nothing decides anything by it.
spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>("sekisho", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %n: %v", spdlog::pattern_time_type::utc);
        made->set_level(spdlog::level::info);
        return made;
    }();
    return *instance;
}

std::string& process_name() {
    static std::string name = "sekisho";
    return name;
}

spdlog::level::level_enum level_of(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

void set_level(Level level) { logger().set_level(level_of(level)); }
void set_process_name(std::string_view name) {
    process_name() = std::string(name);
    logger().set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l " + process_name() + ": %v", spdlog::pattern_time_type::utc);
}

void write(Level level, std::string_view line) {
    // Text from strangers may stand in a line: control characters could forge lines or drive the terminal.
    std::string clean(line);
    for (char& c : clean)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    logger().log(level_of(level), clean);
}

}  // namespace sekisho::log
