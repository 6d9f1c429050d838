// GetObjectLockConfiguration, PutObjectLockConfiguration.
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetObjectLockConfiguration {
    static constexpr std::string_view name = "GetObjectLockConfiguration";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetBucketObjectLockConfiguration");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        if (!in->bucket->object_lock)
            co_return fail(error::s3::ObjectLockConfigurationNotFoundError,
                           std::string(error::s3::ObjectLockConfigurationNotFoundError.text),
                           {{"BucketName", in->bucket->name}});
        co_return xml_reply(object_lock_document(*in->bucket->object_lock));
    }
};

struct PutObjectLockConfiguration {
    static constexpr std::string_view name = "PutObjectLockConfiguration";
    static constexpr std::size_t document_bytes_max = 64 * 1024;
    using Input = OnBucket;

    static Result<Input> parse(const Call& call) {
        if (auto digest = require_digest(call.request.headers); !digest) return fail(std::move(digest.error()));
        return Input{};
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutBucketObjectLockConfiguration");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        Result<ObjectLock> lock = parse_object_lock(*document);
        if (!lock) co_return fail(std::move(lock.error()));
        std::function<Result<void>(Bucket&)> change = [lock = std::move(*lock)](Bucket& bucket) -> Result<void> {
            if (bucket.versioning != versioning_enabled)
                return fail(error::s3::InvalidBucketState,
                            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
            bucket.object_lock = lock;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(200);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetObjectLockConfiguration>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutObjectLockConfiguration>(S3&);

}  // namespace sekisho::s3
