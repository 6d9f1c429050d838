#include "net/plan.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sekisho::net::kernel {

namespace {

using LinkId = std::pair<std::string, std::uint32_t>;  // network namespace, ifindex

struct Gone {
    std::set<std::string> spaces;
    std::set<LinkId> links;
};

// The links (and namespaces, beside its own) that an object stands on: the kernel takes it away together with them.
std::vector<LinkId> stands_on(const Thing& thing) {
    struct {
        std::vector<LinkId> operator()(const Space&) const { return {}; }
        std::vector<LinkId> operator()(const Bridge&) const { return {}; }
        std::vector<LinkId> operator()(const Veth& veth) const { return {{veth.space, veth.bridge}, {veth.peer_space, 0}}; }
        std::vector<LinkId> operator()(const Up& up) const { return {{up.space, up.index}}; }
        std::vector<LinkId> operator()(const Address& address) const { return {{address.space, address.index}}; }
        std::vector<LinkId> operator()(const Neighbour& neighbour) const { return {{neighbour.space, neighbour.index}}; }
        std::vector<LinkId> operator()(const Counter&) const { return {}; }
        std::vector<LinkId> operator()(const Element&) const { return {}; }
        std::vector<LinkId> operator()(const Socket& socket) const { return {{socket.space, socket.device}}; }
        std::vector<LinkId> operator()(const Route& route) const { return {{route.space, route.index}}; }
        std::vector<LinkId> operator()(const Rule&) const { return {}; }  // matches by name
    } links;
    return std::visit(links, thing);
}

void note(const Thing& thing, Gone& gone) {
    if (const auto* space = std::get_if<Space>(&thing)) gone.spaces.insert(space->name);
    if (const auto* bridge = std::get_if<Bridge>(&thing)) gone.links.insert({bridge->space, bridge->index});
    if (const auto* veth = std::get_if<Veth>(&thing)) {
        gone.links.insert({veth->space, veth->index});
        gone.links.insert({veth->peer_space, veth->peer_index});
    }
}

bool fell(const Object& object, const Gone& gone) {
    if (!std::holds_alternative<Space>(object.thing) && gone.spaces.contains(space_of(object))) return true;
    for (const auto& link : stands_on(object.thing))
        if (gone.links.contains(link) || (link.second == 0 && gone.spaces.contains(link.first))) return true;
    return false;
}

}  // namespace

Plan difference(const Objects& there, const Objects& wanted) {
    Plan plan;
    Gone gone;
    for (const auto& object : there)
        if (!wanted.contains(object)) note(object.thing, gone);
    // In the order of making, so that what falls takes with it what stands on it.
    for (const auto& object : there) {
        // Sockets have holders elsewhere, who must be told; links between namespaces go at once only when told to, a namespace
        // does so some time after its last user: so neither is left to fall by itself.
        bool explicitly = std::holds_alternative<Socket>(object.thing) || std::holds_alternative<Veth>(object.thing);
        bool falls = fell(object, gone);
        if (falls) note(object.thing, gone);
        if (falls && !explicitly)
            plan.lost.push_back(object);
        else if (falls || !wanted.contains(object))
            plan.removals.push_back(object);
        if (falls && wanted.contains(object)) plan.additions.push_back(object);
    }
    std::reverse(plan.removals.begin(), plan.removals.end());
    for (const auto& object : wanted)
        if (!there.contains(object)) plan.additions.push_back(object);
    std::sort(plan.additions.begin(), plan.additions.end());
    return plan;
}

}  // namespace sekisho::net::kernel
