#include "services/s3/access_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.h"

namespace sekisho::s3 {

namespace {
constexpr std::size_t bucket_name_max = 63;
constexpr std::size_t alias_random = 34;
}  // namespace

void AccessPoint::set_vpc(std::string id) {
    vpc_ = std::move(id);
    network_document_.reset();
    if (vpc_.empty()) return;
    nlohmann::json vpc = vpc_;  // quoted and escaped
    network_document_ = policy::compile(fmt::format(R"({{"Version":"2012-10-17","Statement":[
            {{"Sid":"NetworkOrigin","Effect":"Deny","Principal":"*","Action":"*","Resource":"*",
              "Condition":{{"StringNotEquals":{{"aws:SourceVpc":{}}}}}}},
            {{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}]}})",
                                                    vpc.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)),
                                        policy::Kind::resource);
}

void AccessPoint::set_policy(std::string policy) {
    document_ = policy.empty() ? nullptr : policy::compile(policy, policy::Kind::resource, policy::Holder::access_point);
    policy_is_public_ = document_ && policy::is_public(*document_);
    policy_ = std::move(policy);
}

std::string AccessPoint::id() const { return access_point_id(account, region, name); }

std::string AccessPoint::label() const { return name + '-' + account.value; }

std::string AccessPoint::arn() const {
    return fmt::format("arn:aws:s3:{}:{}:accesspoint/{}", region.value, account.value, name);
}

std::string AccessPoint::resource(std::string_view behind_bucket) const {
    std::string out = arn();
    if (!behind_bucket.empty()) out.append("/object").append(behind_bucket);
    return out;
}

void to_json(nlohmann::json& json, const AccessPoint& point) {
    json = {{"name", point.name},     {"account", point.account.value}, {"region", point.region.value},
            {"bucket", point.bucket}, {"bucket_id", point.bucket_id},   {"bucket_account", point.bucket_account.value},
            {"alias", point.alias},   {"created_ms", point.created_ms}, {"public_access_block", point.public_access_block}};
    if (!point.tags.empty()) json["tags"] = point.tags;
    if (!point.vpc().empty()) json["vpc"] = point.vpc();
    if (!point.policy().empty()) json["policy"] = point.policy();
}

void from_json(const nlohmann::json& json, AccessPoint& point) {
    point.name = json.at("name");
    point.account = AccountId(json.at("account").get<std::string>());
    point.region = Region(json.at("region").get<std::string>());
    point.bucket = json.at("bucket");
    point.bucket_id = json.at("bucket_id");
    point.bucket_account = AccountId(json.at("bucket_account").get<std::string>());
    point.alias = json.at("alias");
    point.created_ms = json.at("created_ms");
    json.at("public_access_block").get_to(point.public_access_block);
    point.tags = json.value("tags", std::map<std::string, std::string>());
    point.set_vpc(json.value("vpc", ""));
    point.set_policy(json.value("policy", ""));
}

bool valid_access_point_name(std::string_view name) {
    auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return name.size() >= 3 && name.size() <= 50 && std::ranges::all_of(name, allowed) && name.front() != '-' &&
           name.back() != '-' && !name.ends_with(alias_suffix);
}

std::string access_point_id(const AccountId& account, const Region& region, std::string_view name) {
    return fmt::format("{}/{}/{}", account.value, region.value, name);
}

std::optional<std::string> access_point_of_arn(std::string_view arn, std::string_view* rest) {
    constexpr std::string_view start = "arn:aws:s3:", kind = "accesspoint";
    if (!arn.starts_with(start)) return std::nullopt;
    std::string_view text = arn.substr(start.size());
    const std::size_t region_end = text.find(':');
    const std::size_t account_end = region_end == std::string_view::npos ? region_end : text.find(':', region_end + 1);
    if (account_end == std::string_view::npos) return std::nullopt;
    std::string_view region = text.substr(0, region_end);
    std::string_view account = text.substr(region_end + 1, account_end - region_end - 1);
    std::string_view resource = text.substr(account_end + 1);
    if (!resource.starts_with(kind)) return std::nullopt;
    resource.remove_prefix(kind.size());
    // Both separators are in use: accesspoint/name and accesspoint:name.
    if (resource.empty() || (resource.front() != '/' && resource.front() != ':')) return std::nullopt;
    resource.remove_prefix(1);
    std::string_view name = resource.substr(0, resource.find('/'));
    if (region.empty() || account.empty() || name.empty()) return std::nullopt;
    if (rest)
        *rest = resource.substr(name.size());
    else if (name.size() != resource.size())
        return std::nullopt;
    return access_point_id(AccountId(account), Region(region), name);
}

std::string new_alias(std::string_view name, Entropy& entropy) {
    name = name.substr(0, bucket_name_max - alias_suffix.size() - alias_random - 1);
    while (name.ends_with('-')) name.remove_suffix(1);
    return fmt::format("{}-{}{}", name, entropy.text(alias_random, "abcdefghijklmnopqrstuvwxyz0123456789"), alias_suffix);
}

}  // namespace sekisho::s3
