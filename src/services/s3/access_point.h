// AccessPoint: one access point's row. It names a bucket, has a policy of its own beside the bucket's, and may admit requests
// from one VPC only. Source: S3 guide, "Managing access to shared datasets with access points".
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"
#include "base/ids.h"
#include "policy/document.h"
#include "services/s3/public_access_block.h"

namespace sekisho::s3 {

struct AccessPoint {
    std::string name;
    AccountId account;
    Region region;
    std::string bucket;     // its name
    std::string bucket_id;  // a later bucket of that name has no access points
    AccountId bucket_account;
    std::string alias;
    std::int64_t created_ms = 0;
    PublicAccessBlock public_access_block;
    std::map<std::string, std::string> tags;

    void set_vpc(std::string id);         // empty: requests from the internet, too
    void set_policy(std::string policy);  // compiles it; empty: none. Throws Fault when it is no policy: validate before.

    const std::string& vpc() const { return vpc_; }
    std::string_view network_origin() const { return vpc_.empty() ? "Internet" : "VPC"; }
    const std::string& policy() const { return policy_; }
    const std::shared_ptr<const policy::Document>& document() const { return document_; }  // null: no policy
    // What admits requests of its VPC only, as a policy, so that every explanation shows it; null: nothing does.
    const std::shared_ptr<const policy::Document>& network_document() const { return network_document_; }
    // One that only a VPC reaches is never public.
    bool policy_is_public() const { return policy_is_public_ && vpc_.empty(); }

    std::string id() const;     // of its row
    std::string label() const;  // <name>-<account>, as host names begin with
    std::string arn() const;    // arn:aws:s3:<region>:<account>:accesspoint/<name>
    // What stands behind the bucket's ARN, "" or "/key", as a resource of this access point.
    std::string resource(std::string_view behind_bucket) const;

   private:
    std::string vpc_;
    std::string policy_;
    std::shared_ptr<const policy::Document> document_, network_document_;
    bool policy_is_public_ = false;
};

void to_json(nlohmann::json& json, const AccessPoint& point);
void from_json(const nlohmann::json& json, AccessPoint& point);

// 3 to 50 lower-case letters, digits and hyphens.
bool valid_access_point_name(std::string_view name);
std::string access_point_id(const AccountId& account, const Region& region, std::string_view name);
// The row id out of an ARN; `rest`: what stands behind the name ("/object/key"). nullopt: it is no access point's ARN.
std::optional<std::string> access_point_of_arn(std::string_view arn, std::string_view* rest = nullptr);
// <the name's beginning>-<34 letters and digits>-s3alias, which can be used wherever a bucket's name can.
std::string new_alias(std::string_view name, Entropy& entropy);
inline constexpr std::string_view alias_suffix = "-s3alias";

}  // namespace sekisho::s3
