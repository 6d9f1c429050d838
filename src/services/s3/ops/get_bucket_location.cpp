#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetBucketLocation {
    static constexpr std::string_view name = "GetBucketLocation";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetBucketLocation");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        // The first region has no name here.
        const std::string& region = in->bucket->region.value;
        std::string document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        document += fmt::format("<LocationConstraint {}>{}</LocationConstraint>", s3_namespace,
                                region == "us-east-1" ? "" : wire::xml_escape(region));
        co_return xml_reply(std::move(document));
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketLocation>(S3&);

}  // namespace sekisho::s3
