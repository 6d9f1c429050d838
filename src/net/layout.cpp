#include "net/layout.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/ip.h"
#include "net/vpc_layout.h"

namespace sekisho::net::kernel {

std::uint32_t Numbers::of(const std::string& name) {
    auto [place, made] = numbers_.try_emplace(name, next_);
    if (made) ++next_;
    return place->second;
}

void Numbers::forget(const std::string& prefix) {
    auto first = numbers_.lower_bound(prefix), last = first;
    while (last != numbers_.end() && last->first.starts_with(prefix)) ++last;
    numbers_.erase(first, last);
}

bool valid_id(const std::string& id) {
    return !id.empty() && id.size() <= 64 &&
           std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::optional<std::uint32_t> parse_address(const std::string& text) {
    auto ip = IpAddress::parse(text);
    if (!ip || ip->v6) return std::nullopt;
    return ip->as_v4();
}

std::optional<Ipv4Block> parse_block(const std::string& text) {
    auto cidr = Cidr::parse(text);
    if (!cidr || cidr->address.v6) return std::nullopt;
    return Ipv4Block{cidr->first().as_v4(), static_cast<std::uint8_t>(cidr->prefix_length)};
}

std::optional<std::string> parse_mac(const std::string& text) {
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i % 3 == 2) {
            if (text[i] != ':') return std::nullopt;
        } else {
            digits.push_back(text[i]);
        }
    auto bytes = from_hex(digits);
    if (text.size() != 17 || !bytes || bytes->size() != 6 || ((*bytes)[0] & 1)) return std::nullopt;
    return bytes;
}

std::uint32_t last_of(const Ipv4Block& block) {
    return block.length == 0 ? 0xffffffffu : block.address | (block.length == 32 ? 0u : 0xffffffffu >> block.length);
}
bool contains(const Ipv4Block& outer, std::uint32_t address) { return address >= outer.address && address <= last_of(outer); }
bool contains(const Ipv4Block& outer, const Ipv4Block& inner) {
    return outer.length <= inner.length && contains(outer, inner.address);
}

std::vector<Ipv4Block> without_contained(std::vector<Ipv4Block> blocks) {
    std::ranges::sort(blocks);
    std::vector<Ipv4Block> kept;
    for (const auto& block : blocks) {  // an outer block sorts before what lies in it
        if (kept.empty() || !contains(kept.back(), block)) kept.push_back(block);
    }
    return kept;
}

std::string to_text(const Ipv4Block& block) { return fmt::format("{}/{}", IpAddress::v4(block.address).text(), block.length); }

std::string host_order(std::uint32_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }
std::string network_order(std::uint32_t value) { return host_order(htonl(value)); }

Layout lay_out_internet(const Desired& desired) {
    const std::string space = internet_space;
    Layout layout;
    auto add = [&](Thing thing) { layout.objects.insert({std::move(thing), space}); };
    add(Space{space, Space::Kind::internet});
    std::vector<Ipv4Block> blocks;
    for (const auto& service : desired.internet) {
        auto block = parse_block(service.address.contains('/') ? service.address : service.address + "/32");
        if (block)
            blocks.push_back(*block);
        else
            layout.errors.try_emplace(space, "not an IPv4 address or block: " + service.address);
    }
    // In the table of local addresses: sockets bound to any address answer for all of them.
    for (const auto& block : without_contained(blocks)) add(Route{space, 255, block, 0, Route::Kind::local, 1});
    // An address that nobody has does not answer at all; "unreachable" would be news from a router nearby.
    add(Route{space, 254, {0, 0}, 4000, Route::Kind::blackhole});
    for (std::uint16_t port : {80, 443}) {
        OpenedSocket meaning{.name = fmt::format("internet:{}", port), .internet = true};
        add(Socket{.space = space, .port = port, .meaning = meaning});
    }
    return layout;
}

std::string own_mac(std::uint32_t number) {
    std::string mac("\x02\x00", 2);  // locally administered
    return mac + network_order(number);
}

Layout lay_out(const Vpc& vpc, Numbers& numbers) { return VpcLayout(vpc, numbers).make(); }

std::string describe(const Object& object) {
    struct {
        std::string operator()(const Space&) const { return "network namespace"; }
        std::string operator()(const Bridge& bridge) const { return "bridge " + bridge.name; }
        std::string operator()(const Veth& veth) const { return "link " + veth.name + " to " + veth.peer_name; }
        std::string operator()(const Up&) const { return "end of a link"; }
        std::string operator()(const Address& address) const { return "address " + to_text(address.block); }
        std::string operator()(const Neighbour& neighbour) const { return "neighbour " + to_text({neighbour.address, 32}); }
        std::string operator()(const Counter& counter) const { return "counter " + counter.name; }
        std::string operator()(const Element&) const { return "firewall entry"; }
        std::string operator()(const Socket& socket) const { return "socket " + socket.meaning.name; }
        std::string operator()(const Route& route) const {
            return fmt::format("route {} in table {}", to_text(route.destination), route.table);
        }
        std::string operator()(const Rule& rule) const { return fmt::format("rule {} to table {}", rule.name, rule.table); }
    } text;
    return fmt::format("{} in {}", std::visit(text, object.thing), space_of(object));
}

}  // namespace sekisho::net::kernel
