// Kernel: makes and removes objects, and holds what has to be held: descriptors of namespaces and of open sockets.
//
// Works in batches: one netlink message batch or one nf_tables transaction per namespace and kind of object. Every method must
// run in a thread of its own (in_own_thread), because it walks through network namespaces.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/fd.h"
#include "net/netlink.h"
#include "net/objects.h"

namespace sekisho::net::kernel {

class Kernel {
   public:
    using Verdict = std::function<void(const Object& object, const std::string& error)>;  // error empty: done

    // In the order given; `verdict` is called once for each object.
    void make(std::span<const Object> objects, const Verdict& verdict);
    void remove(std::span<const Object> objects, const Verdict& verdict);
    void forget(const Object& object);  // it went by itself

    // Packets and bytes by counter, of one namespace.
    struct Count {
        std::uint64_t packets = 0, bytes = 0;
    };
    std::map<std::string, Count> counters(const std::string& space);

    Fd space(const std::string& name) const;  // a copy of the descriptor; empty: not there

    struct OpenSocket {
        OpenedSocket meaning;
        Fd fd;
    };
    const std::map<std::uint64_t, OpenSocket>& sockets() const { return sockets_; }
    // Ids of sockets that were closed since the last call.
    std::vector<std::uint64_t> take_closed() { return std::exchange(closed_, {}); }

   private:
    void make_space(const Space& space);
    void make_socket(const Object& object);
    void remove_socket(const Object& object);
    void batch(std::span<const Object> group, bool make, const Verdict& verdict);
    void links(std::span<const Object> group, bool make, const Verdict& verdict);
    void firewall(std::span<const Object> group, bool make, const Verdict& verdict);
    bool go(const std::string& space);

    std::map<std::string, Fd> spaces_;
    std::map<std::uint64_t, OpenSocket> sockets_;
    std::map<Socket, std::uint64_t> socket_ids_;
    std::uint64_t last_socket_ = 0;
    std::vector<std::uint64_t> closed_;
};

}  // namespace sekisho::net::kernel
