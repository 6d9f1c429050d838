#include "services/s3/op.h"

namespace sekisho::s3 {

struct GetBucketPolicy {
    static constexpr std::string_view name = "GetBucketPolicy";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto asks = ask_on_bucket(in, call, s3, "s3:GetBucketPolicy");
        if (asks) asks->front().owner_root_always = true;
        return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        if (in.caller().account != in->bucket->owner) co_return fail(error::s3::MethodNotAllowed);
        if (in->bucket->policy().empty())
            co_return fail(error::s3::NoSuchBucketPolicy, std::string(error::s3::NoSuchBucketPolicy.text),
                           {{"BucketName", in->bucket->name}});
        Reply reply = empty_reply(200);
        reply.headers.add("Content-Type", "application/json");
        reply.body = in->bucket->policy();
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketPolicy>(S3&);

}  // namespace sekisho::s3
