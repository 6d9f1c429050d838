// Bool. Anything but true and false equals neither.
#include "base/bytes.h"
#include "policy/match/operator.h"

namespace sekisho::policy::match {

std::optional<bool> parse_boolean(std::string_view text) {
    if (equal_ignoring_case(text, "true")) return true;
    if (equal_ignoring_case(text, "false")) return false;
    return std::nullopt;
}

bool boolean(bool wanted, std::string_view actual) { return parse_boolean(actual) == wanted; }

}  // namespace sekisho::policy::match
