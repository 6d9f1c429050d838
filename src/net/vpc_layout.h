// VpcLayout: lay_out() in the making, one method per kind of resource. Only layout*.cpp include this.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/layout.h"
#include "net/ranges.h"

namespace sekisho::net::kernel {

std::optional<Ipv4Block> parse_block(const std::string& text);        // CIDR; host bits cleared
std::optional<std::uint32_t> parse_address(const std::string& text);  // IPv4
std::optional<std::string> parse_mac(const std::string& text);        // → 6 bytes; unicast
bool contains(const Ipv4Block& outer, std::uint32_t address);
bool contains(const Ipv4Block& outer, const Ipv4Block& inner);
std::uint32_t last_of(const Ipv4Block& block);
std::vector<Ipv4Block> without_contained(std::vector<Ipv4Block> blocks);  // no block lies in another one then
std::string to_text(const Ipv4Block& block);
// Keys of sets: four bytes each, in the order of the registers.
std::string own_mac(std::uint32_t number);  // of a link that nobody gave one
std::string host_order(std::uint32_t value);
std::string network_order(std::uint32_t value);

class VpcLayout {
   public:
    VpcLayout(const Vpc& vpc, Numbers& numbers) : vpc_(vpc), numbers_(numbers) {}
    Layout make();

   private:
    struct SubnetFacts {
        const Subnet* subnet;
        Ipv4Block block;
        std::uint32_t bridge;
        std::uint32_t router() const { return block.address + 1; }
    };
    struct Port {  // an interface on a subnet's bridge, of an instance or of a NAT gateway
        std::string id;
        const SubnetFacts* subnet;
        std::uint32_t address;
        std::string mac;
        std::uint32_t profile;
    };

    void router();
    void subnets();
    void route_tables();
    void route(const RouteTable& table, const net::Route& route);
    void endpoints();
    void endpoint(const GatewayEndpoint& endpoint, const std::vector<Ipv4Block>& prefixes, const SubnetFacts& subnet);
    void internet_gateway();
    void nat_gateways();
    void interfaces();
    void security_groups();
    void allow(Set set, const std::string& whom, std::vector<Range> ranges, const std::string& owner);

    void port(const Port& port, Space::Kind kind);
    void public_address(const std::string& owner, std::uint32_t private_address, const std::string& public_ip);
    // Takes an address of the subnet for a port: not one of the router's or AWS's reserved ones, and nobody else's.
    bool take(const SubnetFacts& subnet, std::uint32_t address);
    std::uint32_t profile_of(const NetworkInterface& interface);
    const SubnetFacts* find_subnet(const std::string& id) const;
    bool in_vpc(const Ipv4Block& block) const;
    std::uint32_t number(const std::string& what) { return numbers_.of(vpc_.id + "/" + what); }
    std::uint32_t table_number(const std::string& route_table) { return number(route_table); }
    // Routes inside the VPC's own addresses are looked up before the local ones.
    std::uint32_t inner_table_number(const std::string& route_table) { return number(route_table + "/inner"); }

    void add(Thing thing, const std::string& owner) { layout_.objects.insert({std::move(thing), owner}); }
    void element(Set set, std::string key, std::string data, const std::string& owner) {
        add(Element{vpc_.id, set, std::move(key), {}, std::move(data)}, owner);
    }
    void error(const std::string& owner, std::string text) { layout_.errors.try_emplace(owner, std::move(text)); }

    const Vpc& vpc_;
    Numbers& numbers_;
    Layout layout_;
    std::vector<Ipv4Block> blocks_;  // the VPC's
    std::vector<SubnetFacts> subnets_;
    std::set<std::uint32_t> taken_;  // private addresses of ports
    std::set<std::string> inner_tables_;
    std::map<std::string, std::vector<std::string>> profiles_;  // security groups joined by ',' → each
};

}  // namespace sekisho::net::kernel
