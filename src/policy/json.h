// Json: a strict JSON reader (RFC 8259) that keeps the place of every value, for messages and explanations.
// Refuses what a policy may not hold: duplicate names in one object, invalid UTF-8, more than `depth_max` levels.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho::policy {

struct Position {
    std::uint32_t line = 1;    // from 1
    std::uint32_t column = 1;  // from 1, in bytes
    std::uint32_t offset = 0;  // from 0, in bytes
    auto operator<=>(const Position&) const = default;
};

struct Json {
    enum class Type : std::uint8_t { null, boolean, number, string, array, object };
    struct Member;

    Type type = Type::null;
    Position position;
    std::string text;  // strings: decoded; numbers and booleans: as written
    std::vector<Json> items;
    std::vector<Member> members;

    bool is(Type t) const { return type == t; }
    const Member* find(std::string_view name) const;  // names of policies compare with case
};

struct Json::Member {
    std::string name;
    Position position;  // of the name
    Json value;
};

struct JsonError {
    std::string what;
    Position position;
    bool duplicate_name = false;
};

inline constexpr std::size_t json_depth_max = 32;

std::expected<Json, JsonError> parse_json(std::string_view text, std::size_t depth_max = json_depth_max);

}  // namespace sekisho::policy
