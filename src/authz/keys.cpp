#include "authz/keys.h"

#include <array>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace sekisho::authz {
namespace {

using Value = KeyText;
using Kind = authn::Caller::Kind;
using Proof = authn::Caller::Proof;

Value given(const std::string& text) { return text.empty() ? Value() : Value(text); }
Value boolean(bool value) { return value ? "true" : "false"; }

bool is_signed(const KeyFacts& f) { return f.caller.kind != Kind::anonymous; }
bool is_temporary(const KeyFacts& f) { return f.caller.token_issued.has_value(); }
bool is_s3(const KeyFacts& f) { return f.facts.service == "s3"; }

Value source_ip(const KeyFacts& f, std::string_view) { return f.origin.endpoint ? Value() : f.origin.peer.text(); }
Value vpc_source_ip(const KeyFacts& f, std::string_view) { return f.origin.endpoint ? Value(f.origin.peer.text()) : Value(); }
Value source_vpc(const KeyFacts& f, std::string_view) {
    return f.origin.endpoint ? Value(f.origin.endpoint->vpc.value) : Value();
}
Value source_vpce(const KeyFacts& f, std::string_view) {
    return f.origin.endpoint ? Value(f.origin.endpoint->vpce.value) : Value();
}
Value source_vpc_arn(const KeyFacts& f, std::string_view) {
    if (!f.origin.endpoint) return {};
    const origin::EndpointRoad& road = *f.origin.endpoint;
    return "arn:aws:ec2:" + road.region.value + ":" + road.account.value + ":vpc/" + road.vpc.value;
}
Value vpce_account(const KeyFacts& f, std::string_view) {
    return f.origin.endpoint ? Value(f.origin.endpoint->account.value) : Value();
}

Value principal_arn(const KeyFacts& f, std::string_view) {
    if (!is_signed(f)) return {};
    return f.caller.kind == Kind::assumed_role ? f.caller.role_arn : f.caller.arn;
}
Value principal_account(const KeyFacts& f, std::string_view) {
    if (!is_signed(f)) return "anonymous";
    return f.caller.account.value;
}
Value principal_type(const KeyFacts& f, std::string_view) {
    switch (f.caller.kind) {
        case Kind::anonymous:
            return "Anonymous";
        case Kind::root:
            return "Account";
        case Kind::user:
            return "User";
        case Kind::assumed_role:
            return "AssumedRole";
    }
    return {};
}
Value user_id(const KeyFacts& f, std::string_view) {
    if (!is_signed(f)) return "anonymous";
    return f.caller.principal_id;
}
Value user_name(const KeyFacts& f, std::string_view) {
    return f.caller.kind == Kind::user ? given(f.caller.user_name) : Value();
}
Value principal_tag(const KeyFacts& f, std::string_view tag) {
    for (const auto& [key, value] : f.caller.principal_tags)
        if (equal_ignoring_case(key, tag)) return value;
    return {};
}
Value is_service(const KeyFacts& f, std::string_view) { return is_signed(f) ? boolean(false) : Value(); }
Value via_service(const KeyFacts&, std::string_view) { return boolean(false); }
Value token_issue_time(const KeyFacts& f, std::string_view) {
    return is_temporary(f) ? Value(iso8601(*f.caller.token_issued)) : Value();
}
Value mfa_present(const KeyFacts& f, std::string_view) { return is_temporary(f) ? boolean(f.caller.mfa) : Value(); }

// "the number of seconds since the requesting principal was authorized using MFA"
Value mfa_age(const KeyFacts& f, std::string_view) {
    if (!is_temporary(f) || !f.caller.mfa) return {};
    return std::to_string(epoch_seconds(f.facts.time) - epoch_seconds(*f.caller.token_issued));
}
Value source_identity(const KeyFacts& f, std::string_view) { return given(f.caller.source_identity); }

Value current_time(const KeyFacts& f, std::string_view) { return iso8601(f.facts.time); }
Value epoch_time(const KeyFacts& f, std::string_view) { return std::to_string(epoch_seconds(f.facts.time)); }
Value secure_transport(const KeyFacts& f, std::string_view) { return boolean(f.origin.secure); }
Value requested_region(const KeyFacts& f, std::string_view) { return given(f.facts.region.value); }
Value user_agent(const KeyFacts& f, std::string_view) { return given(f.facts.user_agent); }
Value referer(const KeyFacts& f, std::string_view) { return given(f.facts.referer); }
Value resource_account(const KeyFacts& f, std::string_view) { return given(f.resource_account.value); }

Value organization_of(const OrganizationPlace* place) { return place ? Value(place->organization) : Value(); }
Value path_of(const OrganizationPlace* place) { return place ? Value(place->path) : Value(); }
Value principal_org(const KeyFacts& f, std::string_view) { return organization_of(f.caller_place); }
Value principal_org_path(const KeyFacts& f, std::string_view) { return path_of(f.caller_place); }
Value resource_org(const KeyFacts& f, std::string_view) { return organization_of(f.resource_place); }
Value resource_org_path(const KeyFacts& f, std::string_view) { return path_of(f.resource_place); }
Value vpce_org(const KeyFacts& f, std::string_view) { return organization_of(f.endpoint_place); }
Value vpce_org_path(const KeyFacts& f, std::string_view) { return path_of(f.endpoint_place); }

Value instance_vpc(const KeyFacts& f, std::string_view) { return given(f.caller.instance_vpc); }
Value instance_ip(const KeyFacts& f, std::string_view) { return given(f.caller.instance_private_ip); }
Value instance_arn(const KeyFacts& f, std::string_view) { return given(f.caller.instance_arn); }
Value role_delivery(const KeyFacts& f, std::string_view) { return given(f.caller.role_delivery); }

Value auth_type(const KeyFacts& f, std::string_view) {
    if (!is_s3(f)) return {};
    switch (f.caller.proof) {
        case Proof::none:
            return {};
        case Proof::header:
            return "REST-HEADER";
        case Proof::query:
        case Proof::query_v2:
            return "REST-QUERY-STRING";
        case Proof::post_form:
            return "POST";
    }
    return {};
}
Value signature_version(const KeyFacts& f, std::string_view) {
    if (!is_s3(f) || f.caller.proof == Proof::none) return {};
    // Of forms, which either version signs, Version 4's alone has a scope.
    const bool form_v2 = f.caller.proof == Proof::post_form && f.caller.scope_region.empty();
    return form_v2 || f.caller.proof == Proof::query_v2 ? "AWS" : "AWS4-HMAC-SHA256";
}
Value signature_age(const KeyFacts& f, std::string_view) {
    return is_s3(f) && f.caller.signature_age_ms ? Value(std::to_string(*f.caller.signature_age_ms)) : Value();
}

Value tls_version(const KeyFacts& f, std::string_view) { return is_s3(f) ? given(f.origin.tls_version) : Value(); }

using T = Key::Type;
constexpr std::string_view always = "always", by_endpoint = "the request came by a VPC endpoint",
                           with_signature = "the request is signed",
                           from_instance = "the credentials came from an instance's metadata",
                           temporary = "the credentials are temporary";

constexpr std::array table = {
    Key{"aws:SourceVpce", T::string, false, by_endpoint, source_vpce},
    Key{"aws:SourceVpc", T::string, false, by_endpoint, source_vpc},
    Key{"aws:SourceVpcArn", T::arn, false, by_endpoint, source_vpc_arn},
    Key{"aws:VpceAccount", T::string, false, by_endpoint, vpce_account},
    Key{"aws:VpcSourceIp", T::ip, false, by_endpoint, vpc_source_ip},
    Key{"aws:SourceIp", T::ip, false, "the request came by no VPC endpoint", source_ip},
    Key{"aws:Ec2InstanceSourceVpc", T::string, false, from_instance, instance_vpc},
    Key{"aws:Ec2InstanceSourcePrivateIPv4", T::ip, false, from_instance, instance_ip},
    Key{"ec2:SourceInstanceARN", T::arn, false, from_instance, instance_arn},
    Key{"ec2:RoleDelivery", T::numeric, false, from_instance, role_delivery},
    Key{"aws:PrincipalArn", T::arn, false, with_signature, principal_arn},
    Key{"aws:PrincipalAccount", T::string, false, "always; \"anonymous\" without a signature", principal_account},
    Key{"aws:PrincipalType", T::string, false, always, principal_type},
    Key{"aws:PrincipalTag/", T::string, false, "the user, role or session has that tag", principal_tag},
    Key{"aws:PrincipalIsAWSService", T::boolean, false, with_signature, is_service},
    Key{"aws:ViaAWSService", T::boolean, false, always, via_service},
    Key{"aws:userid", T::string, false, "always; \"anonymous\" without a signature", user_id},
    Key{"aws:username", T::string, false, "the caller is an IAM user", user_name},
    Key{"aws:TokenIssueTime", T::date, false, temporary, token_issue_time},
    Key{"aws:MultiFactorAuthPresent", T::boolean, false, temporary, mfa_present},
    Key{"aws:MultiFactorAuthAge", T::numeric, false, "the credentials are temporary and were given for MFA", mfa_age},
    Key{"aws:SourceIdentity", T::string, false, "the role was assumed with a source identity", source_identity},
    Key{"aws:CurrentTime", T::date, false, always, current_time},
    Key{"aws:EpochTime", T::date, false, always, epoch_time},
    Key{"aws:SecureTransport", T::boolean, false, always, secure_transport},
    Key{"aws:RequestedRegion", T::string, false, always, requested_region},
    Key{"aws:UserAgent", T::string, false, "the client sent a User-Agent", user_agent},
    Key{"aws:Referer", T::string, false, "the client sent a Referer", referer},
    Key{"aws:ResourceAccount", T::string, false, "always", resource_account},
    Key{"aws:PrincipalOrgID", T::string, false, "the caller's account is in an organisation", principal_org},
    Key{"aws:PrincipalOrgPaths", T::string, true, "the caller's account is in an organisation", principal_org_path},
    Key{"aws:ResourceOrgID", T::string, false, "the resource's account is in an organisation", resource_org},
    Key{"aws:ResourceOrgPaths", T::string, true, "the resource's account is in an organisation", resource_org_path},
    Key{"aws:VpceOrgID", T::string, false, "the endpoint's account is in an organisation", vpce_org},
    Key{"aws:VpceOrgPaths", T::string, true, "the endpoint's account is in an organisation", vpce_org_path},
    Key{"s3:authType", T::string, false, "signed S3 requests", auth_type},
    Key{"s3:signatureversion", T::string, false, "signed S3 requests", signature_version},
    Key{"s3:signatureAge", T::numeric, false, "S3 requests by presigned URL or form", signature_age},
    Key{"s3:TlsVersion", T::numeric, false, "S3 requests by TLS", tls_version},
};

// The table by name in lower case; families by their prefix.
struct ByName {
    std::vector<std::string> names;  // what the map's keys stand in
    std::unordered_map<std::string_view, const Key*> keys;

