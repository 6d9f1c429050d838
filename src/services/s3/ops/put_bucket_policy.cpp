#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/principals.h"

namespace sekisho::s3 {

struct PutBucketPolicy {
    static constexpr std::string_view name = "PutBucketPolicy";
    static constexpr std::size_t policy_bytes_max = 20 * 1024;
    // White space does not count towards AWS's limit; this bounds what is read at all.
    static constexpr std::size_t document_bytes_max = 256 * 1024;

    using Input = OnBucket;

    static Result<Input> parse(const Call& call) {
        // The header says "yes, I know". The service has never been seen to refuse a policy for want of it, and Terraform and
        // the console do not send it: it is checked and has no further effect.
        auto confirm = header(call, "x-amz-confirm-remove-self-bucket-access");
        if (confirm && !equal_ignoring_case(*confirm, "true") && !equal_ignoring_case(*confirm, "false"))
            return fail(error::s3::InvalidArgument,
                        "The value of x-amz-confirm-remove-self-bucket-access must be true or false");
        return Input{};
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto asks = ask_on_bucket(in, call, s3, "s3:PutBucketPolicy");
        if (asks) asks->front().owner_root_always = true;
        return asks;
    }

    static Result<void> check(const std::string& json, const Bucket& bucket, const S3& s3) {
        if (json.empty()) return fail(error::s3::MissingRequestBodyError);
        std::size_t significant = 0;
        for (char c : json) significant += c != ' ' && c != '\n' && c != '\r' && c != '\t';
        if (significant > policy_bytes_max)
            return fail(error::s3::MalformedPolicy, "Policy exceeds the maximum allowed document size.");
        auto document = policy::validate(json, policy::Kind::resource, bucket.arn());
        if (!document) return fail(std::move(document.error()));
        return check_principals(**document, s3);
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (in.caller().account != in->bucket->owner) co_return fail(error::s3::MethodNotAllowed);
        Result<std::string> json = co_await read_document(call, document_bytes_max);
        if (!json) co_return fail(std::move(json.error()));
        if (auto checked = check(*json, *in->bucket, s3); !checked) co_return fail(std::move(checked.error()));

        std::function<Result<void>(Bucket&)> change = [policy = std::move(*json), &s3,
                                                       caller = in.caller().arn](Bucket& bucket) -> Result<void> {
            bucket.set_policy(policy);
            if (auto principals = check_principals(*bucket.document(), s3); !principals) return principals;
            if (bucket.policy_is_public() &&
                (bucket.blocks_public_policy() || s3.buckets.read()->blocks_public_policy(bucket.owner)))
                return fail(error::AccessDenied,
                            fmt::format("User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \"{}\" because "
                                        "public policies are prevented by the BlockPublicPolicy setting in S3 Block Public "
                                        "Access.",
                                        caller, bucket.arn()));
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<PutBucketPolicy>(S3&);

}  // namespace sekisho::s3
