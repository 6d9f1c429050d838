#include "services/s3/asks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "services/s3/names.h"
#include "services/s3/s3.h"
#include "services/s3/through.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// Headers that are condition keys under "s3:" and their own name.
constexpr std::array<std::string_view, 20> header_keys{"x-amz-acl",
                                                       "x-amz-copy-source",
                                                       "x-amz-grant-full-control",
                                                       "x-amz-grant-read",
                                                       "x-amz-grant-read-acp",
                                                       "x-amz-grant-write",
                                                       "x-amz-grant-write-acp",
                                                       "x-amz-metadata-directive",
                                                       "x-amz-object-ownership",
                                                       "x-amz-server-side-encryption",
                                                       "x-amz-server-side-encryption-aws-kms-key-id",
                                                       "x-amz-server-side-encryption-customer-algorithm",
                                                       "x-amz-storage-class",
                                                       "x-amz-website-redirect-location",
                                                       "x-amz-object-lock-mode",
                                                       "x-amz-object-lock-retain-until-date",
                                                       "x-amz-object-lock-legal-hold",
                                                       "if-match",
                                                       "if-none-match",
                                                       "x-amz-tagging-directive"};

authz::Ask base(std::string_view action, const services::Call& call) {
    authz::Ask ask;
    ask.action = action;
    if (auto hash = call.request.headers.find("x-amz-content-sha256"))
        ask.context.set("s3:x-amz-content-sha256", std::string(*hash));
    return ask;
}

std::unexpected<ApiError> wrong_region(const services::Call& call, const Bucket& bucket, const HostName& host) {
    const std::string& region = bucket.region.value;
    if (call.request.method == "HEAD")
        return fail(error::s3::PermanentRedirect, std::string(error::s3::PermanentRedirect.text),
                    {{"header:x-amz-bucket-region", region}});
    // A host name of AWS's picks the region: the request went to the wrong endpoint. Any other host is every region's, and
    // only the signature names another one.
    if (host.region) {
        std::string endpoint = fmt::format("{}.s3.{}.amazonaws.com", bucket.name, region);
        return fail(error::s3::PermanentRedirect, std::string(error::s3::PermanentRedirect.text),
                    {{"Endpoint", endpoint}, {"Bucket", bucket.name}, {"header:x-amz-bucket-region", region}});
    }
    return fail(error::s3::AuthorizationHeaderMalformed,
                fmt::format("The authorization header is malformed; the region '{}' is wrong; expecting '{}'",
                            call.region.value, region),
                {{"Region", region}, {"header:x-amz-bucket-region", region}});
}

}  // namespace

Result<BucketPtr> addressed_bucket(const services::Call& call, const S3& s3) {
    if (!possible_bucket_name(call.bucket))
        return fail(error::s3::InvalidBucketName, std::string(error::s3::InvalidBucketName.text),
                    {{"BucketName", call.bucket}});
    BucketPtr bucket = s3.find_bucket(call.bucket);
    if (!bucket) return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", call.bucket}});
    // Anonymous requests name a region by their host only.
    if (call.region != bucket->region) {
        HostName host = parse_host(call.request.headers.find("Host").value_or(""), s3.settings.host_suffixes);
        bool signed_request = call.caller.proof != authn::Caller::Proof::none;
        if (signed_request || (host.region && *host.region != bucket->region.value)) return wrong_region(call, *bucket, host);
    }
    if (auto owner = check_expected_owner(call, "x-amz-expected-bucket-owner", *bucket); !owner)
        return fail(std::move(owner.error()));
    return bucket;
}

Result<void> check_expected_owner(const services::Call& call, std::string_view header, const Bucket& bucket) {
    auto expected = call.request.headers.find(header);
    if (!expected) return {};
    bool account_id = expected->size() == 12 && std::ranges::all_of(*expected, [](char c) { return c >= '0' && c <= '9'; });
    if (!account_id) return fail(error::s3::InvalidBucketOwnerAWSAccountID);
    if (*expected != bucket.owner.value) return fail(error::AccessDenied);
    return {};
}

authz::Ask ask_account(std::string_view action, const services::Call& call) {
    authz::Ask ask = base(action, call);
    ask.resource = "arn:aws:s3:::*";
    ask.resource_account = call.account;
    return ask;
}

authz::Ask ask_bucket(std::string_view action, const Bucket& bucket, const services::Call& call) {
    return ask_bucket(action, bucket, call, call.access_point);
}

authz::Ask ask_object(std::string_view action, const Bucket& bucket, std::string_view key, const services::Call& call) {
    return ask_object(action, bucket, key, call, call.access_point);
}

authz::Ask ask_bucket(std::string_view action, const Bucket& bucket, const services::Call& call,
                      std::string_view access_point) {
    authz::Ask ask = base(action, call);
    set_access_point(ask, access_point);
    ask.resource = bucket.arn();
    ask.resource_account = bucket.owner;
    ask.resource_policy = bucket.document();
    ask.restrict_public_buckets = bucket.restricts_public();
    ask.context.set("s3:ResourceAccount", bucket.owner.value);
    return ask;
}

authz::Ask ask_object(std::string_view action, const Bucket& bucket, std::string_view key, const services::Call& call,
                      std::string_view access_point) {
    authz::Ask ask = ask_bucket(action, bucket, call, access_point);
    ask.resource = bucket.arn(key);
    if (auto version = call.params.find("versionId")) ask.context.set("s3:VersionId", std::string(*version));
    return ask;
}

void add_header_keys(authz::Ask& ask, const services::Call& call) {
    for (std::string_view name : header_keys)
        if (auto value = call.request.headers.find(name)) ask.context.set("s3:" + std::string(name), std::string(*value));
}

void add_existing_tags(authz::Ask& ask, const Tags& tags) {
    for (const auto& [key, value] : tags) ask.context.set("s3:ExistingObjectTag/" + key, value);
}

void add_request_tags(authz::Ask& ask, const Tags& tags) {
    if (tags.empty()) return;
    std::vector<std::string> keys;
    for (const auto& [key, value] : tags) {
        ask.context.set("s3:RequestObjectTag/" + key, value);
        keys.push_back(key);
    }
    ask.context.set("s3:RequestObjectTagKeys", std::move(keys));
}

Result<std::vector<authz::Ask>> ask_on_bucket(OnBucket& in, const services::Call& call, const S3& s3, std::string_view action) {
    auto bucket = addressed_bucket(call, s3);
    if (!bucket) return fail(std::move(bucket.error()));
    in.bucket = std::move(*bucket);
    return only(ask_bucket(action, *in.bucket, call));
}

void add_resource_tags(authz::Ask& ask, const Tags& tags) {
    if (tags.empty()) return;
    std::vector<std::string> keys;
    for (const auto& [key, value] : tags) {
        ask.context.set("aws:RequestTag/" + key, value);
        keys.push_back(key);
    }
    ask.context.set("aws:TagKeys", std::move(keys));
}

std::vector<authz::Ask> only(authz::Ask ask) {
    std::vector<authz::Ask> asks;
    asks.push_back(std::move(ask));
    return asks;
}

}  // namespace sekisho::s3
