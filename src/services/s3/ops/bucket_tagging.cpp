// GetBucketTagging, PutBucketTagging, DeleteBucketTagging.
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/tags.h"
#include "services/s3/xml_body.h"

#include <pugixml.hpp>

namespace sekisho::s3 {

struct GetBucketTagging {
    static constexpr std::string_view name = "GetBucketTagging";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:GetBucketTagging"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        if (!in->bucket->tags)
            co_return fail(error::s3::NoSuchTagSet, std::string(error::s3::NoSuchTagSet.text),
                           {{"BucketName", in->bucket->name}});
        co_return xml_reply(tagging_document(*in->bucket->tags));
    }
};

struct PutBucketTagging {
    static constexpr std::string_view name = "PutBucketTagging";
    static constexpr std::size_t document_bytes_max = 128 * 1024;

    struct Input : OnBucket {
        Tags tags;
    };

    static Result<Input> parse(const Call&) { return Input{}; }

    // The tags are condition keys, so the document is read before anybody is asked.
    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto asks = ask_on_bucket(in, call, s3, "s3:PutBucketTagging");
        if (!asks) co_return asks;
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        auto body = XmlBody::parse(*document);
        if (!body) co_return fail(std::move(body.error()));
        auto tags = parse_tagging_document(body->root(), bucket_tags_max);
        if (!tags) co_return fail(std::move(tags.error()));
        in.tags = std::move(*tags);
        add_resource_tags(asks->front(), in.tags);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(Bucket&)> change = [tags = in->tags](Bucket& bucket) -> Result<void> {
            bucket.tags = tags;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

struct DeleteBucketTagging {
    static constexpr std::string_view name = "DeleteBucketTagging";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:PutBucketTagging"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(Bucket&)> change = [](Bucket& bucket) -> Result<void> {
            bucket.tags.reset();
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketTagging>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketTagging>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<DeleteBucketTagging>(S3&);

}  // namespace sekisho::s3
