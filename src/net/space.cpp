#include "net/space.h"

#include <fcntl.h>
#include <sched.h>

#include <exception>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sekisho::net::kernel {

namespace {

// /proc/sys/net shows the namespace of the thread that looks. A new namespace copies IPv4's settings from the host's
// (net.core.devconf_inherit_init_net), so everything that would change the path of a packet is set and not assumed.
void set(const std::string& name, std::string_view value, bool needed = true) {
    const std::string path = "/proc/sys/net/" + name;
    Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
        int error = errno;
        // In some containers /proc/sys cannot be written: no harm where the value is already there.
        char now[64];
        Fd look(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        ssize_t size = look ? ::read(look.get(), now, sizeof now) : -1;
        bool same = size > 0 && std::string_view(now, static_cast<std::size_t>(size)).starts_with(value);
        if (needed && !same) throw_errno("set " + path, error);
    }
}

void set_up(Space::Kind kind) {
    const bool forwards = kind != Space::Kind::interface;
    // The lab's internet takes a source address only from where it would route it to.
    const char* reverse_path = kind == Space::Kind::internet ? "1" : "0";
    for (const std::string scope : {"ipv4/conf/all/", "ipv4/conf/default/"}) {
        set(scope + "forwarding", forwards ? "1" : "0");
        set(scope + "rp_filter", reverse_path);
        set(scope + "send_redirects", "0");
        set(scope + "accept_redirects", "0");
        set(scope + "accept_source_route", "0");
        set(scope + "accept_local", "0");
        set(scope + "route_localnet", "0");
        set(scope + "arp_ignore", "0");
        set(scope + "arp_announce", "0");
        set(scope + "arp_filter", "0");
    }
    for (const std::string scope : {"ipv6/conf/all/", "ipv6/conf/default/"}) set(scope + "disable_ipv6", "1", false);
    if (kind == Space::Kind::router) {
        // Where bridged packets also pass the IP hooks, they would pass them twice.
        set("bridge/bridge-nf-call-iptables", "0", false);
        set("bridge/bridge-nf-call-arptables", "0", false);
    }
    if (kind == Space::Kind::nat_gateway)
        // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html: idle for 350 seconds
        set("netfilter/nf_conntrack_tcp_timeout_established", "350", false);
    if (kind == Space::Kind::interface) {
        // An instance's root owns no capability over this namespace, and still may listen on port 80 and ping.
        set("ipv4/ip_unprivileged_port_start", "0", false);
        set("ipv4/ping_group_range", "0\t0", false);
    }
}

}  // namespace

void in_own_thread(const std::function<void()>& work) {
    std::exception_ptr error;
    std::thread thread([&] {
        try {
            work();
        } catch (...) {
            error = std::current_exception();
        }
    });
    thread.join();
    if (error) std::rethrow_exception(error);
}

void enter(int space) {
    if (::setns(space, CLONE_NEWNET) < 0) throw_errno("enter network namespace");
}

Fd make_space(Space::Kind kind) {
    if (::unshare(CLONE_NEWNET) < 0) throw_errno("make network namespace");
    Fd space(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!space) throw_errno("open /proc/thread-self/ns/net");
    set_up(kind);
    return space;
}

}  // namespace sekisho::net::kernel
