// GetBucketCors, PutBucketCors, DeleteBucketCors.
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetBucketCors {
    static constexpr std::string_view name = "GetBucketCors";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:GetBucketCORS"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        if (in->bucket->cors.empty())
            co_return fail(error::s3::NoSuchCORSConfiguration, std::string(error::s3::NoSuchCORSConfiguration.text),
                           {{"BucketName", in->bucket->name}});
        co_return xml_reply(cors_document(in->bucket->cors));
    }
};

struct PutBucketCors {
    static constexpr std::string_view name = "PutBucketCors";
    using Input = OnBucket;

    static Result<Input> parse(const Call& call) {
        if (auto digest = require_digest(call.request.headers); !digest) return fail(std::move(digest.error()));
        return Input{};
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:PutBucketCORS"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await read_document(call, cors_document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        Result<Cors> cors = parse_cors(*document);
        if (!cors) co_return fail(std::move(cors.error()));
        std::function<Result<void>(Bucket&)> change = [cors = std::move(*cors)](Bucket& bucket) -> Result<void> {
            bucket.cors = cors;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(200);
    }
};

struct DeleteBucketCors {
    static constexpr std::string_view name = "DeleteBucketCors";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:PutBucketCORS"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(Bucket&)> change = [](Bucket& bucket) -> Result<void> {
            bucket.cors.clear();
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketCors>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketCors>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<DeleteBucketCors>(S3&);

}  // namespace sekisho::s3
