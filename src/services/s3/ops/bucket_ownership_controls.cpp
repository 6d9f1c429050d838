// GetBucketOwnershipControls, PutBucketOwnershipControls, DeleteBucketOwnershipControls.
#include "services/s3/acl.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/xml_body.h"

#include <pugixml.hpp>

namespace sekisho::s3 {

struct GetBucketOwnershipControls {
    static constexpr std::string_view name = "GetBucketOwnershipControls";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetBucketOwnershipControls");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        if (in->bucket->ownership.empty())
            co_return fail(error::s3::OwnershipControlsNotFoundError,
                           std::string(error::s3::OwnershipControlsNotFoundError.text), {{"BucketName", in->bucket->name}});
        wire::XmlWriter xml;
        xml.open("OwnershipControls", s3_namespace).open("Rule").text("ObjectOwnership", in->bucket->ownership);
        xml.close().close();
        co_return xml_reply(xml.take());
    }
};

struct PutBucketOwnershipControls {
    static constexpr std::string_view name = "PutBucketOwnershipControls";
    static constexpr std::size_t document_bytes_max = 16 * 1024;
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutBucketOwnershipControls");
    }

    // <OwnershipControls><Rule><ObjectOwnership>: exactly one rule.
    static Result<std::string> read(const std::string& document) {
        auto body = XmlBody::parse(document);
        if (!body || local_name(body->root()) != "OwnershipControls") return fail(error::s3::MalformedXML);
        std::optional<std::string> ownership;
        for (const pugi::xml_node& rule : body->root().children()) {
            if (rule.type() != pugi::node_element) continue;
            if (local_name(rule) != "Rule" || ownership) return fail(error::s3::MalformedXML);
            ownership = child_text(rule, "ObjectOwnership").value_or("");
        }
        for (std::string_view known : {bucket_owner_enforced, bucket_owner_preferred, object_writer})
            if (ownership == known) return *ownership;
        return fail(error::s3::MalformedXML);
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        Result<std::string> ownership = read(*document);
        if (!ownership) co_return fail(std::move(ownership.error()));
        std::function<Result<void>(Bucket&)> change = [ownership = *ownership](Bucket& bucket) -> Result<void> {
            // "Your bucket ACL must give full control only to the bucket owner."
            if (ownership == bucket_owner_enforced && bucket.acl() && grants_to_others(bucket.acl()->grants, bucket.owner))
                return fail(error::s3::InvalidBucketAclWithObjectOwnership);
            bucket.ownership = ownership;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(200);
    }
};

struct DeleteBucketOwnershipControls {
    static constexpr std::string_view name = "DeleteBucketOwnershipControls";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutBucketOwnershipControls");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(Bucket&)> change = [](Bucket& bucket) -> Result<void> {
            bucket.ownership.clear();
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketOwnershipControls>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketOwnershipControls>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<DeleteBucketOwnershipControls>(S3&);

}  // namespace sekisho::s3
