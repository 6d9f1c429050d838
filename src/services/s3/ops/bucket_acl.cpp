// GetBucketAcl, PutBucketAcl.
#include "services/s3/acl_request.h"
#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetBucketAcl {
    static constexpr std::string_view name = "GetBucketAcl";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:GetBucketAcl"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        const Bucket& bucket = *in->bucket;
        std::optional<Grants> grants;
        if (bucket.acls_enabled() && bucket.acl()) grants = bucket.acl()->grants;
        co_return xml_reply(acl_document(bucket.owner, grants));
    }
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

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::optional<Grants>> acl = co_await requested_acl(call, in->bucket, in->bucket->owner, false, s3);
        if (!acl) co_return fail(std::move(acl.error()));
        std::function<Result<void>(Bucket&)> change = [acl = std::move(*acl), caller = in.caller(), &s3](Bucket& bucket) {
            return set(bucket, acl, caller, s3);
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(200);
    }

    static Result<void> set(Bucket& bucket, const std::optional<Grants>& acl, const authn::Caller& caller, const S3& s3) {
        // Where both forbid a public ACL, S3 names Block Public Access.
        if (auto allowed = check_public_acl(acl, bucket, *s3.buckets.read(), caller, name, bucket.arn()); !allowed)
            return allowed;
        if (!bucket.acls_enabled()) return fail(error::s3::AccessControlListNotSupported);
        bucket.set_acl(acl);
        return {};
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketAcl>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketAcl>(S3&);

}  // namespace sekisho::s3
