// Text and bytes: hex, base64, percent-encoding, case folding, splitting. No allocation beyond the result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho {

std::string to_hex(std::string_view bytes);  // lower case
std::optional<std::string> from_hex(std::string_view text);
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // strict: padded, no line breaks

// RFC 3986 as SigV4 asks: everything but A–Z a–z 0–9 - . _ ~ is encoded, with upper-case digits.
std::string percent_encode(std::string_view text, bool keep_slash = false);
// nullopt on a stray '%' or a NUL byte is left to the caller; `plus_is_space` for form bodies.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

std::string to_lower(std::string_view text);                       // ASCII only
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII only
std::string_view trim(std::string_view text);                      // spaces and tabs
std::vector<std::string_view> split(std::string_view text, char separator);
std::optional<std::uint64_t> parse_u64(std::string_view text);  // digits only, no sign, no overflow
std::optional<std::int64_t> parse_i64(std::string_view text);
bool valid_utf8(std::string_view text);  // no surrogates, no overlong forms

// Length may leak, content not. For MACs and secrets.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace sekisho
