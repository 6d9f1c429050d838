// Bucket: one bucket's row, and BucketState: all buckets of the installation (names are global), kept as a StateStore.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "policy/acl.h"
#include "policy/document.h"
#include "services/s3/access_point.h"
#include "services/s3/cors.h"
#include "services/s3/lifecycle.h"
#include "services/s3/object_lock.h"
#include "services/s3/public_access_block.h"
#include "store/state.h"

namespace sekisho::s3 {

// ObjectOwnership, in AWS's words.
inline constexpr std::string_view bucket_owner_enforced = "BucketOwnerEnforced";
inline constexpr std::string_view bucket_owner_preferred = "BucketOwnerPreferred";
inline constexpr std::string_view object_writer = "ObjectWriter";

// The status of a bucket's versioning, in AWS's words.
inline constexpr std::string_view versioning_enabled = "Enabled";
inline constexpr std::string_view versioning_suspended = "Suspended";

using Tags = std::map<std::string, std::string>;

// What is set for new objects of a bucket. They are encrypted in any case.
struct BucketEncryption {
    bool bucket_key = false;
    std::optional<bool> sse_c_blocked = {};  // nullopt: nothing was said about it
    bool blocks_sse_c() const { return sse_c_blocked.value_or(false); }
    bool operator==(const BucketEncryption&) const = default;
};

struct Bucket {
    std::string name;
    std::string id;  // never used again: names the bucket's partitions, so that a new bucket of this name starts empty
    AccountId owner;
    Region region;
    std::int64_t created_ms = 0;
    int shards = 1;
    std::optional<PublicAccessBlock> public_access_block = PublicAccessBlock{};  // a new bucket has all four; nullopt: deleted
    std::string ownership = std::string(bucket_owner_enforced);                  // empty: deleted, which means ObjectWriter
    std::optional<Tags> tags;
    std::string versioning;                // empty: it never had any
    std::uint64_t versioning_changes = 0;  // how often the status became another: writers compare it with their shard's
    bool mfa_delete_disabled = false;      // said so by a request; otherwise replies do not mention it
    BucketEncryption encryption;
    Cors cors;  // empty: none
    std::optional<Lifecycle> lifecycle;
    std::optional<ObjectLock> object_lock;  // never taken away again

    bool versioned() const { return !versioning.empty(); }
    void set_policy(std::string json);  // compiles it; empty: none. Throws Fault when it is no policy: validate before.
    const std::string& policy() const { return policy_; }
    const std::shared_ptr<const policy::Document>& document() const { return document_; }  // null: no policy
    bool policy_is_public() const { return policy_is_public_; }

    // The list of grants; empty: the default one, which grants nothing to others.
    void set_acl(std::optional<std::vector<policy::Grant>> grants);
    const std::shared_ptr<const policy::Acl>& acl() const { return acl_; }  // null: the default one

    bool acls_enabled() const { return ownership != bucket_owner_enforced; }
    bool restricts_public() const { return public_access_block && public_access_block->restrict_public_buckets; }
    bool blocks_public_policy() const { return public_access_block && public_access_block->block_public_policy; }
    bool blocks_public_acls() const { return public_access_block && public_access_block->block_public_acls; }
    // Whether every question about it has the same answer as about `other`.
    bool decides_as(const Bucket& other) const {
        return owner == other.owner && public_access_block == other.public_access_block && policy_ == other.policy_ &&
               ownership == other.ownership &&
               (acl_ == other.acl_ || (acl_ && other.acl_ && acl_->grants == other.acl_->grants));
    }
    std::string arn() const;
    std::string arn(std::string_view key) const;

   private:
    std::string policy_;
    std::shared_ptr<const policy::Document> document_;
    bool policy_is_public_ = false;
    std::shared_ptr<const policy::Acl> acl_;
};

void to_json(nlohmann::json& json, const Bucket& bucket);
void from_json(const nlohmann::json& json, Bucket& bucket);

inline constexpr std::string_view buckets_partition = "s3/buckets";
inline std::string deleted_row_key(const std::string& id) { return "deleted/" + id; }

// What an account sets for all of its buckets and access points. A row only where it sets something.
struct AccountSettings {
    PublicAccessBlock public_access_block;
};
void to_json(nlohmann::json& json, const AccountSettings& settings);
void from_json(const nlohmann::json& json, AccountSettings& settings);

// Which access point an alias is of: AccessPoint::id().
struct AccessPointAlias {
    std::string access_point;
};
void to_json(nlohmann::json& json, const AccessPointAlias& alias);
void from_json(const nlohmann::json& json, AccessPointAlias& alias);

struct BucketState {
    store::Collection<Bucket> buckets{"bucket/"};   // by name
    store::Collection<Bucket> deleted{"deleted/"};  // by id: rows and blobs of theirs may still be there, being erased
    store::Collection<AccessPoint> access_points{"access-point/"};  // by AccessPoint::id()
    store::Collection<AccessPointAlias> aliases{"access-point-alias/"};
    store::Collection<AccountSettings> accounts{"account/"};  // by account id

    template <class F>
    void each(F&& f) {
        f(buckets);
        f(deleted);
        f(access_points);
        f(aliases);
        f(accounts);
    }

    // Whether a policy of a resource of this account may be public, besides what the resource itself says.
    bool blocks_public_policy(const AccountId& account) const {
        const AccountSettings* settings = accounts.find(account.value);
        return settings && settings->public_access_block.block_public_policy;
    }
    // The same of new ACLs.
    bool blocks_public_acls(const AccountId& account) const {
        const AccountSettings* settings = accounts.find(account.value);
        return settings && settings->public_access_block.block_public_acls;
    }
};

using BucketStore = store::StateStore<BucketState>;
using BucketPtr = std::shared_ptr<const Bucket>;

// The canonical user id of an account: 64 hex digits, as owners are named in S3's replies.
std::string canonical_id(const AccountId& account);

}  // namespace sekisho::s3
