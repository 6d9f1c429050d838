#include "authz/pack.h"

#include <cstring>

#include "base/check.h"

namespace sekisho::authz {
namespace {

class Writer {
   public:
    explicit Writer(std::size_t expected) { out_.reserve(expected); }
    void number(std::uint64_t value) {  // seven bits a byte, the last one without the high bit
        for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(0x80 | (value & 0x7F));
        out_ += static_cast<char>(value);
    }
    void text(std::string_view value) {
        number(value.size());
        out_.append(value);
    }
    void time(Time value) { number(static_cast<std::uint64_t>(epoch_millis(value))); }
    void flag(bool value) { out_ += value ? '\1' : '\0'; }
    std::string take() { return std::move(out_); }

   private:
    std::string out_;
};

// Reads what Writer wrote; nothing else comes here.
class Reader {
   public:
    explicit Reader(std::string_view in) : in_(in) {}
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            SEKISHO_CHECK(!in_.empty() && shift < 64);
            auto byte = static_cast<unsigned char>(in_[0]);
            in_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
    }
    std::string text() {
        std::uint64_t size = number();
        SEKISHO_CHECK(size <= in_.size());
        std::string value(in_.substr(0, size));
        in_.remove_prefix(size);
        return value;
    }
    Time time() { return from_epoch_millis(static_cast<std::int64_t>(number())); }
    bool flag() { return number() != 0; }

   private:
    std::string_view in_;
};

}  // namespace

std::string pack_caller(const authn::Caller& caller, std::string_view user_agent) {
    Writer out(512);
    out.number(static_cast<std::uint64_t>(caller.kind));
    for (const std::string* text :
         {&caller.account.value, &caller.arn, &caller.principal_id, &caller.user_name, &caller.role_name, &caller.role_arn,
          &caller.session_name, &caller.access_key_id, &caller.instance_arn, &caller.instance_vpc, &caller.instance_private_ip,
          &caller.scope_region, &caller.scope_service, &caller.source_identity})
        out.text(*text);
    out.number(caller.principal_tags.size());
    for (const auto& [key, value] : caller.principal_tags) {
        out.text(key);
        out.text(value);
    }
    out.flag(caller.token_issued.has_value());
    if (caller.token_issued) out.time(*caller.token_issued);
    out.flag(caller.mfa);
    out.number(static_cast<std::uint64_t>(caller.proof));
    out.text(user_agent);
    return out.take();
}

authn::Caller unpack_caller(std::string_view packed, std::string& user_agent) {
    Reader in(packed);
    authn::Caller caller;
    caller.kind = static_cast<authn::Caller::Kind>(in.number());
    for (std::string* text :
         {&caller.account.value, &caller.arn, &caller.principal_id, &caller.user_name, &caller.role_name, &caller.role_arn,
          &caller.session_name, &caller.access_key_id, &caller.instance_arn, &caller.instance_vpc, &caller.instance_private_ip,
          &caller.scope_region, &caller.scope_service, &caller.source_identity})
        *text = in.text();
    for (std::uint64_t tags = in.number(); tags > 0; --tags) {
        std::string key = in.text();
        caller.principal_tags[std::move(key)] = in.text();
    }
    if (in.flag()) caller.token_issued = in.time();
    caller.mfa = in.flag();
    caller.proof = static_cast<authn::Caller::Proof>(in.number());
    user_agent = in.text();
    return caller;
}

std::string pack_request(const origin::Origin& origin, const RequestFacts& facts, const authn::Caller& caller,
                         const std::vector<Ask>& asks) {
    Writer out(256);
    out.flag(origin.peer.v6);
    out.text({reinterpret_cast<const char*>(origin.peer.bytes.data()), origin.peer.v6 ? 16u : 4u});
    out.number(origin.peer_port);
    out.flag(origin.secure);
    out.text(origin.tls_version);
    out.flag(origin.loopback);
    out.flag(origin.endpoint.has_value());
    if (origin.endpoint)
        for (const std::string* text : {&origin.endpoint->vpce.value, &origin.endpoint->vpc.value,
                                        &origin.endpoint->account.value, &origin.endpoint->region.value})
            out.text(*text);
    out.time(facts.time);
    for (const std::string* text : {&facts.operation, &facts.service, &facts.region.value, &facts.referer}) out.text(*text);
    out.flag(facts.read_only);
    out.flag(caller.signature_age_ms.has_value());
    if (caller.signature_age_ms) out.number(static_cast<std::uint64_t>(*caller.signature_age_ms));
    out.number(asks.size());
    for (const Ask& ask : asks) {
        out.text(ask.action);
        out.text(ask.resource);
        out.text(ask.resource_account.value);
        out.flag(ask.resource_policy_required);
        out.flag(ask.restrict_public_buckets);
        out.flag(ask.owner_root_always);
        const bool acls_on = ask.acl || !ask.object_owner.empty();
        out.flag(acls_on);
        if (acls_on) {
            out.number(ask.acl_permission ? 1 + static_cast<std::uint64_t>(*ask.acl_permission) : 0);
            out.text(ask.object_owner.value);
        }
        out.number(ask.context.size());
        for (const policy::ContextEntry& entry : ask.context) {
            out.text(entry.key);
            out.flag(entry.multiple);
            out.number(entry.values.size());
            for (const std::string& value : entry.values) out.text(value);
        }
    }
    return out.take();
}

UnpackedRequest unpack_request(std::string_view packed, authn::Caller& caller) {
    Reader in(packed);
    UnpackedRequest out;
    out.origin.peer.v6 = in.flag();
    std::string address = in.text();
    std::memcpy(out.origin.peer.bytes.data(), address.data(), address.size());
    out.origin.peer_port = static_cast<std::uint16_t>(in.number());
    out.origin.secure = in.flag();
    out.origin.tls_version = in.text();
    out.origin.loopback = in.flag();
    if (in.flag()) {
        origin::EndpointRoad& road = out.origin.endpoint.emplace();
        for (std::string* text : {&road.vpce.value, &road.vpc.value, &road.account.value, &road.region.value})
            *text = in.text();
    }
    out.facts.time = in.time();
    for (std::string* text : {&out.facts.operation, &out.facts.service, &out.facts.region.value, &out.facts.referer})
        *text = in.text();
    out.facts.read_only = in.flag();
    if (in.flag()) caller.signature_age_ms = static_cast<std::int64_t>(in.number());
    out.asks.resize(in.number());
    for (Ask& ask : out.asks) {
        ask.action = in.text();
        ask.resource = in.text();
        ask.resource_account.value = in.text();
        ask.resource_policy_required = in.flag();
        ask.restrict_public_buckets = in.flag();
        ask.owner_root_always = in.flag();
        if (in.flag()) {
            if (std::uint64_t permission = in.number())
                ask.acl_permission = static_cast<policy::Grant::Permission>(permission - 1);
            ask.object_owner.value = in.text();
        }
        for (std::uint64_t entries = in.number(); entries > 0; --entries) {
            std::string key = in.text();
            bool multiple = in.flag();
            std::vector<std::string> values(in.number());
            for (std::string& value : values) value = in.text();
            if (multiple || values.size() != 1)
                ask.context.set(std::move(key), std::move(values));
            else
                ask.context.set(std::move(key), std::move(values[0]));
        }
    }
    return out;
}

}  // namespace sekisho::authz
