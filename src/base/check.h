// SEKISHO_CHECK(condition): states an invariant. A violation is a fault of ours, never of a request: it ends the process.
#pragma once

namespace sekisho {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define SEKISHO_CHECK(condition) ((condition) ? void() : ::sekisho::check_failed(#condition, __FILE__, __LINE__))