    ByName() {
        names.reserve(table.size());
        for (const Key& key : table) keys.emplace(names.emplace_back(to_lower(key.name)), &key);
    }
};

// The key of that name, and the rest of the name where it is a family's.
const Key* find_key(std::string_view lower_case_name, std::string_view& rest) {
    static const ByName by_name;
    auto found = by_name.keys.find(lower_case_name);
    if (found != by_name.keys.end() && !lower_case_name.ends_with('/')) return found->second;
    std::size_t slash = lower_case_name.find('/');
    if (slash == std::string_view::npos || slash + 1 == lower_case_name.size()) return nullptr;
    found = by_name.keys.find(lower_case_name.substr(0, slash + 1));
    rest = lower_case_name.substr(slash + 1);
    return found == by_name.keys.end() ? nullptr : found->second;
}

}  // namespace

std::span<const Key> key_table() { return table; }

policy::KeyValues RequestKeys::look(std::string_view lower_case_key, std::string& room) const {
    std::string_view rest;
    const Key* known = find_key(lower_case_key, rest);
    if (!known) return own_.look(lower_case_key, room);
    if (known->multiple) {
        const policy::ContextEntry* entry = find(lower_case_key);
        return entry ? policy::KeyValues(*entry) : policy::KeyValues();
    }
    KeyText value = known->value(facts_, rest);
    if (!value) return {};
    if (!value.owns()) return policy::KeyValues(value.text());
    room = std::move(value).take();
    return policy::KeyValues(room);
}

const policy::ContextEntry* RequestKeys::find(std::string_view key) const {
    std::string_view rest;
    const std::string lower_case = to_lower(key);
    const Key* known = find_key(lower_case, rest);
    if (!known) return own_.find(key);
    for (const policy::ContextEntry& entry : made_)
        if (equal_ignoring_case(entry.key, key)) return &entry;
    KeyText value = known->value(facts_, rest);
    if (!value) return nullptr;
    return &made_.emplace_back(policy::ContextEntry{std::string(key), {std::move(value).take()}, known->multiple});
}

}  // namespace sekisho::authz
