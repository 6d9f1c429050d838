#include "net/links.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

namespace sekisho::net::kernel {

namespace {

constexpr std::uint16_t create = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
// The kernel may have learned of a neighbour before it was told.
constexpr std::uint16_t create_or_replace = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
constexpr std::uint16_t change = NLM_F_REQUEST | NLM_F_ACK;
// Jumbo frames as inside a VPC: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html
constexpr std::uint32_t mtu = 9001;

ifinfomsg link_header(std::uint32_t index, unsigned flags = 0, int family = AF_UNSPEC) {
    ifinfomsg header{};
    header.ifi_family = static_cast<unsigned char>(family);
    header.ifi_index = static_cast<int>(index);
    header.ifi_flags = header.ifi_change = flags;
    return header;
}

template <class Header>
std::string_view raw(const Header& header) {
    return {reinterpret_cast<const char*>(&header), sizeof header};
}

Message remove_link(std::uint32_t index) { return Message(RTM_DELLINK, change, link_header(index)); }

Message address_message(std::uint16_t type, std::uint16_t flags, const Address& address) {
    ifaddrmsg header{};
    header.ifa_family = AF_INET;
    header.ifa_prefixlen = address.block.length;
    header.ifa_index = address.index;
    header.ifa_scope = RT_SCOPE_UNIVERSE;
    Message m(type, flags, header);
    m.be32(IFA_LOCAL, address.block.address).be32(IFA_ADDRESS, address.block.address);
    return m;
}

Message neighbour_message(std::uint16_t type, std::uint16_t flags, const Neighbour& neighbour) {
    ndmsg header{};
    header.ndm_family = AF_INET;
    header.ndm_ifindex = static_cast<int>(neighbour.index);
    header.ndm_state = NUD_PERMANENT;
    Message m(type, flags, header);
    m.be32(NDA_DST, neighbour.address).bytes(NDA_LLADDR, neighbour.mac);
    return m;
}

Message route_message(std::uint16_t type, std::uint16_t flags, const Route& route) {
    rtmsg header{};
    header.rtm_family = AF_INET;
    header.rtm_dst_len = route.destination.length;
    header.rtm_table = route.table < 256 ? static_cast<unsigned char>(route.table) : std::uint8_t{RT_TABLE_UNSPEC};
    header.rtm_protocol = RTPROT_STATIC;
    switch (route.kind) {
        case Route::Kind::unicast:
            header.rtm_type = RTN_UNICAST;
            header.rtm_scope = route.gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
            if (route.gateway) header.rtm_flags = RTNH_F_ONLINK;
            break;
        case Route::Kind::local:
            header.rtm_type = RTN_LOCAL;
            header.rtm_scope = RT_SCOPE_HOST;
            break;
        case Route::Kind::blackhole:
            header.rtm_type = RTN_BLACKHOLE;
            break;
    }
    Message m(type, flags, header);
    if (route.destination.length) m.be32(RTA_DST, route.destination.address);
    m.u32(RTA_TABLE, route.table);
    if (route.metric) m.u32(RTA_PRIORITY, route.metric);
    if (route.index) m.u32(RTA_OIF, route.index);
    if (route.gateway) m.be32(RTA_GATEWAY, route.gateway);
    return m;
}

Message rule_message(std::uint16_t type, std::uint16_t flags, const Rule& rule, std::uint8_t action = FR_ACT_TO_TBL) {
    fib_rule_hdr header{};
    header.family = AF_INET;
    header.action = action;
    header.table = rule.table < 256 ? static_cast<std::uint8_t>(rule.table) : std::uint8_t{RT_TABLE_UNSPEC};
    Message m(type, flags, header);
    m.u32(FRA_PRIORITY, rule.priority);
    if (rule.table) m.u32(FRA_TABLE, rule.table);
    if (!rule.name.empty()) m.text(FRA_IIFNAME, rule.name);
    return m;
}

}  // namespace

Message loopback_up() { return Message(RTM_NEWLINK, change, link_header(1, IFF_UP)); }

std::vector<Message> base_rules() {
    Rule own{.priority = 90, .table = RT_TABLE_MAIN}, bottom{.priority = 200};
    return {rule_message(RTM_NEWRULE, create, own), rule_message(RTM_NEWRULE, create, bottom, FR_ACT_BLACKHOLE)};
}

std::vector<Message> making(const Bridge& bridge) {
    std::vector<Message> out;
    Message& made = out.emplace_back(RTM_NEWLINK, create, link_header(bridge.index, IFF_UP));
    made.text(IFLA_IFNAME, bridge.name).u32(IFLA_MTU, mtu).bytes(IFLA_ADDRESS, bridge.mac);
    made.nest(IFLA_LINKINFO, [&] {
        made.text(IFLA_INFO_KIND, "bridge");
        made.nest(IFLA_INFO_DATA, [&] { made.u8(IFLA_BR_MCAST_SNOOPING, 0); });
    });
    // The bridge's ports are isolated, so hosts of one subnet meet through the router, which answers ARP in their place.
    Message& settings = out.emplace_back(RTM_SETLINK, change, link_header(bridge.index));
    settings.nest(IFLA_AF_SPEC, [&] {
        settings.nest(AF_INET, [&] { settings.nest(IFLA_INET_CONF, [&] { settings.u32(IPV4_DEVCONF_PROXY_ARP_PVLAN, 1); }); });
    });
    // At once: by default an answer in another's place waits for up to 0.8 seconds.
    ndtmsg header{};
    header.ndtm_family = AF_INET;
    Message& neighbours = out.emplace_back(RTM_SETNEIGHTBL, change, header);
    neighbours.text(NDTA_NAME, "arp_cache");
    neighbours.nest(NDTA_PARMS, [&] { neighbours.u32(NDTPA_IFINDEX, bridge.index).be64(NDTPA_PROXY_DELAY, 0); });
    return out;
}

std::vector<Message> making(const Veth& veth, int peer_space) {
    std::vector<Message> out;
    unsigned flags = IFF_UP;
    if (veth.unnumbered) flags |= IFF_NOARP;
    Message& made = out.emplace_back(RTM_NEWLINK, create, link_header(veth.index, flags));
    made.text(IFLA_IFNAME, veth.name).u32(IFLA_MTU, mtu);
    if (veth.unnumbered) made.bytes(IFLA_ADDRESS, veth.peer_mac);
    if (veth.bridge) made.u32(IFLA_MASTER, veth.bridge);
    made.nest(IFLA_LINKINFO, [&] {
        made.text(IFLA_INFO_KIND, "veth");
        made.nest(IFLA_INFO_DATA, [&] {
            made.nest(VETH_INFO_PEER, [&] {
                made.raw(raw(link_header(veth.peer_index, flags & ~static_cast<unsigned>(IFF_UP))));
                made.text(IFLA_IFNAME, veth.peer_name).u32(IFLA_MTU, mtu).bytes(IFLA_ADDRESS, veth.peer_mac);
                made.u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(peer_space));
            });
        });
    });
    if (veth.bridge) {
        Message& port = out.emplace_back(RTM_SETLINK, change, link_header(veth.index, 0, AF_BRIDGE));
        port.nest(IFLA_PROTINFO, [&] { port.u8(IFLA_BRPORT_ISOLATED, 1); });
    }
    return out;
}

