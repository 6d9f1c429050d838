#include "net/ruleset.h"

#include <netinet/in.h>  // before the kernel's own, which then leave its definitions alone

#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter_bridge.h>

#include "base/check.h"

namespace sekisho::net::kernel {

const nft::Table ip_table{NFPROTO_IPV4, "sekisho"};
const nft::Table bridge_table{NFPROTO_BRIDGE, "sekisho"};

namespace {

using nft::Rule;
using nft::Type;
using Value = nft::SetSpec::Value;
using Ranges = nft::SetSpec::Ranges;

constexpr std::uint32_t metadata_address = 0xa9fea9fe;  // 169.254.169.254

// NF_CT_STATE_BIT(ctinfo) of the kernel: 1 << (ctinfo % IP_CT_IS_REPLY + 1).
constexpr std::uint32_t known = 1 << (IP_CT_ESTABLISHED + 1) | 1 << (IP_CT_RELATED + 1);
constexpr std::uint32_t invalid = 1;

constexpr std::int32_t raw_priority = -300;  // before connection tracking
constexpr std::int32_t last_priority = 300;  // after everything that looks at addresses
constexpr std::int32_t filter_priority = 0, source_nat_priority = 100;

const std::vector<SetPlace>& places() {
    static const std::vector<SetPlace> all{
        {bridge_table, {"port_macs", {Type::ifindex, Type::mac}}},
        {bridge_table, {"port_sources", {Type::ifindex, Type::ipv4}}},
        {bridge_table, {"port_free", {Type::ifindex}}},
        {bridge_table, {"port_profiles", {Type::ifindex}, Ranges::none, Value::mark}},
        {ip_table, {"igw_in", {Type::ipv4}, Ranges::none, Value::ipv4}},
        {ip_table, {"igw_out", {Type::ipv4}, Ranges::none, Value::ipv4}},
        {ip_table, {"profiles", {Type::ipv4}, Ranges::none, Value::mark}},
        {ip_table, {"resolvers", {Type::ipv4}}},
        {ip_table, {"profile_groups", {Type::mark, Type::mark}, Ranges::none, Value::mark}},
        {ip_table, {"egress", {Type::mark, Type::mark, Type::ipv4, Type::protocol, Type::service}, Ranges::flat}},
        {ip_table, {"ingress", {Type::mark, Type::mark, Type::ipv4, Type::protocol, Type::service}, Ranges::flat}},
        {ip_table, {"egress_group", {Type::mark, Type::mark, Type::protocol, Type::service}, Ranges::flat}},
        {ip_table, {"ingress_group", {Type::mark, Type::mark, Type::protocol, Type::service}, Ranges::flat}},
        {ip_table, {"endpoint_in", {Type::ifindex, Type::ipv4}, Ranges::by_field, Value::counter}},
        {ip_table, {"endpoint_out", {Type::ifindex, Type::ipv4}, Ranges::by_field, Value::counter}},
    };
    return all;
}

class Script {
   public:
    explicit Script(const nft::Table& table) : table_(table) { messages.push_back(nft::add_table(table)); }
    void sets() {
        std::uint32_t id = 1;
        for (const auto& place : places())
            if (&place.table == &table_) messages.push_back(nft::add_set(table_, place.spec, id++));
    }
    void chain(const char* name) { messages.push_back(nft::add_chain(table_, name)); }
    void base(const char* name, const nft::Hook& hook) { messages.push_back(nft::add_base_chain(table_, name, hook)); }
    void counter(const char* name) { messages.push_back(nft::add_counter(table_, name)); }
    void rule(const char* chain, const Rule& rule) { messages.push_back(nft::add_rule(table_, chain, rule)); }

    std::vector<Message> messages;

