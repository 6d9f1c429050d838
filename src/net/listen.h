// The sockets that the gate will hold, opened in the namespace that the calling thread is in.
#pragma once

#include "base/fd.h"
#include "net/objects.h"

namespace sekisho::net::kernel {

Fd open_socket(const Socket& socket);  // listening, or bound where it is a datagram socket; non-blocking
// Ends listening at once, also for whoever holds a copy of the descriptor: connections that nobody has accepted yet are reset,
// and an `accept` fails from now on.
void end_listening(int fd);

}  // namespace sekisho::net::kernel
