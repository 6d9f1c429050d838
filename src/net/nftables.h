// nf_tables messages: tables, chains, sets, counters, elements, and rules written as the expressions that the kernel runs.
//
// Spoken directly and not by the nft command or its library: no child process, no licence question, errors with the message
// they belong to. The result prints well with `nft list ruleset` (key types are set for that).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/netlink.h"

namespace sekisho::net::nft {

struct Table {
    std::uint8_t family;  // NFPROTO_IPV4, NFPROTO_BRIDGE
    const char* name;
};

// Types as nft's listing names them; only their widths matter to the kernel.
enum class Type : std::uint32_t { ipv4 = 7, mac = 9, protocol = 12, service = 13, mark = 19, ifindex = 20 };
std::size_t width(Type type);

struct SetSpec {
    const char* name;
    std::vector<Type> key;  // more than one: concatenated
    // by_field: elements are boxes, a range in each field; the kernel's structure for them is copied at every change.
    // flat: elements are ranges of the whole key, read as one number with the most significant byte first, in a tree. Enough
    // where only the last fields vary within an element.
    enum class Ranges { none, by_field, flat } ranges = Ranges::none;
    enum class Value { none, ipv4, mark, counter } value = Value::none;
};

// Registers hold 4 bytes each; a concatenated key lies in consecutive ones.
constexpr std::uint32_t reg(int number) { return 8 + static_cast<std::uint32_t>(number); }  // NFT_REG32_00 + number

// The expressions of one rule, run in order until one breaks off.
class Rule {
   public:
    // Loads.
    Rule& load_mark(int to);
    Rule& load_in_index(int to);
    Rule& load_out_index(int to);
    Rule& load_protocol(int to);  // layer 4; one byte
    Rule& load_source(int to);    // IPv4
    Rule& load_destination(int to);
    Rule& load_next_hop(int to);
    Rule& load_conntrack_mark(int to);
    Rule& load_first_port(int to);   // bytes 0–1 of the transport header: source port, or ICMP type and code
    Rule& load_second_port(int to);  // bytes 2–3: destination port
    Rule& load_ether_source(int to);
    Rule& load_inner_source(int to);  // of the packet that an ICMP error is about
    Rule& load_inner_destination(int to);
    Rule& load_arp_source(int to);  // sender's protocol address
    Rule& load_arp_target(int to);
    Rule& load_value(int to, std::uint32_t host_order);
    Rule& keep_bits(int at, std::uint32_t length);  // of an address: its block of that length
    // Tests: go on if true.
    Rule& in_name_is(std::string_view interface);
    Rule& out_name_is(std::string_view interface);
    Rule& ether_type_is(std::uint16_t type);
    Rule& icmp_type_is(std::uint8_t type);
    Rule& protocol_is(std::uint8_t protocol);
    Rule& protocol_is_not(std::uint8_t protocol);
    Rule& mark_is(std::uint32_t mark);
    Rule& destination_is(std::uint32_t address);
    Rule& destination_port_is(std::uint16_t port);
    Rule& destination_port_is_not(std::uint16_t port);
    Rule& conntrack_state(std::uint32_t any_of);  // NF_CT_STATE_… bits
    Rule& is_reply();
    Rule& has_socket();  // somebody listens for it, or it belongs to a connection
    Rule& in_set(const char* set, int from);
    Rule& not_in_set(const char* set, int from);
    // Changes.
    Rule& look_up(const char* map, int from, int to);  // breaks off where the key is not there
    Rule& count_by(const char* map, int from);         // likewise
    Rule& count(const char* counter);
    Rule& set_mark(int from);
    Rule& set_conntrack_mark(int from);
    Rule& set_source(int from);  // rewrites the packet, checksums included
    Rule& set_destination(int from);
    Rule& set_inner_source(int from);
    Rule& set_inner_destination(int from);
    Rule& masquerade();
    // Ends.
    Rule& accept();
    Rule& drop();
    Rule& back();  // return
    Rule& jump(const char* chain);
    Rule& go_to(const char* chain);
    Rule& reset();  // refuses with a TCP reset

    const std::string& expressions() const { return expressions_; }

   private:
    template <class Body>
    Rule& expression(const char* name, Body body);
    Rule& meta(std::uint32_t key, int to);
    Rule& payload(std::uint32_t base, std::uint32_t offset, std::uint32_t length, int to);
    Rule& rewrite(std::uint32_t header, std::uint32_t offset, int from);
    Rule& mask(int at, std::string_view bits);
    Rule& compare(int from, std::uint32_t operation, std::string_view value);
    Rule& verdict(std::int32_t code, const char* chain = nullptr);
    std::string expressions_;
};

Message add_table(const Table& table);
Message add_chain(const Table& table, const char* name);
struct Hook {
    const char* type;  // "filter", "nat"
    std::uint32_t hook;
    std::int32_t priority;
    bool accept;  // the policy
};
Message add_base_chain(const Table& table, const char* name, const Hook& hook);
Message add_rule(const Table& table, const char* chain, const Rule& rule);
Message add_set(const Table& table, const SetSpec& spec, std::uint32_t id);
Message add_counter(const Table& table, std::string_view name);
Message remove_counter(const Table& table, std::string_view name);

struct SetElement {
    std::string_view key, key_end, data;
};
Message add_elements(const Table& table, const SetSpec& spec, const std::vector<SetElement>& elements);
Message remove_elements(const Table& table, const SetSpec& spec, const std::vector<SetElement>& elements);

struct CounterValue {
    std::string name;
    std::uint64_t packets = 0, bytes = 0;
};
std::vector<CounterValue> read_counters(Netlink& netfilter, const Table& table);

}  // namespace sekisho::net::nft
