#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace sekisho {
void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "sekisho: invariant violated: %s (%s:%d)\n", condition, file, line);
    std::abort();
}
}  // namespace sekisho
