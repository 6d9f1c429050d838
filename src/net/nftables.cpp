#include "net/nftables.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <cstring>

namespace sekisho::net::nft {

namespace {

Message start(std::uint16_t type, std::uint16_t flags, const Table& table, std::uint16_t table_attribute) {
    nfgenmsg header{table.family, NFNETLINK_V0, 0};
    Message message(static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | type),
                    static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags), header);
    message.text(table_attribute, table.name);
    return message;
}
using Ranges = SetSpec::Ranges;
constexpr std::uint16_t create = NLM_F_CREATE | NLM_F_EXCL;

std::uint32_t padded_width(Type type) { return (static_cast<std::uint32_t>(width(type)) + 3) & ~3u; }

Message elements_message(std::uint16_t type, std::uint16_t flags, const Table& table, const SetSpec& spec,
                         const std::vector<SetElement>& elements) {
    Message m = start(type, flags, table, NFTA_SET_ELEM_LIST_TABLE);
    m.text(NFTA_SET_ELEM_LIST_SET, spec.name);
    m.nest(NFTA_SET_ELEM_LIST_ELEMENTS, [&] {
        for (const auto& element : elements) {
            m.nest(NFTA_LIST_ELEM, [&] {
                m.nest(NFTA_SET_ELEM_KEY, [&] { m.bytes(NFTA_DATA_VALUE, element.key); });
                if (spec.ranges == Ranges::by_field)
                    m.nest(NFTA_SET_ELEM_KEY_END, [&] { m.bytes(NFTA_DATA_VALUE, element.key_end); });
                if (type == NFT_MSG_DELSETELEM) return;
                if (spec.value == SetSpec::Value::counter)
                    m.text(NFTA_SET_ELEM_OBJREF, element.data);
                else if (spec.value != SetSpec::Value::none)
                    m.nest(NFTA_SET_ELEM_DATA, [&] { m.bytes(NFTA_DATA_VALUE, element.data); });
            });
            if (spec.ranges == Ranges::flat)  // the end is an element of its own
                m.nest(NFTA_LIST_ELEM, [&] {
                    m.nest(NFTA_SET_ELEM_KEY, [&] { m.bytes(NFTA_DATA_VALUE, element.key_end); });
                    m.be32(NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
                });
        }
    });
    return m;
}

}  // namespace

std::size_t width(Type type) {
    switch (type) {
        case Type::mac:
            return 6;
        case Type::protocol:
            return 1;
        case Type::service:
            return 2;
        default:
            return 4;
    }
}

Message add_table(const Table& table) { return start(NFT_MSG_NEWTABLE, create, table, NFTA_TABLE_NAME); }

Message add_chain(const Table& table, const char* name) {
    Message m = start(NFT_MSG_NEWCHAIN, create, table, NFTA_CHAIN_TABLE);
    m.text(NFTA_CHAIN_NAME, name);
    return m;
}

Message add_base_chain(const Table& table, const char* name, const Hook& hook) {
    Message m = add_chain(table, name);
    m.text(NFTA_CHAIN_TYPE, hook.type);
    m.nest(NFTA_CHAIN_HOOK, [&] {
        m.be32(NFTA_HOOK_HOOKNUM, hook.hook);
        m.be32(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(hook.priority));
    });
    m.be32(NFTA_CHAIN_POLICY, hook.accept ? NF_ACCEPT : NF_DROP);
    return m;
}

Message add_rule(const Table& table, const char* chain, const Rule& rule) {
    Message m = start(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, table, NFTA_RULE_TABLE);
    m.text(NFTA_RULE_CHAIN, chain);
    m.bytes(NFTA_RULE_EXPRESSIONS | NLA_F_NESTED, rule.expressions());
    return m;
}

