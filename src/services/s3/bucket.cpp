#include "services/s3/bucket.h"

#include <nlohmann/json.hpp>

#include "authn/digest.h"
#include "services/s3/acl.h"

namespace sekisho::s3 {

namespace {
constexpr std::string_view arn_prefix = "arn:aws:s3:::";
}

void Bucket::set_policy(std::string json) {
    document_ = json.empty() ? nullptr : policy::compile(json, policy::Kind::resource);
    policy_is_public_ = document_ && policy::is_public(*document_);
    policy_ = std::move(json);
}

void Bucket::set_acl(std::optional<std::vector<policy::Grant>> grants) {
    acl_ = grants ? std::make_shared<const policy::Acl>(policy::Acl{"ACL of bucket " + name, std::move(*grants)}) : nullptr;
}

std::string Bucket::arn() const { return std::string(arn_prefix) + name; }

std::string Bucket::arn(std::string_view key) const {
    std::string out;
    out.reserve(arn_prefix.size() + name.size() + 1 + key.size());
    out += arn_prefix;
    out += name;
    out += '/';
    out += key;
    return out;
}

void to_json(nlohmann::json& json, const Bucket& bucket) {
    json = {{"name", bucket.name},
            {"id", bucket.id},
            {"owner", bucket.owner.value},
            {"region", bucket.region.value},
            {"created_ms", bucket.created_ms},
            {"shards", bucket.shards}};
    if (!bucket.policy().empty()) json["policy"] = bucket.policy();
    if (!bucket.ownership.empty()) json["ownership"] = bucket.ownership;
    if (bucket.acl()) json["acl"] = grants_json(bucket.acl()->grants);
    if (bucket.tags) json["tags"] = *bucket.tags;
    if (bucket.versioned())
        json["versioning"] = {{"status", bucket.versioning},
                              {"changes", bucket.versioning_changes},
                              {"mfa_delete_disabled", bucket.mfa_delete_disabled}};
    if (bucket.encryption != BucketEncryption()) {
        json["encryption"] = {{"bucket_key", bucket.encryption.bucket_key}};
        if (bucket.encryption.sse_c_blocked) json["encryption"]["sse_c_blocked"] = *bucket.encryption.sse_c_blocked;
    }
    if (const auto& block = bucket.public_access_block) json["public_access_block"] = *block;
    if (!bucket.cors.empty()) json["cors"] = bucket.cors;
    if (bucket.lifecycle) json["lifecycle"] = *bucket.lifecycle;
    if (bucket.object_lock) json["object_lock"] = *bucket.object_lock;
}

void from_json(const nlohmann::json& json, Bucket& bucket) {
    bucket.name = json.at("name");
    bucket.id = json.at("id");
    bucket.owner = AccountId(json.at("owner").get<std::string>());
    bucket.region = Region(json.at("region").get<std::string>());
    bucket.created_ms = json.at("created_ms");
    bucket.shards = json.at("shards");
    bucket.ownership = json.value("ownership", "");
    bucket.set_acl(json.contains("acl") ? std::optional(grants_of_json(json.at("acl"))) : std::nullopt);
    bucket.tags.reset();
    if (json.contains("tags")) bucket.tags = json.at("tags").get<Tags>();
    const nlohmann::json versioning = json.value("versioning", nlohmann::json::object());
    bucket.versioning = versioning.value("status", "");
    bucket.versioning_changes = versioning.value("changes", std::uint64_t{0});
    bucket.mfa_delete_disabled = versioning.value("mfa_delete_disabled", false);
    const nlohmann::json encryption = json.value("encryption", nlohmann::json::object());
    bucket.encryption.bucket_key = encryption.value("bucket_key", false);
    bucket.encryption.sse_c_blocked.reset();
    if (encryption.contains("sse_c_blocked")) bucket.encryption.sse_c_blocked = encryption.at("sse_c_blocked").get<bool>();
    bucket.public_access_block.reset();
    if (json.contains("public_access_block"))
        bucket.public_access_block = json.at("public_access_block").get<PublicAccessBlock>();
    bucket.cors = json.value("cors", Cors());
    bucket.lifecycle.reset();
    if (json.contains("lifecycle")) bucket.lifecycle = json.at("lifecycle").get<Lifecycle>();
    bucket.object_lock.reset();
    if (json.contains("object_lock")) bucket.object_lock = json.at("object_lock").get<ObjectLock>();
    bucket.set_policy(json.value("policy", ""));
}

void to_json(nlohmann::json& json, const AccountSettings& settings) {
    json = {{"public_access_block", settings.public_access_block}};
}

void from_json(const nlohmann::json& json, AccountSettings& settings) {
    json.at("public_access_block").get_to(settings.public_access_block);
}

void to_json(nlohmann::json& json, const AccessPointAlias& alias) { json = {{"access_point", alias.access_point}}; }
void from_json(const nlohmann::json& json, AccessPointAlias& alias) { alias.access_point = json.at("access_point"); }

std::string canonical_id(const AccountId& account) {
    // Known to everybody who reads access logs, and to whoever ever bundled an image.
    if (account.value == anonymous_account) return "65a011a29cdf8ec533ec3d1ccaae921c";
    if (account.value == bundle_account) return "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
    return authn::sha256_hex("canonical user of " + account.value);
}

}  // namespace sekisho::s3
