#include "services/s3/through.h"

#include <algorithm>
#include <array>

#include "services/s3/acl.h"
#include "services/s3/s3.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::string_view arn_key = "s3:DataAccessPointArn", account_key = "s3:DataAccessPointAccount",
                           origin_key = "s3:AccessPointNetworkOrigin";
constexpr std::string_view bucket_arn_start = "arn:aws:s3:::";

// Of those that are built. Multipart uploads, tags and ACLs of objects are objects' operations.
constexpr std::array<std::string_view, 30> compatible{"AbortMultipartUpload",
                                                      "CompleteMultipartUpload",
                                                      "CopyObject",
                                                      "CreateMultipartUpload",
                                                      "DeleteObject",
                                                      "DeleteObjects",
                                                      "DeleteObjectTagging",
                                                      "GetBucketAcl",
                                                      "GetBucketCors",
                                                      "GetBucketLocation",
                                                      "GetBucketPolicy",
                                                      "GetBucketNotificationConfiguration",
                                                      "GetObject",
                                                      "GetObjectAcl",
                                                      "GetObjectAttributes",
                                                      "GetObjectTagging",
                                                      "HeadBucket",
                                                      "HeadObject",
                                                      "ListMultipartUploads",
                                                      "ListObjects",
                                                      "ListObjectsV2",
                                                      "ListObjectVersions",
                                                      "ListParts",
                                                      "PutObject",
                                                      "PutObjectAcl",
                                                      "PutObjectTagging",
                                                      "UploadPart",
                                                      "UploadPartCopy",
                                                      "GetObjectLegalHold",
                                                      "GetObjectRetention"};

bool restricts(const BucketState& state, const AccountId& account) {
    const AccountSettings* settings = state.accounts.find(account.value);
    return settings && settings->public_access_block.restrict_public_buckets;
}

bool ignores_public_acls(const BucketState& state, const AccountId& account) {
    const AccountSettings* settings = state.accounts.find(account.value);
    return settings && settings->public_access_block.ignore_public_acls;
}

}  // namespace

std::unexpected<ApiError> no_such_access_point(std::string_view name) {
    return fail(error::s3::NoSuchAccessPoint, std::string(error::s3::NoSuchAccessPoint.text),
                {{"AccessPointName", std::string(name)}});
}

Result<void> check_bucket_of(const BucketState& state, const AccessPoint& point) {
    const Bucket* bucket = state.buckets.find(point.bucket);
    if (bucket && bucket->id == point.bucket_id) return {};
    return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", point.bucket}});
}

Result<std::shared_ptr<const AccessPoint>> find_access_point(const BucketState& state, std::string_view bucket_name) {
    if (bucket_name.starts_with("arn:")) {
        auto id = access_point_of_arn(bucket_name);
        auto point = id ? state.access_points.share(*id) : nullptr;
        if (!point) return no_such_access_point(bucket_name);
        return point;
    }
    if (!bucket_name.ends_with(alias_suffix)) return nullptr;
    const AccessPointAlias* alias = state.aliases.find(bucket_name);
    auto point = alias ? state.access_points.share(alias->access_point) : nullptr;
    if (!point) return no_such_access_point(bucket_name);
    return point;
}

std::shared_ptr<const AccessPoint> find_access_point_of_label(const BucketState& state, std::string_view label,
                                                              const Region& region) {
    constexpr std::size_t account_digits = 12;
    if (label.size() < account_digits + 2) return nullptr;
    std::string_view account = label.substr(label.size() - account_digits);
    std::string_view name = label.substr(0, label.size() - account_digits);
    if (!name.ends_with('-') || !std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; })) return nullptr;
    name.remove_suffix(1);
    return state.access_points.share(access_point_id(AccountId(account), region, name));
}

bool is_label_of_access_point(const BucketState& state, std::string_view name, std::span<const std::string> regions) {
    return std::ranges::any_of(
        regions, [&](const std::string& region) { return find_access_point_of_label(state, name, Region(region)) != nullptr; });
}

bool works_through_access_points(std::string_view operation) {
    return std::ranges::find(compatible, operation) != compatible.end();
}

void set_access_point(authz::Ask& ask, std::string_view arn) {
    if (!arn.empty()) ask.context.set(std::string(arn_key), std::string(arn));
}

Result<std::vector<authz::Ask>> complete(std::vector<authz::Ask> asks, const S3& s3) {
    std::shared_ptr<const BucketState> state = s3.buckets.read();
    std::vector<authz::Ask> all;
    all.reserve(asks.size());
    for (authz::Ask& ask : asks) {
        if (restricts(*state, ask.resource_account)) ask.restrict_public_buckets = true;
        if (ask.acl && is_public(ask.acl->grants) && ignores_public_acls(*state, ask.resource_account)) ask.acl = nullptr;
        const policy::ContextEntry* named = ask.context.find(arn_key);
        if (!named) {
            all.push_back(std::move(ask));
            continue;
        }
        auto id = access_point_of_arn(named->values.front());
        auto point = id ? state->access_points.share(*id) : nullptr;
        if (!point) return no_such_access_point(named->values.front());
        ask.context.set(std::string(account_key), point->account.value);
        ask.context.set(std::string(origin_key), std::string(point->network_origin()));

        // It may be another bucket's since it was found, or the bucket another.
        std::string_view behind = std::string_view(ask.resource).substr(bucket_arn_start.size());
        const std::size_t slash = behind.find('/');
        if (behind.substr(0, slash) != point->bucket) return no_such_access_point(point->name);
        if (auto there = check_bucket_of(*state, *point); !there) return fail(std::move(there.error()));
        behind = slash == std::string_view::npos ? std::string_view() : behind.substr(slash);
        authz::Ask of_point = ask;
        of_point.resource = point->resource(behind);
        of_point.resource_account = point->account;
        of_point.owner_root_always = false;
        of_point.acl = nullptr;
        of_point.acl_permission.reset();
        of_point.object_owner = AccountId();
        // The most restrictive of the access point's, its account's, the bucket's and the bucket's account's counts; one that
        // only a VPC reaches is never public (S3 guide, "Managing public access to access points").
        of_point.restrict_public_buckets =
            point->policy_is_public() && (ask.restrict_public_buckets || point->public_access_block.restrict_public_buckets ||
                                          restricts(*state, point->account));
        if (point->network_document()) {
            all.push_back(of_point);
            // Whoever comes from its VPC passes here, and has the other questions before them.
            all.back().resource_policy = point->network_document();
            all.back().restrict_public_buckets = false;
        }
        of_point.resource_policy = point->document();
        all.push_back(std::move(of_point));
        all.push_back(std::move(ask));
    }
    return all;
}

}  // namespace sekisho::s3
