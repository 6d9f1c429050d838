#include "services/s3/object_write.h"

#include "services/s3/asks.h"
#include "services/s3/metadata.h"
#include "services/s3/tags.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

Result<WriteHeaders> parse_write_headers(const services::Call& call) {
    const http::Headers& headers = call.request.headers;
    if (auto refused = refuse_unbuilt_headers(headers); !refused) return fail(std::move(refused.error()));
    WriteHeaders write;
    auto metadata = parse_metadata(headers);
    if (!metadata) return fail(std::move(metadata.error()));
    write.metadata = std::move(*metadata);
    auto storage_class = parse_storage_class(headers);
    if (!storage_class) return fail(std::move(storage_class.error()));
    write.storage_class = std::move(*storage_class);
    if (auto tagging = headers.find("x-amz-tagging")) {
        auto tags = parse_tagging_header(*tagging);
        if (!tags) return fail(std::move(tags.error()));
        write.tags = std::move(*tags);
        write.has_tags = true;
    }
    auto conditions = parse_write_conditions(headers);
    if (!conditions) return fail(std::move(conditions.error()));
    write.conditions = std::move(*conditions);
    return write;
}

Result<void> check_acl_header(const services::Call& call, const Bucket& bucket) {
    auto acl = call.request.headers.find("x-amz-acl");
    if (!acl || *acl == "bucket-owner-full-control") return {};
    for (std::string_view known :
         {"private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read"})
        if (*acl == known) {
            if (!bucket.acls_enabled()) return fail(error::s3::AccessControlListNotSupported);
            // The owner has full control anyway; anything more would be a grant.
            if (*acl == "private" || *acl == "bucket-owner-read") return {};
            return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", "x-amz-acl"}});
        }
    return fail(error::s3::InvalidArgument, std::string(error::s3::InvalidArgument.text),
                {{"ArgumentName", "x-amz-acl"}, {"ArgumentValue", std::string(*acl)}});
}

Result<AccountId> owner_of_new_object(const services::Call& call, const Bucket& bucket) {
    if (auto acl = check_acl_header(call, bucket); !acl) return fail(std::move(acl.error()));
    bool foreign = call.account != bucket.owner || call.caller.kind == authn::Caller::Kind::anonymous;
    bool given_away = bucket.ownership == bucket_owner_preferred &&
                      call.request.headers.find("x-amz-acl").value_or("") == "bucket-owner-full-control";
    if (bucket.acls_enabled() && foreign && !given_away)
        return fail(error::NotImplemented, "Objects that belong to another account than their bucket are not implemented.");
    return bucket.owner;
}

std::vector<authz::Ask> ask_to_write(const Bucket& bucket, const services::Call& call, const WriteHeaders& headers,
                                     bool creates) {
    std::vector<authz::Ask> asks;
    auto ask = [&](std::string_view action) {
        asks.push_back(ask_object(action, bucket, call.key, call));
        add_header_keys(asks.back(), call);
        add_request_tags(asks.back(), headers.tags);
    };
    ask("s3:PutObject");
    add_creates_object(asks.back(), creates);
    if (call.request.headers.find("x-amz-acl")) ask("s3:PutObjectAcl");
    if (headers.has_tags) ask("s3:PutObjectTagging");
    return asks;
}

}  // namespace sekisho::s3
