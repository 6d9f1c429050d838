#include "services/s3/op.h"

namespace sekisho::s3 {

struct HeadBucket {
    static constexpr std::string_view name = "HeadBucket";
    // A denied HeadBucket still says the region, so it decides by itself.
    static constexpr bool each = true;

    struct Input {
        BucketPtr bucket;
    };

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        return only(ask_bucket("s3:ListBucket", *in.bucket, call));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        const std::string& region = in->bucket->region.value;
        if (!in.approval().allowed(0))
            co_return fail(error::AccessDenied, in.approval().denied_message(0), {{"header:x-amz-bucket-region", region}});
        Reply reply = empty_reply(200);
        reply.headers.add("x-amz-bucket-region", region);
        reply.headers.add("x-amz-access-point-alias", "false");
        reply.headers.add("x-amz-bucket-arn", in->bucket->arn());
        reply.headers.add("Content-Type", "application/xml");
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<HeadBucket>(S3&);

}  // namespace sekisho::s3
