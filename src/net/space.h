// Network namespaces: made, entered and set up from a thread of one's own, because "the network namespace" is a thread's
// attribute.
#pragma once

#include <functional>
#include <string>

#include "base/fd.h"
#include "net/objects.h"

namespace sekisho::net::kernel {

// Runs work in a thread of its own, which may change its network namespace as it likes, and waits for it. Faults come through.
void in_own_thread(const std::function<void()>& work);

// For such a thread only:
void enter(int space);            // from here on the thread is in this namespace
Fd make_space(Space::Kind kind);  // a new anonymous one with its settings; the thread is in it then

}  // namespace sekisho::net::kernel
