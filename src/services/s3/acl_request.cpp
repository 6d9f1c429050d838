#include "services/s3/acl_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <pugixml.hpp>

#include "base/bytes.h"
#include "services/s3/payload.h"
#include "services/s3/replies.h"
#include "services/s3/s3.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

using policy::Grant;

constexpr std::size_t document_bytes_max = 64 * 1024;

constexpr std::array<std::pair<std::string_view, Grant::Permission>, 5> grant_headers{
    {{"x-amz-grant-full-control", Grant::Permission::full_control},
     {"x-amz-grant-read", Grant::Permission::read},
     {"x-amz-grant-write", Grant::Permission::write},
     {"x-amz-grant-read-acp", Grant::Permission::read_acp},
     {"x-amz-grant-write-acp", Grant::Permission::write_acp}}};

constexpr std::array<std::string_view, 8> canned_acls{
    "private",       "public-read",       "public-read-write",         "authenticated-read",
    "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"};

// e-mail addresses: "the request will receive an HTTP 405 (Method Not Allowed) error".
std::unexpected<ApiError> by_email() { return fail(error::s3::MethodNotAllowed); }

// The type of a grantee: the attribute xsi:type, whatever prefix stands for the schema's namespace.
std::string_view type_of(const pugi::xml_node& grantee) {
    for (const pugi::xml_attribute& attribute : grantee.attributes()) {
        std::string_view name = attribute.name();
        const std::size_t colon = name.find(':');
        if (colon != std::string_view::npos && name.substr(colon + 1) == "type") return attribute.value();
    }
    return {};
}

Result<Grant> read_grant(const pugi::xml_node& node, const AccountOf& account_of) {
    const pugi::xml_node grantee = child(node, "Grantee");
    auto permission = permission_of_name(child_text(node, "Permission").value_or(""));
    if (!grantee || !permission) return fail(error::s3::MalformedACLError);
    const std::string_view type = type_of(grantee);
    if (type == "CanonicalUser") {
        const std::string id = child_text(grantee, "ID").value_or("");
        auto account = account_of(id);
        if (!account) return invalid_argument("CanonicalUser/ID", id, "Invalid id");
        return grant_to(*account, *permission);
    }
    if (type == "Group") {
        const std::string uri = child_text(grantee, "URI").value_or("");
        auto group = group_of_uri(uri);
        if (!group) return invalid_argument("Group/URI", uri, "Invalid group uri");
        return Grant{*group, "", *permission};
    }
    if (type == "AmazonCustomerByEmail") return by_email();
    return fail(error::s3::MalformedACLError);
}

// bucket-owner-full-control, or grants that say the same.
bool is_bucket_owners(const AclHeaders& headers, const Bucket& bucket) {
    if (headers.grants) return *headers.grants == Grants{grant_to(bucket.owner, Grant::Permission::full_control)};
    return headers.canned == "bucket-owner-full-control";
}

AccountId writer_of(const services::Call& call) {
    if (call.caller.kind == authn::Caller::Kind::anonymous) return AccountId(anonymous_account);
    return call.account;
}

}  // namespace

AccountOf account_of(const S3& s3) {
    // Made when the first id is looked up.
    auto known = std::make_shared<std::map<std::string, AccountId, std::less<>>>();
    return [known, &s3](std::string_view id) -> std::optional<AccountId> {
        if (known->empty())
            for (const AccountId& account : s3.principals.accounts()) known->emplace(canonical_id(account), account);
        auto found = known->find(to_lower(id));
        if (found == known->end()) return std::nullopt;
        return found->second;
    };
}

bool has_acl_headers(const http::Headers& headers) {
    return headers.find("x-amz-acl") ||
           std::ranges::any_of(grant_headers, [&](const auto& one) { return headers.find(one.first).has_value(); });
}

Result<void> read_grants_header(Grants& grants, std::string_view name, std::string_view text, Grant::Permission permission,
                                const AccountOf& account_of) {
    auto unreadable = [&] { return invalid_argument(name, text, "Argument format not recognized"); };
    for (std::string_view one : split(text, ',')) {
        one = trim(one);
        const std::size_t equals = one.find('=');
        if (equals == std::string_view::npos) return unreadable();
        const std::string_view kind = trim(one.substr(0, equals));
        std::string_view value = trim(one.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        if (kind == "id") {
            auto account = account_of(value);
            if (!account) return invalid_argument("id", value, "Invalid id");
            grants.push_back(grant_to(*account, permission));
        } else if (kind == "uri") {
            auto group = group_of_uri(value);
            if (!group) return invalid_argument("uri", value, "Invalid group uri");
            grants.push_back(Grant{*group, "", permission});
        } else if (equal_ignoring_case(kind, "emailAddress")) {
            return by_email();
        } else {
            return unreadable();
        }
        // The answer that S3 gives to a longer list.
        if (grants.size() > grants_max) return fail(error::s3::MalformedACLError);
    }
    return {};
}

Result<AclHeaders> read_acl_headers(const http::Headers& headers, const AccountOf& account_of) {
    AclHeaders acl;
    const auto canned = headers.find("x-amz-acl");
    for (const auto& [name, permission] : grant_headers)
        for (std::string_view text : headers.all(name)) {
            if (canned) return fail(error::s3::InvalidRequest, "Specifying both Canned ACLs and Header Grants is not allowed");
            if (!acl.grants) acl.grants.emplace();
            auto read = read_grants_header(*acl.grants, name, text, permission, account_of);
            if (!read) return fail(std::move(read.error()));
        }
    if (!canned) return acl;
    if (std::ranges::find(canned_acls, *canned) == canned_acls.end())
        return invalid_argument("x-amz-acl", *canned, std::string(error::s3::InvalidArgument.text));
    acl.canned = *canned;
    return acl;
}

Result<Grants> parse_acl_document(std::string_view document, const AccountId& owner, const AccountOf& account_of) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "AccessControlPolicy") return fail(error::s3::MalformedACLError);
    const pugi::xml_node who = child(body->root(), "Owner"), list = child(body->root(), "AccessControlList");
    if (!who || !list) return fail(error::s3::MalformedACLError);
    const std::string id = child_text(who, "ID").value_or("");
    auto named = account_of(id);
    if (!named && to_lower(id) != canonical_id(owner)) return invalid_argument("CanonicalUser/ID", id, "Invalid id");
    if (named && *named != owner) return fail(error::AccessDenied);
    Grants grants;
    for (const pugi::xml_node& node : list.children()) {
        if (node.type() != pugi::node_element) continue;
        if (local_name(node) != "Grant" || grants.size() == grants_max) return fail(error::s3::MalformedACLError);
        auto grant = read_grant(node, account_of);
        if (!grant) return fail(std::move(grant.error()));
        grants.push_back(std::move(*grant));
    }
    return grants;
}

