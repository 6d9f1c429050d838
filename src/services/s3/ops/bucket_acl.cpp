// GetBucketAcl, PutBucketAcl.
#include "services/s3/acl.h"
#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetBucketAcl {
    static constexpr std::string_view name = "GetBucketAcl";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:GetBucketAcl"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) { co_return xml_reply(acl_document(in->bucket->owner)); }
};

struct PutBucketAcl {
    static constexpr std::string_view name = "PutBucketAcl";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto asks = ask_on_bucket(in, call, s3, "s3:PutBucketAcl");
        if (asks) add_header_keys(asks->front(), call);
        return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3&) {
        Result<void> checked = co_await check_new_acl(call, in->bucket, in->bucket->owner);
        if (!checked) co_return fail(std::move(checked.error()));
        co_return empty_reply(200);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketAcl>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketAcl>(S3&);

}  // namespace sekisho::s3