Message add_set(const Table& table, const SetSpec& spec, std::uint32_t id) {
    std::uint32_t flags = 0, type = 0, length = 0;
    for (Type part : spec.key) {
        type = type << 6 | static_cast<std::uint32_t>(part);  // how nft writes concatenated types
        length += padded_width(part);
    }
    if (spec.key.size() == 1) length = static_cast<std::uint32_t>(width(spec.key[0]));
    const bool fields = spec.key.size() > 1 && spec.ranges != Ranges::flat;  // else one field as wide as the key
    if (spec.ranges != Ranges::none) flags |= NFT_SET_INTERVAL;
    if (fields) flags |= NFT_SET_CONCAT;
    if (spec.value == SetSpec::Value::counter)
        flags |= NFT_SET_OBJECT;
    else if (spec.value != SetSpec::Value::none)
        flags |= NFT_SET_MAP;
    Message m = start(NFT_MSG_NEWSET, create, table, NFTA_SET_TABLE);
    m.text(NFTA_SET_NAME, spec.name);
    m.be32(NFTA_SET_ID, id);
    m.be32(NFTA_SET_FLAGS, flags);
    m.be32(NFTA_SET_KEY_TYPE, type);
    m.be32(NFTA_SET_KEY_LEN, length);
    if (spec.value == SetSpec::Value::ipv4 || spec.value == SetSpec::Value::mark) {
        auto data = spec.value == SetSpec::Value::ipv4 ? Type::ipv4 : Type::mark;
        m.be32(NFTA_SET_DATA_TYPE, static_cast<std::uint32_t>(data));
        m.be32(NFTA_SET_DATA_LEN, 4);
    }
    if (spec.value == SetSpec::Value::counter) m.be32(NFTA_SET_OBJ_TYPE, NFT_OBJECT_COUNTER);
    if (fields)
        m.nest(NFTA_SET_DESC, [&] {
            m.nest(NFTA_SET_DESC_CONCAT, [&] {
                for (Type part : spec.key)
                    m.nest(NFTA_LIST_ELEM, [&] { m.be32(NFTA_SET_FIELD_LEN, static_cast<std::uint32_t>(width(part))); });
            });
        });
    return m;
}

Message add_counter(const Table& table, std::string_view name) {
    Message m = start(NFT_MSG_NEWOBJ, create, table, NFTA_OBJ_TABLE);
    m.text(NFTA_OBJ_NAME, name);
    m.be32(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
    m.nest(NFTA_OBJ_DATA, [] {});
    return m;
}

Message remove_counter(const Table& table, std::string_view name) {
    Message m = start(NFT_MSG_DELOBJ, 0, table, NFTA_OBJ_TABLE);
    m.text(NFTA_OBJ_NAME, name);
    m.be32(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
    return m;
}

Message add_elements(const Table& table, const SetSpec& spec, const std::vector<SetElement>& elements) {
    return elements_message(NFT_MSG_NEWSETELEM, create, table, spec, elements);
}
Message remove_elements(const Table& table, const SetSpec& spec, const std::vector<SetElement>& elements) {
    return elements_message(NFT_MSG_DELSETELEM, 0, table, spec, elements);
}

std::vector<CounterValue> read_counters(Netlink& netfilter, const Table& table) {
    std::vector<CounterValue> values;
    nfgenmsg header{table.family, NFNETLINK_V0, 0};
    Message request(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETOBJ, NLM_F_REQUEST | NLM_F_DUMP, header);
    request.text(NFTA_OBJ_TABLE, table.name).be32(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
    netfilter.dump(request, [&](const nlmsghdr* head) {
        CounterValue value;
        const nlattr *attribute, *inner;
        attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(head, sizeof(nfgenmsg)));
        const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(head));
        for (; mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)));
             attribute = mnl_attr_next(attribute)) {
            if (mnl_attr_get_type(attribute) == NFTA_OBJ_NAME) value.name = mnl_attr_get_str(attribute);
            if (mnl_attr_get_type(attribute) != NFTA_OBJ_DATA) continue;
            inner = static_cast<const nlattr*>(mnl_attr_get_payload(attribute));
            const char* inner_end = reinterpret_cast<const char*>(inner) + mnl_attr_get_payload_len(attribute);
            for (; mnl_attr_ok(inner, static_cast<int>(inner_end - reinterpret_cast<const char*>(inner)));
                 inner = mnl_attr_next(inner)) {
                if (mnl_attr_get_type(inner) == NFTA_COUNTER_BYTES) value.bytes = be64toh(mnl_attr_get_u64(inner));
                if (mnl_attr_get_type(inner) == NFTA_COUNTER_PACKETS) value.packets = be64toh(mnl_attr_get_u64(inner));
            }
        }
        values.push_back(std::move(value));
    });
    return values;
}

}  // namespace sekisho::net::nft
