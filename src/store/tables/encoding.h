// How a row lies in an ordered key-value store: docs/formats.md, "Tables".
//
//     key   := 0x01 · partition, each 00 written as 00 FF · 00 01 · key
//     value := value · CRC-32C of key and value, 4 bytes, least significant first
//
// The end mark 00 01 sorts before 00 FF and before every other byte that could follow, so partitions are contiguous, in
// byte order of their names, and none can reach into another; within one, rows are in byte order of their keys.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::store {

// Key of the row that holds the version of this format; it sorts before all rows.
inline constexpr std::string_view format_key{
    "\x00"
    "format",
    7};
inline constexpr std::string_view format_version = "1";

// What every key of the partition starts with.
std::string partition_start(std::string_view partition);
// The smallest key after all keys of the partition.
std::string partition_end(std::string_view partition);

// `value` with the checksum that binds it to `key` (the whole key, partition included).
void seal_value(std::string_view key, std::string& value);
// The value inside `sealed`; throws a Fault when the checksum does not hold.
std::string_view open_value(std::string_view key, std::string_view sealed);

}  // namespace sekisho::store
