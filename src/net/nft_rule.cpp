#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <net/if.h>

#include <cstring>

#include "net/nftables.h"

namespace sekisho::net::nft {

namespace {

std::string raw16(std::uint16_t host_order) {
    std::uint16_t value = htons(host_order);
    return {reinterpret_cast<const char*>(&value), sizeof value};
}
std::string raw32(std::uint32_t as_is) { return {reinterpret_cast<const char*>(&as_is), sizeof as_is}; }
std::string interface_name(std::string_view name) {
    std::string padded(name);
    padded.resize(IFNAMSIZ);
    return padded;
}

constexpr int scratch = 8;           // registers of tests, clear of the keys that a rule builds from 0 upwards
constexpr char direction_reply = 1;  // IP_CT_DIR_REPLY, which no header of the kernel's exports
constexpr std::uint32_t ip_checksum = 10, ip_source = 12, ip_destination = 16;
constexpr std::uint32_t inner_header = 20 + 8;  // behind an IPv4 header without options and ICMP's own

}  // namespace

// A rule's expressions are built in a message of their own and their bytes kept.
template <class Body>
Rule& Rule::expression(const char* name, Body body) {
    nfgenmsg none{};
    Message m(0, 0, none);
    std::size_t before = m.size();
    m.nest(NFTA_LIST_ELEM, [&] {
        m.text(NFTA_EXPR_NAME, name);
        m.nest(NFTA_EXPR_DATA, [&] { body(m); });
    });
    expressions_ += m.sealed(0).substr(before);
    return *this;
}

Rule& Rule::meta(std::uint32_t key, int to) {
    return expression("meta", [&](Message& m) { m.be32(NFTA_META_KEY, key).be32(NFTA_META_DREG, reg(to)); });
}

Rule& Rule::payload(std::uint32_t base, std::uint32_t offset, std::uint32_t length, int to) {
    return expression("payload", [&](Message& m) {
        m.be32(NFTA_PAYLOAD_DREG, reg(to)).be32(NFTA_PAYLOAD_BASE, base);
        m.be32(NFTA_PAYLOAD_OFFSET, offset).be32(NFTA_PAYLOAD_LEN, length);
    });
}

// The IPv4 checksum is corrected; for a packet's own header also the transport's, whose pseudo header has the addresses. In the
// packet inside an ICMP error the two changes cancel out in ICMP's checksum.
Rule& Rule::rewrite(std::uint32_t header, std::uint32_t offset, int from) {
    return expression("payload", [&](Message& m) {
        m.be32(NFTA_PAYLOAD_SREG, reg(from)).be32(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
        m.be32(NFTA_PAYLOAD_OFFSET, header + offset).be32(NFTA_PAYLOAD_LEN, 4);
        m.be32(NFTA_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET).be32(NFTA_PAYLOAD_CSUM_OFFSET, header + ip_checksum);
        if (header == 0) m.be32(NFTA_PAYLOAD_CSUM_FLAGS, NFT_PAYLOAD_L4CSUM_PSEUDOHDR);
    });
}

Rule& Rule::compare(int from, std::uint32_t operation, std::string_view value) {
    return expression("cmp", [&](Message& m) {
        m.be32(NFTA_CMP_SREG, reg(from)).be32(NFTA_CMP_OP, operation);
        m.nest(NFTA_CMP_DATA, [&] { m.bytes(NFTA_DATA_VALUE, value); });
    });
}

Rule& Rule::verdict(std::int32_t code, const char* chain) {
    return expression("immediate", [&](Message& m) {
        m.be32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
        m.nest(NFTA_IMMEDIATE_DATA, [&] {
            m.nest(NFTA_DATA_VERDICT, [&] {
                m.be32(NFTA_VERDICT_CODE, static_cast<std::uint32_t>(code));
                if (chain) m.text(NFTA_VERDICT_CHAIN, chain);
            });
        });
    });
}

Rule& Rule::load_mark(int to) { return meta(NFT_META_MARK, to); }
Rule& Rule::load_in_index(int to) { return meta(NFT_META_IIF, to); }
Rule& Rule::load_out_index(int to) { return meta(NFT_META_OIF, to); }
Rule& Rule::load_protocol(int to) { return meta(NFT_META_L4PROTO, to); }
Rule& Rule::load_source(int to) { return payload(NFT_PAYLOAD_NETWORK_HEADER, ip_source, 4, to); }
Rule& Rule::load_destination(int to) { return payload(NFT_PAYLOAD_NETWORK_HEADER, ip_destination, 4, to); }
Rule& Rule::load_inner_source(int to) { return payload(NFT_PAYLOAD_NETWORK_HEADER, inner_header + ip_source, 4, to); }
Rule& Rule::load_inner_destination(int to) { return payload(NFT_PAYLOAD_NETWORK_HEADER, inner_header + ip_destination, 4, to); }
Rule& Rule::load_first_port(int to) { return payload(NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2, to); }
Rule& Rule::load_second_port(int to) { return payload(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, to); }
Rule& Rule::load_ether_source(int to) { return payload(NFT_PAYLOAD_LL_HEADER, 6, 6, to); }
// RFC 826 over Ethernet and IPv4: 8 bytes of types and lengths, then MAC and address of the sender, then of the target.
Rule& Rule::load_arp_source(int to) { return payload(NFT_PAYLOAD_NETWORK_HEADER, 14, 4, to); }
Rule& Rule::load_arp_target(int to) { return payload(NFT_PAYLOAD_NETWORK_HEADER, 24, 4, to); }

Rule& Rule::load_next_hop(int to) {
    return expression("rt", [&](Message& m) { m.be32(NFTA_RT_DREG, reg(to)).be32(NFTA_RT_KEY, NFT_RT_NEXTHOP4); });
}
Rule& Rule::load_conntrack_mark(int to) {
    return expression("ct", [&](Message& m) { m.be32(NFTA_CT_DREG, reg(to)).be32(NFTA_CT_KEY, NFT_CT_MARK); });
}
Rule& Rule::load_value(int to, std::uint32_t value) {
    return expression("immediate", [&](Message& m) {
        m.be32(NFTA_IMMEDIATE_DREG, reg(to));
        m.nest(NFTA_IMMEDIATE_DATA, [&] { m.bytes(NFTA_DATA_VALUE, raw32(value)); });
    });
}

Rule& Rule::mask(int at, std::string_view bits) {
    return expression("bitwise", [&](Message& m) {
        m.be32(NFTA_BITWISE_SREG, reg(at)).be32(NFTA_BITWISE_DREG, reg(at)).be32(NFTA_BITWISE_LEN, 4);
        m.nest(NFTA_BITWISE_MASK, [&] { m.bytes(NFTA_DATA_VALUE, bits); });
        m.nest(NFTA_BITWISE_XOR, [&] { m.bytes(NFTA_DATA_VALUE, raw32(0)); });
    });
}
Rule& Rule::keep_bits(int at, std::uint32_t length) {
    return mask(at, raw32(htonl(length == 0 ? 0 : 0xffffffffu << (32 - length))));
}

Rule& Rule::in_name_is(std::string_view interface) {
    return meta(NFT_META_IIFNAME, scratch).compare(scratch, NFT_CMP_EQ, interface_name(interface));
}
Rule& Rule::out_name_is(std::string_view interface) {
    return meta(NFT_META_OIFNAME, scratch).compare(scratch, NFT_CMP_EQ, interface_name(interface));
}
Rule& Rule::ether_type_is(std::uint16_t type) {
    return meta(NFT_META_PROTOCOL, scratch).compare(scratch, NFT_CMP_EQ, raw16(type));
}
Rule& Rule::icmp_type_is(std::uint8_t type) {
    return payload(NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, scratch)
        .compare(scratch, NFT_CMP_EQ, std::string(1, static_cast<char>(type)));
}
Rule& Rule::protocol_is(std::uint8_t protocol) {
    return load_protocol(scratch).compare(scratch, NFT_CMP_EQ, std::string(1, static_cast<char>(protocol)));
}
Rule& Rule::protocol_is_not(std::uint8_t protocol) {
    return load_protocol(scratch).compare(scratch, NFT_CMP_NEQ, std::string(1, static_cast<char>(protocol)));
}
Rule& Rule::mark_is(std::uint32_t mark) { return load_mark(scratch).compare(scratch, NFT_CMP_EQ, raw32(mark)); }
Rule& Rule::destination_is(std::uint32_t address) {
    return load_destination(scratch).compare(scratch, NFT_CMP_EQ, raw32(htonl(address)));
}
Rule& Rule::destination_port_is(std::uint16_t port) {
    return load_second_port(scratch).compare(scratch, NFT_CMP_EQ, raw16(port));
}
Rule& Rule::destination_port_is_not(std::uint16_t port) {
    return load_second_port(scratch).compare(scratch, NFT_CMP_NEQ, raw16(port));
}

Rule& Rule::conntrack_state(std::uint32_t any_of) {
    expression("ct", [&](Message& m) { m.be32(NFTA_CT_DREG, reg(scratch)).be32(NFTA_CT_KEY, NFT_CT_STATE); });
    mask(scratch, raw32(any_of));
    return compare(scratch, NFT_CMP_NEQ, raw32(0));
}

Rule& Rule::is_reply() {
    expression("ct", [&](Message& m) { m.be32(NFTA_CT_DREG, reg(scratch)).be32(NFTA_CT_KEY, NFT_CT_DIRECTION); });
    return compare(scratch, NFT_CMP_EQ, std::string(1, direction_reply));
}

Rule& Rule::has_socket() {  // breaks off where there is none
    return expression("socket",
                      [](Message& m) { m.be32(NFTA_SOCKET_KEY, NFT_SOCKET_TRANSPARENT).be32(NFTA_SOCKET_DREG, reg(scratch)); });
}

Rule& Rule::in_set(const char* set, int from) {
    return expression("lookup", [&](Message& m) { m.text(NFTA_LOOKUP_SET, set).be32(NFTA_LOOKUP_SREG, reg(from)); });
}
Rule& Rule::not_in_set(const char* set, int from) {
    return expression("lookup", [&](Message& m) {
        m.text(NFTA_LOOKUP_SET, set).be32(NFTA_LOOKUP_SREG, reg(from)).be32(NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
    });
}
Rule& Rule::look_up(const char* map, int from, int to) {
    return expression("lookup", [&](Message& m) {
        m.text(NFTA_LOOKUP_SET, map).be32(NFTA_LOOKUP_SREG, reg(from)).be32(NFTA_LOOKUP_DREG, reg(to));
    });
}
Rule& Rule::count_by(const char* map, int from) {
    return expression("objref", [&](Message& m) { m.be32(NFTA_OBJREF_SET_SREG, reg(from)).text(NFTA_OBJREF_SET_NAME, map); });
}
Rule& Rule::count(const char* counter) {
    return expression(
        "objref", [&](Message& m) { m.be32(NFTA_OBJREF_IMM_TYPE, NFT_OBJECT_COUNTER).text(NFTA_OBJREF_IMM_NAME, counter); });
}
Rule& Rule::set_mark(int from) {
    return expression("meta", [&](Message& m) { m.be32(NFTA_META_KEY, NFT_META_MARK).be32(NFTA_META_SREG, reg(from)); });
}
Rule& Rule::set_conntrack_mark(int from) {
    return expression("ct", [&](Message& m) { m.be32(NFTA_CT_KEY, NFT_CT_MARK).be32(NFTA_CT_SREG, reg(from)); });
}
Rule& Rule::set_source(int from) { return rewrite(0, ip_source, from); }
Rule& Rule::set_destination(int from) { return rewrite(0, ip_destination, from); }
Rule& Rule::set_inner_source(int from) { return rewrite(inner_header, ip_source, from); }
Rule& Rule::set_inner_destination(int from) { return rewrite(inner_header, ip_destination, from); }
Rule& Rule::masquerade() {
    return expression("masq", [](Message&) {});
}

Rule& Rule::accept() { return verdict(NF_ACCEPT); }
Rule& Rule::drop() { return verdict(NF_DROP); }
Rule& Rule::back() { return verdict(NFT_RETURN); }
Rule& Rule::jump(const char* chain) { return verdict(NFT_JUMP, chain); }
Rule& Rule::go_to(const char* chain) { return verdict(NFT_GOTO, chain); }
Rule& Rule::reset() {
    return expression("reject", [](Message& m) { m.be32(NFTA_REJECT_TYPE, NFT_REJECT_TCP_RST).u8(NFTA_REJECT_ICMP_CODE, 0); });
}

}  // namespace sekisho::net::nft
