#include "net/kernel.h"

#include <fcntl.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>

#include "base/result.h"
#include "net/links.h"
#include "net/listen.h"
#include "net/ruleset.h"
#include "net/space.h"

namespace sekisho::net::kernel {

namespace {

// A transaction of nf_tables stays well below an ordinary user's send buffer (208 KiB); a netlink attribute below 64 KiB.
constexpr std::size_t elements_max = 400;

// Each is a message with an answer, and answers wait in a receive buffer of about the same size.
constexpr std::size_t counters_max = 64;
constexpr std::size_t rules_max = 100;

bool is_firewall(const Object& object) {
    return std::holds_alternative<Counter>(object.thing) || std::holds_alternative<Element>(object.thing);
}

// Objects of one namespace and one kind of work that stand next to each other go together.
bool together(const Object& a, const Object& b) { return space_of(a) == space_of(b) && a.thing.index() == b.thing.index(); }

template <class Work>
void in_groups(std::span<const Object> objects, Work work) {
    for (std::size_t start = 0; start < objects.size();) {
        std::size_t end = start + 1;
        const std::size_t most = std::holds_alternative<Counter>(objects[start].thing) ? counters_max : elements_max;
        while (end < objects.size() && end - start < most && together(objects[start], objects[end])) ++end;
        work(objects.subspan(start, end - start));
        start = end;
    }
}

// What is not there any more has been removed.
bool already_gone(int error) { return error == ENOENT || error == ESRCH || error == ENODEV || error == EADDRNOTAVAIL; }

std::vector<Message> firewall_messages(std::span<const Object> group, bool make) {
    std::vector<Message> messages;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (const auto* counter = std::get_if<Counter>(&group[i].thing)) {
            messages.push_back(make ? nft::add_counter(ip_table, counter->name) : nft::remove_counter(ip_table, counter->name));
            continue;
        }
        Set set = std::get<Element>(group[i].thing).set;
        std::vector<nft::SetElement> elements;
        for (; i < group.size(); ++i) {
            const auto* element = std::get_if<Element>(&group[i].thing);
            if (!element || element->set != set) break;
            elements.push_back({element->key, element->key_end, element->data});
        }
        --i;
        const auto& [table, spec] = place_of(set);
        messages.push_back(make ? nft::add_elements(table, spec, elements) : nft::remove_elements(table, spec, elements));
    }
    return messages;
}

}  // namespace

void Kernel::make(std::span<const Object> objects, const Verdict& verdict) {
    in_groups(objects, [&](std::span<const Object> group) {
        bool one_by_one = std::holds_alternative<Space>(group[0].thing) || std::holds_alternative<Socket>(group[0].thing);
        if (!one_by_one) return batch(group, true, verdict);
        for (const auto& object : group) {
            std::string error;
            try {
                if (const auto* space = std::get_if<Space>(&object.thing))
                    make_space(*space);
                else
                    make_socket(object);
            } catch (const Fault& fault) {
                error = fault.what();
            }
            verdict(object, error);
        }
    });
}

void Kernel::remove(std::span<const Object> objects, const Verdict& verdict) {
    in_groups(objects, [&](std::span<const Object> group) {
        bool one_by_one = std::holds_alternative<Space>(group[0].thing) || std::holds_alternative<Socket>(group[0].thing);
        if (!one_by_one) return batch(group, false, verdict);
        for (const auto& object : group) {
            forget(object);
            verdict(object, {});
        }
    });
}

void Kernel::batch(std::span<const Object> group, bool make, const Verdict& verdict) {
    try {
        if (is_firewall(group[0]))
            firewall(group, make, verdict);
        else
            links(group, make, verdict);
    } catch (const Fault& fault) {  // no socket, no way into the namespace: before any verdict
        for (const auto& object : group) verdict(object, fault.what());
    }
}

void Kernel::forget(const Object& object) {
    if (const auto* space = std::get_if<Space>(&object.thing)) spaces_.erase(space->name);
    if (std::holds_alternative<Socket>(object.thing)) remove_socket(object);
}

void Kernel::make_space(const Space& space) {
    // Ids are the gate's; two resources of the same name must not get hold of each other's namespace.
    if (spaces_.contains(space.name)) throw Fault("there is a network namespace " + space.name + " already");
    Fd fd = kernel::make_space(space.kind);
    Netlink route(NETLINK_ROUTE);
    std::vector<Message> messages{loopback_up()};
    if (space.kind == Space::Kind::router) std::ranges::move(base_rules(), std::back_inserter(messages));
    for (const auto& answer : route.send(messages))
        if (answer.error) throw Fault("set up network namespace: " + to_text(answer));
    // Nothing is connected yet, so the rules need not come at once.
    auto rules = ruleset(space.kind);
    for (std::span<const Message> left(rules); !left.empty();) {
        auto part = left.first(std::min(left.size(), rules_max));
        left = left.subspan(part.size());
        for (const auto& answer : Netlink(NETLINK_NETFILTER).transact(part))
            if (answer.error && answer.error != ECANCELED) throw Fault("firewall rules: " + to_text(answer));
    }
    spaces_[space.name] = std::move(fd);
}

