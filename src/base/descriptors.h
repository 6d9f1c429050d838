// Bytes with descriptors over a unix socket (SCM_RIGHTS): the two system calls, with their pitfalls handled once.
#pragma once

#include <sys/types.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"

namespace sekisho {

constexpr std::size_t descriptors_per_message_max = 253;  // the kernel's SCM_MAX_FD

// As send(2): the number of bytes taken, or -1 with errno. The descriptors go with the first byte. Never raises SIGPIPE.
ssize_t send_with_descriptors(int socket, std::string_view bytes, std::span<const int> descriptors, int flags);

struct Received {
    ssize_t bytes = 0;     // as recv(2): 0 at the end, -1 with errno
    std::vector<Fd> fds;   // close-on-exec
    bool cut_off = false;  // bytes or descriptors did not fit, and are lost
};
Received receive_with_descriptors(int socket, std::span<char> buffer, int flags);

}  // namespace sekisho
