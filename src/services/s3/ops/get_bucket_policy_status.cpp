#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetBucketPolicyStatus {
    static constexpr std::string_view name = "GetBucketPolicyStatus";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetBucketPolicyStatus");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        if (in->bucket->policy().empty())
            co_return fail(error::s3::NoSuchBucketPolicy, std::string(error::s3::NoSuchBucketPolicy.text),
                           {{"BucketName", in->bucket->name}});
        wire::XmlWriter xml;
        xml.open("PolicyStatus", s3_namespace).boolean("IsPublic", in->bucket->policy_is_public()).close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketPolicyStatus>(S3&);

}  // namespace sekisho::s3
