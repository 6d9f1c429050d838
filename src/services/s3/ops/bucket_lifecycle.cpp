// GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration, DeleteBucketLifecycle.
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

namespace {
constexpr std::string_view minimum_size_header = "x-amz-transition-default-minimum-object-size";
}

struct GetBucketLifecycleConfiguration {
    static constexpr std::string_view name = "GetBucketLifecycleConfiguration";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetLifecycleConfiguration");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        const std::optional<Lifecycle>& lifecycle = in->bucket->lifecycle;
        if (!lifecycle)
            co_return fail(error::s3::NoSuchLifecycleConfiguration, std::string(error::s3::NoSuchLifecycleConfiguration.text),
                           {{"BucketName", in->bucket->name}});
        Reply reply = xml_reply(lifecycle_document(*lifecycle));
        reply.headers.add(std::string(minimum_size_header), lifecycle->transition_minimum_size);
        co_return reply;
    }
};

struct PutBucketLifecycleConfiguration {
    static constexpr std::string_view name = "PutBucketLifecycleConfiguration";
    static constexpr std::size_t document_bytes_max = 2 * 1024 * 1024;
    using Input = OnBucket;

    static Result<Input> parse(const Call& call) {
        if (auto digest = require_digest(call.request.headers); !digest) return fail(std::move(digest.error()));
        return Input{};
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutLifecycleConfiguration");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        const std::string_view minimum = header(call, minimum_size_header).value_or("");
        Result<Lifecycle> lifecycle = parse_lifecycle(*document, minimum, s3.entropy);
        if (!lifecycle) co_return fail(std::move(lifecycle.error()));
        Reply reply = empty_reply(200);
        reply.headers.add(std::string(minimum_size_header), lifecycle->transition_minimum_size);
        std::function<Result<void>(Bucket&)> change = [lifecycle = std::move(*lifecycle)](Bucket& bucket) -> Result<void> {
            bucket.lifecycle = lifecycle;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        s3.lifecycles.rules_changed();
        co_return reply;
    }
};

struct DeleteBucketLifecycle {
    static constexpr std::string_view name = "DeleteBucketLifecycle";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutLifecycleConfiguration");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(Bucket&)> change = [](Bucket& bucket) -> Result<void> {
            bucket.lifecycle.reset();
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketLifecycleConfiguration>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketLifecycleConfiguration>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<DeleteBucketLifecycle>(S3&);

}  // namespace sekisho::s3
