#include <memory>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "services/s3/asks.h"
#include "services/s3/cors.h"
#include "services/s3/dispatch.h"
#include "services/s3/names.h"
#include "services/s3/post_policy.h"
#include "services/s3/s3.h"
#include "services/s3/through.h"
#include "services/s3/unconfigured.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

// Defined for each operation by its file in ops/.
template <class Op>
std::unique_ptr<services::AnyOperation> make_operation(S3& s3);

template <class... Ops>
struct List {
    static void add(services::OperationList& list, S3& s3) { (list.add(make_operation<Ops>(s3)), ...); }
};

// The service's list: one line per operation, besides the sub-resources that are never configured (unconfigured.h).
using Operations = List<                     //
    struct AbortMultipartUpload,             //
    struct CompleteMultipartUpload,          //
    struct CopyObject,                       //
    struct CreateBucket,                     //
    struct CreateMultipartUpload,            //
    struct DeleteBucket,                     //
    struct DeleteBucketCors,                 //
    struct DeleteBucketEncryption,           //
    struct DeleteBucketLifecycle,            //
    struct DeleteBucketOwnershipControls,    //
    struct DeleteBucketPolicy,               //
    struct DeleteBucketTagging,              //
    struct DeleteObject,                     //
    struct DeleteObjects,                    //
    struct DeleteObjectTagging,              //
    struct DeletePublicAccessBlock,          //
    struct GetBucketAcl,                     //
    struct GetBucketCors,                    //
    struct GetBucketEncryption,              //
    struct GetBucketLifecycleConfiguration,  //
    struct GetBucketLocation,                //
    struct GetBucketOwnershipControls,       //
    struct GetBucketPolicy,                  //
    struct GetBucketPolicyStatus,            //
    struct GetBucketTagging,                 //
    struct GetBucketVersioning,              //
    struct GetObject,                        //
    struct GetObjectAcl,                     //
    struct GetObjectAttributes,              //
    struct GetObjectLegalHold,               //
    struct GetObjectLockConfiguration,       //
    struct GetObjectRetention,               //
    struct GetObjectTagging,                 //
    struct GetPublicAccessBlock,             //
    struct HeadBucket,                       //
    struct HeadObject,                       //
    struct ListBuckets,                      //
    struct ListMultipartUploads,             //
    struct ListObjects,                      //
    struct ListObjectsV2,                    //
    struct ListObjectVersions,               //
    struct ListParts,                        //
    struct PostObject,                       //
    struct PutBucketAcl,                     //
    struct PutBucketCors,                    //
    struct PutBucketEncryption,              //
    struct PutBucketLifecycleConfiguration,  //
    struct PutBucketOwnershipControls,       //
    struct PutBucketPolicy,                  //
    struct PutBucketTagging,                 //
    struct PutBucketVersioning,              //
    struct PutObject,                        //
    struct PutObjectAcl,                     //
    struct PutObjectLegalHold,               //
    struct PutObjectLockConfiguration,       //
    struct PutObjectRetention,               //
    struct PutObjectTagging,                 //
    struct PutPublicAccessBlock,             //
    struct UploadPart,                       //
    struct UploadPartCopy>;

namespace {

class S3Service final : public services::Service {
   public:
    explicit S3Service(S3& s3) : s3_(s3) {
        Operations::add(operations_, s3);
        add_unconfigured(operations_, s3);
        for (const auto& operation : operations_) by_name_.emplace(operation->name(), operation.get());
    }

    std::string_view name() const override { return "s3"; }
    bool anonymous_allowed() const override { return true; }
    bool streams_body() const override { return true; }

    Result<const services::AnyOperation*> find(services::Call& call) const override {
        call.dialect = wire::Dialect::rest_xml;
        if (auto addressed = address(call); !addressed) return fail(std::move(addressed.error()));
        if (!call.request.query.empty()) {
            auto params = wire::Params::parse(call.request.query, true);
            if (!params) return fail(error::s3::InvalidURI);
            call.params = std::move(*params);
        }
        Level level = call.bucket.empty() ? Level::service : call.key.empty() ? Level::bucket : Level::object;
        Result<std::string_view> operation = operation_of(level, call.request, call.params);
        if (!operation) return fail(std::move(operation.error()));
        auto found = by_name_.find(*operation);
        if (found == by_name_.end()) return fail(error::NotImplemented);
        if (!call.access_point.empty() && !works_through_access_points(*operation))
            return fail(error::s3::MethodNotAllowed, std::string(error::s3::MethodNotAllowed.text),
                        {{"Method", call.request.method}, {"ResourceType", "ACCESS_POINT"}});
        if (*operation == "PostObject" && call.form)
            if (auto taken = take_post_form(call); !taken) return fail(std::move(taken.error()));
        return found->second;
    }