Grants canned_acl(std::string_view canned, const AccountId& owner, const AccountId* bucket_owner) {
    using enum Grant::Permission;
    Grants grants{grant_to(owner, full_control)};
    auto add = [&](Grant grant) { grants.push_back(std::move(grant)); };
    if (canned == "public-read" || canned == "public-read-write") add({Grant::To::everyone, "", read});
    if (canned == "public-read-write") add({Grant::To::everyone, "", write});
    if (canned == "authenticated-read") add({Grant::To::authenticated, "", read});
    if (canned == "aws-exec-read") add(grant_to(AccountId(bundle_account), read));
    if (canned == "log-delivery-write") {
        add({Grant::To::log_delivery, "", write});
        add({Grant::To::log_delivery, "", read_acp});
    }
    // "If you specify this canned ACL when creating a bucket, Amazon S3 ignores it."
    if (!bucket_owner || *bucket_owner == owner) return grants;
    if (canned == "bucket-owner-read") add(grant_to(*bucket_owner, read));
    if (canned == "bucket-owner-full-control") add(grant_to(*bucket_owner, full_control));
    return grants;
}

Result<NewObject> new_object(const services::Call& call, const Bucket& bucket, const S3& s3) {
    if (!has_acl_headers(call.request.headers)) return NewObject{owner_of(bucket, writer_of(call)), std::nullopt};
    auto headers = read_acl_headers(call.request.headers, account_of(s3));
    if (!headers) return fail(std::move(headers.error()));
    if (!bucket.acls_enabled()) {
        if (!is_bucket_owners(*headers, bucket)) return fail(error::s3::AccessControlListNotSupported);
        return NewObject{bucket.owner, std::nullopt};
    }
    NewObject object{writer_of(call), std::nullopt};
    // "If objects are uploaded with the bucket-owner-full-control canned ACL, the bucket owner owns" them.
    const bool given = bucket.ownership == bucket_owner_preferred && headers->canned == "bucket-owner-full-control";
    if (given) object.owner = bucket.owner;
    Grants grants = headers->grants ? *headers->grants : canned_acl(headers->canned, object.owner, &bucket.owner);
    object.acl = unless_default(std::move(grants), object.owner);
    return object;
}

Task<Result<std::optional<Grants>>> requested_acl(const services::Call& call, BucketPtr bucket, AccountId owner, bool of_object,
                                                  const S3& s3) {
    const AccountOf accounts = account_of(s3);
    auto headers = read_acl_headers(call.request.headers, accounts);
    if (!headers) co_return fail(std::move(headers.error()));
    Result<std::string> document = co_await read_document(call, document_bytes_max);
    if (!document) co_return fail(std::move(document.error()));
    if (!document->empty() && headers->any()) co_return fail(error::s3::UnexpectedContent);
    if (document->empty() && !headers->any())
        co_return fail(error::s3::MissingSecurityHeader, std::string(error::s3::MissingSecurityHeader.text),
                       {{"MissingHeaderName", "x-amz-acl"}});
    Grants grants;
    if (!document->empty()) {
        auto read = parse_acl_document(*document, owner, accounts);
        if (!read) co_return fail(std::move(read.error()));
        grants = std::move(*read);
    } else if (headers->grants) {
        grants = std::move(*headers->grants);
    } else {
        grants = canned_acl(headers->canned, owner, of_object ? &bucket->owner : nullptr);
    }
    co_return unless_default(std::move(grants), owner);
}

Result<void> check_public_acl(const std::optional<Grants>& acl, const Bucket& bucket, const BucketState& state,
                              const authn::Caller& caller, std::string_view operation, std::string_view resource) {
    if (!acl || !is_public(*acl)) return {};
    if (!bucket.blocks_public_acls() && !state.blocks_public_acls(bucket.owner)) return {};
    if (caller.account != bucket.owner || caller.kind == authn::Caller::Kind::anonymous) return fail(error::AccessDenied);
    return fail(
        error::AccessDenied,
        fmt::format("User: {} is not authorized to perform: s3:{} on resource: \"{}\" because public ACLs are prevented "
                    "by the BlockPublicAcls setting in S3 Block Public Access.",
                    caller.arn, operation, resource));
}

}  // namespace sekisho::s3
