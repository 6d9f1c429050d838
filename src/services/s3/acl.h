// ACLs of buckets and objects: lists of grants, what they are for decisions, and how replies and rows show them.
//
// What has no list of its own has the default one: its owner's full control, and nothing for others.
// Source: S3 guide, "Access control list (ACL) overview".
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/ask.h"
#include "base/ids.h"
#include "policy/acl.h"

namespace sekisho::s3 {

struct Bucket;
struct ObjectRow;

using Grants = std::vector<policy::Grant>;

inline constexpr std::size_t grants_max = 100;

// Owners and grantees that are no account of this server, by AWS's canonical ids: who writes without signing, and EC2's image
// bundles (of aws-exec-read).
inline constexpr std::string_view anonymous_account = "anonymous", bundle_account = "ec2-bundle";

policy::Grant grant_to(const AccountId& account, policy::Grant::Permission permission);
std::string group_uri(policy::Grant::To group);
std::optional<policy::Grant::To> group_of_uri(std::string_view uri);
std::optional<policy::Grant::Permission> permission_of_name(std::string_view name);

// "An ACL is considered public if it grants any permissions to members of the predefined AllUsers or AuthenticatedUsers groups"
// (S3 guide, "The meaning of public").
bool is_public(const Grants& grants);
bool grants_to_others(const Grants& grants, const AccountId& owner);
// nullopt for the default list.
std::optional<Grants> unless_default(Grants grants, const AccountId& owner);

// <AccessControlPolicy>; `grants`: nullopt is the default list.
std::string acl_document(const AccountId& owner, const std::optional<Grants>& grants);

nlohmann::json grants_json(const Grants& grants);
Grants grants_of_json(const nlohmann::json& json);

// The account that owns an object: who wrote it, while ACLs are on; else the bucket's owner.
const AccountId& owner_of(const Bucket& bucket, const AccountId& writer);

// Which permission of a bucket's or an object's ACL stands for an action; nullopt: none (S3 guide, "Mapping of ACL permissions
// and access policy permissions").
std::optional<policy::Grant::Permission> permission_on_bucket(std::string_view action);
std::optional<policy::Grant::Permission> permission_on_object(std::string_view action);

// Lets the bucket's ACL take part in an ask; the same with the permission named, for what the table above does not say.
void add_bucket_acl(authz::Ask& ask, const Bucket& bucket);
void add_bucket_acl(authz::Ask& ask, const Bucket& bucket, policy::Grant::Permission permission);
// The object's, and its owner. A deletion asks the bucket's owner, whoever owns the object.
void add_object_acl(authz::Ask& ask, const Bucket& bucket, std::string_view key, const ObjectRow& row);
// Of a key where there is nothing: who may list the bucket by its ACL learns that.
void add_missing_object_acl(authz::Ask& ask, const Bucket& bucket);

}  // namespace sekisho::s3