void Kernel::make_socket(const Object& object) {
    const auto& socket = std::get<Socket>(object.thing);
    if (!go(socket.space)) throw Fault("no network namespace " + socket.space);
    OpenSocket open{socket.meaning, open_socket(socket)};
    open.meaning.id = ++last_socket_;
    socket_ids_[socket] = open.meaning.id;
    sockets_.emplace(last_socket_, std::move(open));
}

void Kernel::remove_socket(const Object& object) {
    auto id = socket_ids_.find(std::get<Socket>(object.thing));
    if (id == socket_ids_.end()) return;
    auto open = sockets_.find(id->second);
    end_listening(open->second.fd.get());
    closed_.push_back(id->second);
    sockets_.erase(open);
    socket_ids_.erase(id);
}

bool Kernel::go(const std::string& space) {
    auto place = spaces_.find(space);
    if (place == spaces_.end()) return false;
    enter(place->second.get());
    return true;
}

void Kernel::links(std::span<const Object> group, bool make, const Verdict& verdict) {
    if (!go(space_of(group[0]))) {
        for (const auto& object : group) verdict(object, make ? "no network namespace " + space_of(object) : std::string());
        return;
    }
    std::vector<Message> messages;
    std::vector<std::size_t> ends;  // of each object's messages
    std::vector<std::string> errors(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        std::visit(
            [&](const auto& thing) {
                using T = std::decay_t<decltype(thing)>;
                if constexpr (std::is_same_v<T, Veth>) {
                    auto peer = spaces_.find(thing.peer_space);
                    if (make && peer == spaces_.end())
                        errors[i] = "no network namespace " + thing.peer_space;
                    else
                        std::ranges::move(make ? making(thing, peer->second.get()) : removing(thing),
                                          std::back_inserter(messages));
                } else if constexpr (std::is_same_v<T, Bridge> || std::is_same_v<T, Neighbour> || std::is_same_v<T, Up> ||
                                     std::is_same_v<T, Address> || std::is_same_v<T, Route> || std::is_same_v<T, Rule>) {
                    std::ranges::move(make ? making(thing) : removing(thing), std::back_inserter(messages));
                }
            },
            group[i].thing);
        ends.push_back(messages.size());
    }
    auto answers = Netlink(NETLINK_ROUTE).send(messages);
    for (std::size_t i = 0, at = 0; i < group.size(); ++i) {
        for (; at < ends[i]; ++at)
            if (answers[at].error && errors[i].empty() && (make || !already_gone(answers[at].error)))
                errors[i] = to_text(answers[at]);
        verdict(group[i], errors[i]);
    }
}

void Kernel::firewall(std::span<const Object> group, bool make, const Verdict& verdict) {
    if (!go(space_of(group[0]))) {
        for (const auto& object : group) verdict(object, make ? "no network namespace " + space_of(object) : std::string());
        return;
    }
    Netlink netfilter(NETLINK_NETFILTER);
    auto failure = [&](std::span<const Object> part) {
        std::string text;
        for (const auto& answer : netfilter.transact(firewall_messages(part, make)))
            if (answer.error && answer.error != ECANCELED && text.empty() && (make || !already_gone(answer.error)))
                text = to_text(answer);
            else if (answer.error && text.empty() && part.size() > 1)
                text = "one of several failed";
        return text;
    };
    if (failure(group).empty()) {
        for (const auto& object : group) verdict(object, {});
        return;
    }
    // All or nothing: the ones at fault are found one by one.
    for (std::size_t i = 0; i < group.size(); ++i)
        verdict(group[i], group.size() == 1 ? failure(group) : failure(group.subspan(i, 1)));
}

std::map<std::string, Kernel::Count> Kernel::counters(const std::string& space) {
    std::map<std::string, Count> counts;
    if (!go(space)) return counts;
    Netlink netfilter(NETLINK_NETFILTER);
    for (auto& value : nft::read_counters(netfilter, ip_table)) counts[value.name] = {value.packets, value.bytes};
    return counts;
}

Fd Kernel::space(const std::string& name) const {
    auto place = spaces_.find(name);
    return Fd(place == spaces_.end() ? -1 : ::fcntl(place->second.get(), F_DUPFD_CLOEXEC, 3));
}

}  // namespace sekisho::net::kernel
