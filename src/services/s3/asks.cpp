#include "services/s3/asks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "services/s3/acl.h"
#include "services/s3/names.h"
#include "services/s3/rows.h"
#include "services/s3/s3.h"
#include "services/s3/through.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// Headers that are condition keys under "s3:" and their own name: of the object or bucket that is to be …
constexpr std::array<std::string_view, 10> resource_headers{"x-amz-acl",
                                                            "x-amz-grant-full-control",
                                                            "x-amz-grant-read",
                                                            "x-amz-grant-read-acp",
                                                            "x-amz-grant-write",
                                                            "x-amz-grant-write-acp",
                                                            "x-amz-server-side-encryption",
                                                            "x-amz-server-side-encryption-aws-kms-key-id",
                                                            "x-amz-server-side-encryption-customer-algorithm",
                                                            "x-amz-storage-class"};
// … and of this one request.
constexpr std::array<std::string_view, 6> request_headers{
    "x-amz-bucket-namespace", "x-amz-copy-source", "x-amz-metadata-directive",
    "x-amz-object-ownership", "if-match",          "if-none-match"};

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
    // only the signature names another one. An endpoint is one region's for anonymous requests, too.
    if (host.region || call.caller.proof == authn::Caller::Proof::none) {
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
    // Anonymous requests name a region by their road, or by their host only.
    if (call.region != bucket->region) {
        HostName host = parse_host(call.request.headers.find("Host").value_or(""), s3.settings.host_suffixes);
        bool signed_request = call.caller.proof != authn::Caller::Proof::none;
        if (signed_request || by_endpoint(call) || (host.region && *host.region != bucket->region.value))
            return wrong_region(call, *bucket, host);
    }
    if (auto owner = check_expected_owner(call, "x-amz-expected-bucket-owner", *bucket); !owner)
        return fail(std::move(owner.error()));
    return bucket;
}

bool by_endpoint(const services::Call& call) {
    const http::Connection& connection = call.request.connection;
    return !connection.proxy_vpce.empty() || (connection.listener && !connection.listener->vpce.empty());
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
    ask.context.set("s3:ResourceAccount", call.account.value);
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
    add_bucket_acl(ask, bucket);
    ask.context.set("s3:ResourceAccount", bucket.owner.value);
    return ask;
}

authz::Ask ask_object(std::string_view action, const Bucket& bucket, std::string_view key, const services::Call& call,
                      std::string_view access_point) {
    authz::Ask ask = ask_bucket(action, bucket, call, access_point);
    ask.resource = bucket.arn(key);
    // Only actions on versions have the key.
    if (auto version = call.params.find("versionId"); version && action.find("Version") != action.npos)
        ask.context.set("s3:VersionId", std::string(*version));
    return ask;
}

namespace {
void add_headers(authz::Ask& ask, const services::Call& call, std::span<const std::string_view> names) {
    for (std::string_view name : names)
        if (auto value = call.request.headers.find(name)) ask.context.set("s3:" + std::string(name), std::string(*value));
}
}  // namespace

void add_header_keys(authz::Ask& ask, const services::Call& call) {
    add_headers(ask, call, resource_headers);
    add_headers(ask, call, request_headers);
}

KeyHeaders object_key_headers(const services::Call& call) {
    KeyHeaders found;
    for (std::string_view name : resource_headers)
        if (auto value = call.request.headers.find(name)) found.emplace_back(std::string(name), std::string(*value));
    return found;
}

authz::Ask ask_to_go_on(const Bucket& bucket, const services::Call& call, const UploadRow* upload, bool creates) {
    authz::Ask ask = ask_object("s3:PutObject", bucket, call.key, call);
    add_headers(ask, call, request_headers);
    add_creates_object(ask, creates);
    if (!upload) return ask;
    for (const auto& [name, value] : upload->key_headers) ask.context.set("s3:" + name, value);
    add_request_tags(ask, upload->tags);
    return ask;
}

void add_creates_object(authz::Ask& ask, bool creates) {
    ask.context.set("s3:ObjectCreationOperation", std::string(creates ? "true" : "false"));
}

bool asks_bypass(const services::Call& call) {
    return equal_ignoring_case(call.request.headers.find("x-amz-bypass-governance-retention").value_or(""), "true");
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
