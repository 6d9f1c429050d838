// GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock.
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetPublicAccessBlock {
    static constexpr std::string_view name = "GetPublicAccessBlock";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetBucketPublicAccessBlock");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        const auto& block = in->bucket->public_access_block;
        if (!block)
            co_return fail(error::s3::NoSuchPublicAccessBlockConfiguration,
                           std::string(error::s3::NoSuchPublicAccessBlockConfiguration.text),
                           {{"BucketName", in->bucket->name}});
        wire::XmlWriter xml;
        write_public_access_block(xml, *block, s3_namespace);
        co_return xml_reply(xml.take());
    }
};

struct PutPublicAccessBlock {
    static constexpr std::string_view name = "PutPublicAccessBlock";
    static constexpr std::size_t document_bytes_max = 16 * 1024;
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutBucketPublicAccessBlock");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        Result<PublicAccessBlock> block = parse_public_access_block(*document);
        if (!block) co_return fail(std::move(block.error()));
        std::function<Result<void>(Bucket&)> change = [block = *block](Bucket& bucket) -> Result<void> {
            bucket.public_access_block = block;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(200);
    }
};

struct DeletePublicAccessBlock {
    static constexpr std::string_view name = "DeletePublicAccessBlock";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutBucketPublicAccessBlock");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(Bucket&)> change = [](Bucket& bucket) -> Result<void> {
            bucket.public_access_block.reset();
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetPublicAccessBlock>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutPublicAccessBlock>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<DeletePublicAccessBlock>(S3&);

}  // namespace sekisho::s3
