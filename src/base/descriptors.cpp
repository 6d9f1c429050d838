#include "base/descriptors.h"

#include <sys/socket.h>

#include <cstring>

#include "base/check.h"

namespace sekisho {

ssize_t send_with_descriptors(int socket, std::string_view bytes, std::span<const int> descriptors, int flags) {
    SEKISHO_CHECK(descriptors.size() <= descriptors_per_message_max);
    iovec piece{const_cast<char*>(bytes.data()), bytes.size()};  // sendmsg only reads it
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * descriptors_per_message_max)] = {};
    if (!descriptors.empty()) {
        header.msg_control = control;
        header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr* item = CMSG_FIRSTHDR(&header);
        item->cmsg_level = SOL_SOCKET;
        item->cmsg_type = SCM_RIGHTS;
        item->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(item), descriptors.data(), descriptors.size_bytes());
    }
    return ::sendmsg(socket, &header, flags | MSG_NOSIGNAL);
}

Received receive_with_descriptors(int socket, std::span<char> buffer, int flags) {
    iovec piece{buffer.data(), buffer.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * descriptors_per_message_max)];
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    Received out;
    out.bytes = ::recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC);
    if (out.bytes < 0) return out;
    for (cmsghdr* item = CMSG_FIRSTHDR(&header); item; item = CMSG_NXTHDR(&header, item)) {
        if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS) continue;
        std::size_t count = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd;
            std::memcpy(&fd, CMSG_DATA(item) + i * sizeof(int), sizeof fd);
            out.fds.emplace_back(fd);
        }
    }
    out.cut_off = header.msg_flags & (MSG_CTRUNC | MSG_TRUNC);
    return out;
}

}  // namespace sekisho
