#include "services/s3/dispatch.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// A sub-resource and its operation per method. Empty: S3 has no such method there. "-": S3 has it, this server does not.
struct SubResource {
    std::string_view parameter;
    std::string_view get, put, post, remove, head = {};
};
constexpr std::string_view unbuilt = "-";

constexpr std::array bucket_sub_resources{
    SubResource{"abac", unbuilt, unbuilt, "", ""},
    SubResource{"accelerate", "GetBucketAccelerateConfiguration", unbuilt, "", ""},
    SubResource{"acl", "GetBucketAcl", "PutBucketAcl", "", ""},
    SubResource{"analytics", "GetBucketAnalyticsConfiguration", unbuilt, "", "DeleteBucketAnalyticsConfiguration"},
    SubResource{"cors", "GetBucketCors", "PutBucketCors", "", "DeleteBucketCors"},
    SubResource{"delete", "", "", "DeleteObjects", ""},
    SubResource{"encryption", "GetBucketEncryption", "PutBucketEncryption", "", "DeleteBucketEncryption"},
    SubResource{"intelligent-tiering", "GetBucketIntelligentTieringConfiguration", unbuilt, "",
                "DeleteBucketIntelligentTieringConfiguration"},
    SubResource{"inventory", "GetBucketInventoryConfiguration", unbuilt, "", "DeleteBucketInventoryConfiguration"},
    SubResource{"lifecycle", "GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "", "DeleteBucketLifecycle"},
    SubResource{"location", "GetBucketLocation", "", "", ""},
    SubResource{"logging", "GetBucketLogging", unbuilt, "", ""},
    SubResource{"metadataConfiguration", unbuilt, "", unbuilt, unbuilt},
    SubResource{"metadataInventoryTable", "", unbuilt, "", ""},
    SubResource{"metadataJournalTable", "", unbuilt, "", ""},
    SubResource{"metadataTable", unbuilt, "", unbuilt, unbuilt},
    SubResource{"metrics", "GetBucketMetricsConfiguration", unbuilt, "", "DeleteBucketMetricsConfiguration"},
    SubResource{"notification", "GetBucketNotificationConfiguration", unbuilt, "", ""},
    SubResource{"object-lock", "GetObjectLockConfiguration", "PutObjectLockConfiguration", "", ""},
    SubResource{"ownershipControls", "GetBucketOwnershipControls", "PutBucketOwnershipControls", "",
                "DeleteBucketOwnershipControls"},
    SubResource{"policy", "GetBucketPolicy", "PutBucketPolicy", "", "DeleteBucketPolicy"},
    SubResource{"policyStatus", "GetBucketPolicyStatus", "", "", ""},
    SubResource{"publicAccessBlock", "GetPublicAccessBlock", "PutPublicAccessBlock", "", "DeletePublicAccessBlock"},
    SubResource{"replication", "GetBucketReplication", unbuilt, "", "DeleteBucketReplication"},
    SubResource{"requestPayment", "GetBucketRequestPayment", unbuilt, "", ""},
    SubResource{"session", unbuilt, "", "", ""},
    SubResource{"tagging", "GetBucketTagging", "PutBucketTagging", "", "DeleteBucketTagging"},
    SubResource{"uploads", "ListMultipartUploads", "", "", ""},
    SubResource{"versioning", "GetBucketVersioning", "PutBucketVersioning", "", ""},
    SubResource{"versions", "ListObjectVersions", "", "", ""},
    SubResource{"website", "GetBucketWebsite", unbuilt, "", "DeleteBucketWebsite"},
};

constexpr std::array object_sub_resources{
    SubResource{"acl", "GetObjectAcl", "PutObjectAcl", "", ""},
    SubResource{"attributes", "GetObjectAttributes", "", "", ""},
    SubResource{"encryption", "", unbuilt, "", ""},
    SubResource{"legal-hold", "GetObjectLegalHold", "PutObjectLegalHold", "", ""},
    SubResource{"renameObject", "", unbuilt, "", ""},
    SubResource{"restore", "", "", unbuilt, ""},
    SubResource{"retention", "GetObjectRetention", "PutObjectRetention", "", ""},
    SubResource{"select", "", "", unbuilt, ""},
    SubResource{"tagging", "GetObjectTagging", "PutObjectTagging", "", "DeleteObjectTagging"},
    SubResource{"torrent", unbuilt, "", "", ""},
    SubResource{"uploadId", "ListParts", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"},
    SubResource{"uploads", "", "", "CreateMultipartUpload", ""},
};

std::unexpected<ApiError> not_allowed(std::string_view method, std::string_view resource_type) {
    return fail(error::s3::MethodNotAllowed, std::string(error::s3::MethodNotAllowed.text),
                {{"Method", std::string(method)}, {"ResourceType", std::string(resource_type)}});
}

// `given`: the one sub-resource of the request, or null.
Result<const SubResource*> sub_resource_of(std::span<const SubResource> known, const wire::Params& params) {
    const SubResource* given = nullptr;
    for (const auto& [name, value] : params) {
        auto at = std::ranges::find(known, name, &SubResource::parameter);
        if (at == known.end()) continue;
        if (given && given->parameter != name)
            return fail(error::s3::InvalidArgument,
                        "Conflicting query string parameters: " + std::string(given->parameter) + ", " + name,
                        {{"ArgumentName", "ResourceType"}, {"ArgumentValue", std::string(given->parameter)}});
        given = &*at;
    }
    return given;
}

std::string_view listing_or_single(std::string_view single, const wire::Params& params) {
    // These have an id; without one, GET lists them.
    if (params.has("id")) return single;
    if (single == "GetBucketAnalyticsConfiguration") return "ListBucketAnalyticsConfigurations";
    if (single == "GetBucketIntelligentTieringConfiguration") return "ListBucketIntelligentTieringConfigurations";
    if (single == "GetBucketInventoryConfiguration") return "ListBucketInventoryConfigurations";
    if (single == "GetBucketMetricsConfiguration") return "ListBucketMetricsConfigurations";
    return single;
}

std::string_view bucket_operation(std::string_view method, const wire::Params& params) {
    if (method == "GET") return params.get("list-type") == "2" ? "ListObjectsV2" : "ListObjects";
    if (method == "HEAD") return "HeadBucket";
    if (method == "PUT") return "CreateBucket";
    if (method == "DELETE") return "DeleteBucket";
    if (method == "POST") return "PostObject";
    return "";
}

std::string_view object_operation(std::string_view method, const http::Request& request) {
    if (method == "GET") return "GetObject";
    if (method == "HEAD") return "HeadObject";
    if (method == "PUT") return request.headers.find("x-amz-copy-source") ? "CopyObject" : "PutObject";
    if (method == "DELETE") return "DeleteObject";
    return "";
}

}  // namespace

Result<std::string_view> operation_of(Level level, const http::Request& request, const wire::Params& params) {
    const std::string_view method = request.method;
    if (level == Level::service) {
        if (method == "GET") return "ListBuckets";
        return not_allowed(method, "SERVICE");
    }
    const std::string_view resource_type = level == Level::bucket ? "BUCKET" : "OBJECT";
    Result<const SubResource*> sub =
        level == Level::bucket ? sub_resource_of(bucket_sub_resources, params) : sub_resource_of(object_sub_resources, params);
    if (!sub) return fail(std::move(sub.error()));
    std::string_view found;
    if (const SubResource* given = *sub) {
        found = method == "GET"      ? listing_or_single(given->get, params)
                : method == "PUT"    ? given->put
                : method == "POST"   ? given->post
                : method == "DELETE" ? given->remove
                                     : std::string_view();
        if (found == "UploadPart" && request.headers.find("x-amz-copy-source")) found = "UploadPartCopy";
        if (found == "UploadPart" || found == "UploadPartCopy") {
            if (!params.has("partNumber"))
                return fail(error::s3::InvalidArgument, "This operation does not accept a query-string.",
                            {{"ArgumentName", "uploadId"}, {"ArgumentValue", params.get("uploadId")}});
        }
    } else {
        found = level == Level::bucket ? bucket_operation(method, params) : object_operation(method, request);
    }
    if (found.empty()) return not_allowed(method, (*sub) ? std::string_view((*sub)->parameter) : resource_type);
    if (found == unbuilt) return fail(error::NotImplemented);
    return found;
}

}  // namespace sekisho::s3