    std::optional<Result<http::Reply>> preflight(services::Call& call) const override {
        call.dialect = wire::Dialect::rest_xml;
        if (auto addressed = address(call); !addressed) return fail(std::move(addressed.error()));
        std::string_view resource_type = call.bucket.empty() ? "SERVICE" : call.key.empty() ? "BUCKET" : "OBJECT";
        BucketPtr bucket = call.bucket.empty() ? nullptr : s3_.find_bucket(call.bucket);
        // An endpoint knows the buckets of its own region only.
        if (bucket && by_endpoint(call) && bucket->region != call.region) bucket = nullptr;
        const Cors* cors = bucket && !bucket->cors.empty() ? &bucket->cors : nullptr;
        Result<http::Reply> answer = answer_preflight(call.request.headers, cors, resource_type);
        if (!answer && !call.bucket.empty() && !bucket && answer.error().status == error::s3::AccessForbidden.status)
            return cors_forbidden(call.request.headers, "Bucket not found", "BUCKET");
        return answer;
    }

    void finish(const services::Call& call, http::Reply& reply) const override {
        CrossOrigin asked;
        const http::Headers& headers = call.request.headers;
        asked.origin = headers.find("Origin").value_or("");
        if (asked.origin.empty() || call.request.method == "OPTIONS") return;
        asked.method = headers.find("Access-Control-Request-Method").value_or(call.request.method);
        asked.headers = headers.find("Access-Control-Request-Headers").value_or("");
        BucketPtr bucket;
        if (!call.bucket.empty()) {
            bucket = s3_.find_bucket(call.bucket);
        } else {
            // It failed before it was found (a signature that does not hold): scripts may see why, too.
            services::Call again{call.request, call.id, call.time};
            again.region = call.region;
            if (address(again) && !again.bucket.empty()) bucket = s3_.find_bucket(again.bucket);
        }
        if (!bucket) return;
        if (const CorsRule* rule = find_cors_rule(bucket->cors, asked)) add_cors_headers(reply, *rule, asked);
    }

   private:
    // Bucket and key: the first label of the host and the whole path, or the path's first segment and the rest.
    Result<void> address(services::Call& call) const {
        HostName host = parse_host(call.request.headers.find("Host").value_or(""), s3_.settings.host_suffixes);
        std::string_view path = call.request.path;
        if (!path.starts_with('/')) return fail(error::s3::InvalidURI);
        path.remove_prefix(1);
        call.virtual_host = !host.bucket.empty();
        std::string_view key = path;
        if (call.virtual_host) {
            call.bucket = host.bucket;
        } else {
            std::size_t slash = path.find('/');
            auto bucket = percent_decode(path.substr(0, slash));
            if (!bucket || !valid_utf8(*bucket)) return fail(error::s3::InvalidURI);
            call.bucket = std::move(*bucket);
            key = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
        }
        auto decoded = percent_decode(key);
        if (!decoded) return fail(error::s3::InvalidURI);
        call.key = std::move(*decoded);
        if (call.bucket.empty() && !call.key.empty()) return fail(error::s3::InvalidURI);
        if (auto point = resolve_access_point(call, host); !point) return point;
        return check_key(call.key);
    }

    // Where the bucket is named by an access point, what is meant is the bucket behind it, through that access point.
    Result<void> resolve_access_point(services::Call& call, const HostName& host) const {
        std::shared_ptr<const BucketState> state = s3_.buckets.read();
        Result<std::shared_ptr<const AccessPoint>> named = nullptr;
        if (!host.access_point) named = find_access_point(*state, call.bucket);
        if (!named) {
            // A bucket that is just being made has a name of its own, and a wrong one is CreateBucket's to refuse.
            if (call.request.method == "PUT" && call.key.empty() && call.request.query.empty()) return {};
            return fail(std::move(named.error()));
        }
        std::shared_ptr<const AccessPoint> point = std::move(*named);
        // Clients that were given an endpoint of their own put "name-account" before its host name, where buckets stand, too.
        // Amazon's own hosts of buckets know no access points, those of access points no buckets and one region's only.
        const bool label = host.access_point || (call.virtual_host && !host.region && !state->buckets.find(call.bucket));
        const bool there = !host.region || *host.region == call.region.value;
        if (!point && label && there) point = find_access_point_of_label(*state, call.bucket, call.region);
        if (!point && host.access_point) return no_such_access_point(call.bucket);
        if (!point) return {};
        if (auto checked = check_bucket_of(*state, *point); !checked) return checked;
        call.access_point = point->arn();
        call.bucket = point->bucket;
        return {};
    }

    S3& s3_;
    services::OperationList operations_;
    std::unordered_map<std::string_view, const services::AnyOperation*> by_name_;
};

}  // namespace

std::unique_ptr<services::Service> service(S3& s3) { return std::make_unique<S3Service>(s3); }

}  // namespace sekisho::s3
