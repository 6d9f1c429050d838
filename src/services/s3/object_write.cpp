#include "services/s3/object_write.h"

#include "services/s3/acl_request.h"
#include "services/s3/asks.h"
#include "services/s3/integrity.h"
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
    auto lock = parse_lock_headers(headers, epoch_millis(call.time));
    if (!lock) return fail(std::move(lock.error()));
    write.lock = std::move(*lock);
    auto conditions = parse_write_conditions(headers);
    if (!conditions) return fail(std::move(conditions.error()));
    write.conditions = std::move(*conditions);
    return write;
}

Result<void> check_lock_of_new(const services::Call& call, const Bucket& bucket, const WriteHeaders& headers, bool with_body) {
    if (headers.lock && !bucket.object_lock) return no_object_lock();
    const bool locked = headers.lock || (bucket.object_lock && !bucket.object_lock->mode.empty());
    if (!with_body || !locked) return {};
    auto claims = parse_claims(call.request.headers);
    if (!claims) return fail(std::move(claims.error()));
    if (claims->md5 || claims->algorithm) return {};
    return fail(error::s3::InvalidRequest,
                "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters");
}

std::vector<authz::Ask> ask_to_write(const Bucket& bucket, const services::Call& call, const WriteHeaders& headers,
                                     const AccountId& owner, bool creates) {
    std::vector<authz::Ask> asks;
    auto ask = [&](std::string_view action) {
        asks.push_back(ask_object(action, bucket, call.key, call));
        add_header_keys(asks.back(), call);
        add_request_tags(asks.back(), headers.tags);
        if (headers.lock) add_lock_keys(asks.back().context, *headers.lock, epoch_millis(call.time));
    };
    ask("s3:PutObject");
    add_creates_object(asks.back(), creates);
    const std::size_t put = asks.size();
    if (has_acl_headers(call.request.headers)) ask("s3:PutObjectAcl");
    if (headers.has_tags) ask("s3:PutObjectTagging");
    if (headers.lock && headers.lock->retention) ask("s3:PutObjectRetention");
    if (headers.lock && headers.lock->legal_hold) ask("s3:PutObjectLegalHold");
    // These are about an object that is not there yet: whoever may put it decides on it, and its owner will.
    for (std::size_t i = put; i < asks.size() && bucket.acls_enabled(); ++i) {
        add_bucket_acl(asks[i], bucket, policy::Grant::Permission::write);
        if (owner != bucket.owner) asks[i].object_owner = owner;
    }
    return asks;
}

}  // namespace sekisho::s3
