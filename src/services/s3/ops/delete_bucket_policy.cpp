#include "services/s3/op.h"

namespace sekisho::s3 {

struct DeleteBucketPolicy {
    static constexpr std::string_view name = "DeleteBucketPolicy";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto asks = ask_on_bucket(in, call, s3, "s3:DeleteBucketPolicy");
        if (asks) asks->front().owner_root_always = true;
        return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        if (in.caller().account != in->bucket->owner) co_return fail(error::s3::MethodNotAllowed);
        std::function<Result<void>(Bucket&)> change = [](Bucket& bucket) -> Result<void> {
            bucket.set_policy("");
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<DeleteBucketPolicy>(S3&);

}  // namespace sekisho::s3
