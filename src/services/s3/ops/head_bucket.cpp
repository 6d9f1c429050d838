#include "services/s3/op.h"

namespace sekisho::s3 {

struct HeadBucket {
    static constexpr std::string_view name = "HeadBucket";
    // A denied HeadBucket still says the region, so it decides by itself.
    static constexpr bool each = true;

    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:ListBucket"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3&) {
        const std::string& region = in->bucket->region.value;
        for (std::size_t ask = 0; ask < in.approval().asks(); ++ask)
            if (!in.approval().allowed(ask))
                co_return fail(error::AccessDenied, in.approval().denied_message(ask),
                               {{"header:x-amz-bucket-region", region}});
        Reply reply = empty_reply(200);
        reply.headers.add("x-amz-bucket-region", region);
        reply.headers.add("x-amz-access-point-alias", call.access_point.empty() ? "false" : "true");
        if (call.access_point.empty()) reply.headers.add("x-amz-bucket-arn", in->bucket->arn());
        reply.headers.add("Content-Type", "application/xml");
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<HeadBucket>(S3&);

}  // namespace sekisho::s3
