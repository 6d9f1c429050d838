#include "base/result.h"

#include <cerrno>
#include <system_error>

namespace sekisho {
void throw_errno(std::string_view call, int error) {
    throw Fault(std::string(call) + ": " + std::generic_category().message(error));
}
void throw_errno(std::string_view call) { throw_errno(call, errno); }
}  // namespace sekisho
