#include "services/s3/acl.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "services/s3/bucket.h"
#include "services/s3/replies.h"
#include "services/s3/rows.h"
#include "services/s3/xml_body.h"
#include "wire/xml.h"

namespace sekisho::s3 {

namespace {

using policy::Grant;

constexpr std::string_view type_attribute = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=";
constexpr std::string_view groups_start = "http://acs.amazonaws.com/groups/";
constexpr std::array<std::pair<Grant::To, std::string_view>, 3> groups{{{Grant::To::everyone, "global/AllUsers"},
                                                                        {Grant::To::authenticated, "global/AuthenticatedUsers"},
                                                                        {Grant::To::log_delivery, "s3/LogDelivery"}}};
constexpr std::array<Grant::Permission, 5> permissions{Grant::Permission::full_control, Grant::Permission::read,
                                                       Grant::Permission::write, Grant::Permission::read_acp,
                                                       Grant::Permission::write_acp};

using Mapping = std::pair<std::string_view, Grant::Permission>;
constexpr std::array<Mapping, 6> bucket_actions{{{"s3:ListBucket", Grant::Permission::read},
                                                 {"s3:ListBucketVersions", Grant::Permission::read},
                                                 {"s3:ListBucketMultipartUploads", Grant::Permission::read},
                                                 {"s3:PutObject", Grant::Permission::write},
                                                 {"s3:GetBucketAcl", Grant::Permission::read_acp},
                                                 {"s3:PutBucketAcl", Grant::Permission::write_acp}}};
constexpr std::array<Mapping, 6> object_actions{{{"s3:GetObject", Grant::Permission::read},
                                                 {"s3:GetObjectVersion", Grant::Permission::read},
                                                 {"s3:GetObjectAcl", Grant::Permission::read_acp},
                                                 {"s3:GetObjectVersionAcl", Grant::Permission::read_acp},
                                                 {"s3:PutObjectAcl", Grant::Permission::write_acp},
                                                 {"s3:PutObjectVersionAcl", Grant::Permission::write_acp}}};

std::optional<Grant::Permission> find(const std::array<Mapping, 6>& mappings, std::string_view action) {
    for (const Mapping& mapping : mappings)
        if (mapping.first == action) return mapping.second;
    return std::nullopt;
}

// IgnorePublicAcls: "causes Amazon S3 to ignore all public ACLs on a bucket and any objects that it contains".
bool ignored(const Bucket& bucket, const Grants& grants) {
    return bucket.public_access_block && bucket.public_access_block->ignore_public_acls && is_public(grants);
}

}  // namespace

Grant grant_to(const AccountId& account, Grant::Permission permission) {
    return {Grant::To::account, account.value, permission};
}

std::string group_uri(Grant::To group) {
    for (const auto& [to, path] : groups)
        if (to == group) return std::string(groups_start).append(path);
    return {};
}

std::optional<Grant::To> group_of_uri(std::string_view uri) {
    if (!uri.starts_with(groups_start)) return std::nullopt;
    for (const auto& [to, path] : groups)
        if (uri.substr(groups_start.size()) == path) return to;
    return std::nullopt;
}

std::optional<Grant::Permission> permission_of_name(std::string_view name) {
    for (Grant::Permission permission : permissions)
        if (policy::name_of(permission) == name) return permission;
    return std::nullopt;
}

bool is_public(const Grants& grants) {
    return std::ranges::any_of(
        grants, [](const Grant& one) { return one.to == Grant::To::everyone || one.to == Grant::To::authenticated; });
}

bool grants_to_others(const Grants& grants, const AccountId& owner) {
    return std::ranges::any_of(grants,
                               [&](const Grant& one) { return one.to != Grant::To::account || one.account != owner.value; });
}

std::optional<Grants> unless_default(Grants grants, const AccountId& owner) {
    if (grants == Grants{grant_to(owner, Grant::Permission::full_control)}) return std::nullopt;
    return grants;
}

std::string acl_document(const AccountId& owner, const std::optional<Grants>& grants) {
    const Grants own{grant_to(owner, Grant::Permission::full_control)};
    wire::XmlWriter xml;
    xml.open("AccessControlPolicy", s3_namespace);
    write_owner(xml, "Owner", owner);
    xml.open("AccessControlList");
    for (const Grant& grant : grants ? *grants : own) {
        const bool account = grant.to == Grant::To::account;
        xml.open("Grant").open("Grantee", std::string(type_attribute) + (account ? "\"CanonicalUser\"" : "\"Group\""));
        if (account)
            xml.text("ID", canonical_id(AccountId(grant.account))).text("DisplayName", grant.account);
        else
            xml.text("URI", group_uri(grant.to));
        xml.close().text("Permission", policy::name_of(grant.permission)).close();
    }
    xml.close().close();
    return xml.take();
}

nlohmann::json grants_json(const Grants& grants) {
    nlohmann::json json = nlohmann::json::array();
    for (const Grant& grant : grants)
        json.push_back({policy::name_of(grant.permission),
                        grant.to == Grant::To::account ? grant.account : std::string(policy::name_of(grant.to))});
    return json;
}

Grants grants_of_json(const nlohmann::json& json) {
    Grants grants;
    for (const nlohmann::json& one : json) {
        auto permission = permission_of_name(one.at(0).get<std::string>());
        if (!permission) throw Fault("a row's ACL names an unknown permission");
        const std::string grantee = one.at(1);
        Grant grant{Grant::To::account, grantee, *permission};
        for (const auto& [to, path] : groups)
            if (policy::name_of(to) == grantee) grant.to = to, grant.account.clear();
        grants.push_back(std::move(grant));
    }
    return grants;
}

const AccountId& owner_of(const Bucket& bucket, const AccountId& writer) {
    return bucket.acls_enabled() ? writer : bucket.owner;
}

std::optional<Grant::Permission> permission_on_bucket(std::string_view action) { return find(bucket_actions, action); }
std::optional<Grant::Permission> permission_on_object(std::string_view action) { return find(object_actions, action); }

void add_bucket_acl(authz::Ask& ask, const Bucket& bucket) {
    if (!bucket.acls_enabled()) return;
    if (auto permission = permission_on_bucket(ask.action)) add_bucket_acl(ask, bucket, *permission);
}

void add_bucket_acl(authz::Ask& ask, const Bucket& bucket, Grant::Permission permission) {
    if (!bucket.acls_enabled()) return;
    ask.acl_permission = permission;
    if (bucket.acl() && !ignored(bucket, bucket.acl()->grants)) ask.acl = bucket.acl();
}

void add_object_acl(authz::Ask& ask, const Bucket& bucket, std::string_view key, const ObjectRow& row) {
    if (!bucket.acls_enabled() || row.delete_marker) return;
    if (row.owner != bucket.owner) ask.object_owner = row.owner;
    ask.acl_permission = permission_on_object(ask.action);
    ask.acl = nullptr;
    if (!row.acl || ignored(bucket, *row.acl)) return;
    std::string name = "ACL of object ";
    name.append(key).append(" in bucket ").append(bucket.name);
    ask.acl = std::make_shared<const policy::Acl>(policy::Acl{std::move(name), *row.acl});
}

void add_missing_object_acl(authz::Ask& ask, const Bucket& bucket) { add_bucket_acl(ask, bucket, Grant::Permission::read); }

}  // namespace sekisho::s3
