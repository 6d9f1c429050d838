// Version ids, and the order of a key's versions.
//
// Versions of one key are ordered by a sequence, which grows with each: milliseconds since 1970 · 65,536, or one more than the
// version before, whichever is larger, so that neither a clock that goes back nor two writes within a millisecond disturb it.
// A version id is AWS's in looks: 32 letters, digits, '.' and '_'. The first ten say the sequence, counted down, so ids of a
// key sort newest first as texts; the other 22 are random, so that nobody guesses one. The null version, which has no id, has a
// place among the ids all the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/entropy.h"

namespace sekisho::s3 {

struct ObjectRow;

inline constexpr std::string_view null_version = "null";

// "null", or a text that this server could have made.
bool valid_version_id(std::string_view id);
std::string new_version_id(std::uint64_t sequence, Entropy& entropy);

// As clients name it: its id, or "null".
std::string version_id_of(const ObjectRow& row);
std::uint64_t sequence_of(const ObjectRow& row);
// Where the version stands among those of its key, as text: its id, or what a null version has instead.
std::string place_of(const ObjectRow& row);
// Of a version that is made now and follows `newest` (null: it is the key's first).
std::uint64_t next_sequence(const ObjectRow* newest, std::int64_t now_ms);

}  // namespace sekisho::s3