std::vector<Message> making(const Up& up) { return {Message(RTM_NEWLINK, change, link_header(up.index, IFF_UP))}; }
std::vector<Message> making(const Address& address) { return {address_message(RTM_NEWADDR, create, address)}; }
std::vector<Message> making(const Neighbour& neighbour) {
    return {neighbour_message(RTM_NEWNEIGH, create_or_replace, neighbour)};
}
std::vector<Message> making(const Route& route) { return {route_message(RTM_NEWROUTE, create, route)}; }
std::vector<Message> making(const Rule& rule) { return {rule_message(RTM_NEWRULE, create, rule)}; }
std::vector<Message> removing(const Bridge& bridge) { return {remove_link(bridge.index)}; }
std::vector<Message> removing(const Veth& veth) { return {remove_link(veth.index)}; }
std::vector<Message> removing(const Up& up) {
    ifinfomsg down = link_header(up.index);
    down.ifi_change = IFF_UP;
    return {Message(RTM_NEWLINK, change, down)};
}
std::vector<Message> removing(const Address& address) { return {address_message(RTM_DELADDR, change, address)}; }
std::vector<Message> removing(const Neighbour& neighbour) { return {neighbour_message(RTM_DELNEIGH, change, neighbour)}; }
std::vector<Message> removing(const Route& route) { return {route_message(RTM_DELROUTE, change, route)}; }
std::vector<Message> removing(const Rule& rule) { return {rule_message(RTM_DELRULE, change, rule)}; }

}  // namespace sekisho::net::kernel