   private:
    const nft::Table& table_;
};

// Ports are isolated from each other, so everything a port sends goes to the router, and everything it gets comes from there.
// Here a port is held to its own MAC and IPv4 addresses, both ways; a free one (NAT gateway, source/destination check off) to
// its MAC only. The packet's mark becomes the profile of the port's security groups.
void bridge_rules(std::vector<Message>& out) {
    Script script(bridge_table);
    script.sets();
    script.base("c_in", {"filter", NF_BR_PRE_ROUTING, raw_priority, false});
    script.rule("c_in", Rule().load_in_index(0).load_ether_source(1).not_in_set("port_macs", 0).drop());
    script.rule("c_in", Rule().load_value(0, 0).set_mark(0));
    script.rule("c_in", Rule().load_in_index(0).look_up("port_profiles", 0, 1).set_mark(1));
    script.rule("c_in", Rule().ether_type_is(ETH_P_IP).load_in_index(0).load_source(1).in_set("port_sources", 0).accept());
    script.rule("c_in", Rule().ether_type_is(ETH_P_ARP).load_in_index(0).load_arp_source(1).in_set("port_sources", 0).accept());
    script.rule("c_in", Rule().ether_type_is(ETH_P_IP).load_in_index(0).in_set("port_free", 0).accept());
    script.base("c_out", {"filter", NF_BR_POST_ROUTING, last_priority, false});
    script.rule("c_out",
                Rule().ether_type_is(ETH_P_IP).load_out_index(0).load_destination(1).in_set("port_sources", 0).accept());
    script.rule("c_out",
                Rule().ether_type_is(ETH_P_ARP).load_out_index(0).load_arp_target(1).in_set("port_sources", 0).accept());
    script.rule("c_out", Rule().ether_type_is(ETH_P_IP).load_out_index(0).in_set("port_free", 0).accept());
    for (auto& message : script.messages) out.push_back(std::move(message));
}

// Whether a security group allows a new flow: by the remote address, once for each length of a block that it may lie in, or by
// the groups of the interface at the other side. mark = the profile that is asked, conntrack mark = the profile at the other
// side. ICMP's type and code stand where other protocols have their source port; a chain for each.
//
// The number of lookups is constant, and so is that of rules; every rule of a security group is one element. Ranges of
// addresses beside ranges of ports in one set would have to be cut up where they overlap: 300 rules became 90,000 elements.
template <class LoadRemote>
void group_rules(Script& script, const std::string& chain, const char* by_address, const char* by_group,
                 LoadRemote load_remote) {
    const std::string icmp_chain = chain + "_icmp";
    script.chain(icmp_chain.c_str());
    script.rule(chain.c_str(), Rule().mark_is(unfiltered).back());
    script.rule(chain.c_str(), Rule().load_value(0, 0).set_conntrack_mark(0));
    script.rule(chain.c_str(), load_remote(Rule(), 0).look_up("profiles", 0, 1).set_conntrack_mark(1));
    script.rule(chain.c_str(), Rule().protocol_is(IPPROTO_ICMP).go_to(icmp_chain.c_str()));
    for (bool icmp : {false, true}) {
        const char* here = icmp ? icmp_chain.c_str() : chain.c_str();
        auto port = [&](Rule rule, int to) { return icmp ? rule.load_first_port(to) : rule.load_second_port(to); };
        for (std::uint32_t length = 0; length <= 32; ++length) {
            Rule rule = load_remote(Rule().load_mark(0).load_value(1, length), 2).keep_bits(2, length).load_protocol(3);
            script.rule(here, port(std::move(rule), 4).in_set(by_address, 0).back());
        }
        for (std::uint32_t slot = 0; slot < groups_per_profile_max; ++slot) {
            Rule rule = Rule().load_conntrack_mark(4).load_value(5, slot).look_up("profile_groups", 4, 1);
            script.rule(here, port(rule.load_mark(0).load_protocol(2), 3).in_set(by_group, 0).back());
        }
        script.rule(here, Rule().drop());
    }
}

void router_rules(std::vector<Message>& out) {
    Script script(ip_table);
    script.sets();

    // The internet gateway is a stateless 1:1 translation, as AWS's is: connection tracking sees private addresses only, and
    // taking a public address away cuts its connections at once. What has no public address does not pass.
    // An ICMP error carries the packet that it is about, translated the other way.
    auto icmp_error = [](std::uint8_t type) { return Rule().protocol_is(IPPROTO_ICMP).icmp_type_is(type); };
    constexpr std::uint8_t icmp_errors[] = {3, 11, 12};  // unreachable, time exceeded, parameter problem
    script.base("c_igw_in", {"filter", NF_INET_PRE_ROUTING, raw_priority, true});
    for (std::uint8_t type : icmp_errors)
        script.rule(
            "c_igw_in",
            icmp_error(type).in_name_is(internet_link).load_inner_source(0).look_up("igw_in", 0, 1).set_inner_source(1));
    script.rule("c_igw_in",
                Rule().in_name_is(internet_link).load_destination(0).look_up("igw_in", 0, 1).set_destination(1).accept());
    script.rule("c_igw_in", Rule().in_name_is(internet_link).drop());
    script.base("c_igw_out", {"filter", NF_INET_POST_ROUTING, last_priority, true});
    for (std::uint8_t type : icmp_errors)
        script.rule("c_igw_out", icmp_error(type)
                                     .out_name_is(internet_link)
                                     .load_inner_destination(0)
                                     .look_up("igw_out", 0, 1)
                                     .set_inner_destination(1));
    script.rule("c_igw_out", Rule().out_name_is(internet_link).load_source(0).look_up("igw_out", 0, 1).set_source(1).accept());
    script.rule("c_igw_out", Rule().out_name_is(internet_link).drop());

    script.chain("c_egress");
    script.chain("c_ingress");
    script.chain("c_ingress_groups");
    script.chain("c_endpoint");
    script.chain("c_endpoint_open");
    auto destination = [](Rule rule, int to) { return rule.load_destination(to); };
    auto source = [](Rule rule, int to) { return rule.load_source(to); };

    // What a port sent: by the groups of that port, which the bridge wrote into the mark.
    group_rules(script, "c_egress", "egress", "egress_group", destination);
    // What a port gets: by the groups of the next hop, so that an interface that forwards (a NAT instance) is asked as well.
    script.rule("c_ingress", Rule().out_name_is(internet_link).accept());
    script.rule("c_ingress", Rule().load_value(0, 0).set_mark(0));
    script.rule("c_ingress", Rule().load_next_hop(0).look_up("profiles", 0, 1).set_mark(1));
    script.rule("c_ingress", Rule().jump("c_ingress_groups"));
    script.rule("c_ingress", Rule().accept());
    group_rules(script, "c_ingress_groups", "ingress", "ingress_group", source);

    script.base("c_forward", {"filter", NF_INET_FORWARD, filter_priority, false});
    script.rule("c_forward", Rule().conntrack_state(known).accept());
    script.rule("c_forward", Rule().conntrack_state(invalid).drop());
    script.rule("c_forward", Rule().in_name_is(internet_link).go_to("c_ingress"));
    script.rule("c_forward", Rule().jump("c_egress"));
    script.rule("c_forward", Rule().go_to("c_ingress"));

    // To the router itself: endpoints (security groups are asked), metadata and DNS (they are not:
    // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html). Its own addresses answer nothing.
    script.base("c_input", {"filter", NF_INET_LOCAL_IN, filter_priority, false});
    script.rule("c_input", Rule().in_name_is(internet_link).drop());
    script.rule("c_input", Rule().load_in_index(0).load_destination(1).count_by("endpoint_in", 0).go_to("c_endpoint"));
    script.rule("c_input", Rule().destination_is(metadata_address).protocol_is(IPPROTO_TCP).destination_port_is(80).accept());
    for (std::uint8_t protocol : {IPPROTO_UDP, IPPROTO_TCP})
        script.rule("c_input",
                    Rule().protocol_is(protocol).destination_port_is(53).load_destination(0).in_set("resolvers", 0).accept());
    script.rule("c_endpoint", Rule().protocol_is(IPPROTO_ICMP).conntrack_state(known).accept());
    script.rule("c_endpoint", Rule().protocol_is_not(IPPROTO_TCP).drop());
    // The kernel would not answer from an address that is not its own, and the client would hang: other ports are refused, and
    // so is what belongs to no connection (it went by NAT before there was an endpoint).
    script.rule("c_endpoint", Rule().destination_port_is_not(80).destination_port_is_not(443).reset());
    script.rule("c_endpoint", Rule().has_socket().go_to("c_endpoint_open"));
    script.rule("c_endpoint", Rule().reset());
    script.rule("c_endpoint_open", Rule().conntrack_state(known).accept());
    script.rule("c_endpoint_open", Rule().conntrack_state(invalid).drop());
    script.rule("c_endpoint_open", Rule().jump("c_egress"));
    script.rule("c_endpoint_open", Rule().accept());
    script.base("c_output", {"filter", NF_INET_LOCAL_OUT, filter_priority, true});
    script.rule("c_output", Rule().load_out_index(0).load_source(1).count_by("endpoint_out", 0));
    for (auto& message : script.messages) out.push_back(std::move(message));
}

// One leg: what comes in by eth0 leaves by eth0 with the gateway's own address. Only connections from inside open.
void nat_rules(std::vector<Message>& out) {
    Script script(ip_table);
    script.counter(nat_out);
    script.counter(nat_in);
    script.base("c_forward", {"filter", NF_INET_FORWARD, filter_priority, false});
    script.rule("c_forward", Rule().conntrack_state(invalid).drop());
    script.rule("c_forward", Rule().is_reply().count(nat_in).accept());
    script.rule("c_forward", Rule().count(nat_out).accept());
    script.base("c_input", {"filter", NF_INET_LOCAL_IN, filter_priority, false});
    script.base("c_masquerade", {"nat", NF_INET_POST_ROUTING, source_nat_priority, true});
    script.rule("c_masquerade", Rule().masquerade());
    for (auto& message : script.messages) out.push_back(std::move(message));
}

void internet_rules(std::vector<Message>& out) {
    Script script(ip_table);
    script.base("c_input", {"filter", NF_INET_LOCAL_IN, filter_priority, false});
    for (std::uint16_t port : {80, 443})
        script.rule("c_input", Rule().protocol_is(IPPROTO_TCP).destination_port_is(port).accept());
    script.rule("c_input", Rule().protocol_is(IPPROTO_TCP).reset());
    script.rule("c_input", Rule().protocol_is(IPPROTO_ICMP).accept());
    for (auto& message : script.messages) out.push_back(std::move(message));
}

}  // namespace

const SetPlace& place_of(Set set) {
    auto number = static_cast<std::size_t>(set);
    SEKISHO_CHECK(number < places().size());
    return places()[number];
}

std::vector<Message> ruleset(Space::Kind kind) {
    std::vector<Message> messages;
    switch (kind) {
        case Space::Kind::internet:
            internet_rules(messages);
            break;
        case Space::Kind::router:
            bridge_rules(messages);
            router_rules(messages);
            break;
        case Space::Kind::nat_gateway:
            nat_rules(messages);
            break;
        case Space::Kind::interface:
            break;
    }
    return messages;
}

}  // namespace sekisho::net::kernel
