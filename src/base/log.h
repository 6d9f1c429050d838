// The operational log: one line to stderr, for whoever runs the server. The audit log is authz/'s, the reply the client's.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace sekisho::log {

enum class Level { debug, info, warning, error };
void set_level(Level level);
void set_process_name(std::string_view name);  // "gate", "lab", "supervisor": stands on each line
void write(Level level, std::string_view line);

template <class... A>
void debug(fmt::format_string<A...> f, A&&... a) {
    write(Level::debug, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void info(fmt::format_string<A...> f, A&&... a) {
    write(Level::info, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void warning(fmt::format_string<A...> f, A&&... a) {
    write(Level::warning, fmt::format(f, std::forward<A>(a)...));
}
template <class... A>
void error(fmt::format_string<A...> f, A&&... a) {
    write(Level::error, fmt::format(f, std::forward<A>(a)...));
}

}  // namespace sekisho::log
