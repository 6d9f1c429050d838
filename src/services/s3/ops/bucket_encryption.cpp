// GetBucketEncryption, PutBucketEncryption, DeleteBucketEncryption. Every new object is encrypted whatever is set here; what
// can be set is what AWS's clients set: AES256, the bucket-key flag (which means something for KMS only), and whether SSE-C is
// blocked.
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

#include <pugixml.hpp>

namespace sekisho::s3 {

struct GetBucketEncryption {
    static constexpr std::string_view name = "GetBucketEncryption";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetEncryptionConfiguration");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        // The server does not claim what it does not do.
        if (!s3.settings.encrypt_at_rest)
            co_return fail(error::s3::ServerSideEncryptionConfigurationNotFoundError,
                           std::string(error::s3::ServerSideEncryptionConfigurationNotFoundError.text),
                           {{"BucketName", in->bucket->name}});
        const BucketEncryption& set = in->bucket->encryption;
        wire::XmlWriter xml;
        xml.open("ServerSideEncryptionConfiguration", s3_namespace).open("Rule");
        xml.open("ApplyServerSideEncryptionByDefault").text("SSEAlgorithm", "AES256").close();
        xml.boolean("BucketKeyEnabled", set.bucket_key);
        if (set.sse_c_blocked)
            xml.open("BlockedEncryptionTypes").text("EncryptionType", *set.sse_c_blocked ? "SSE-C" : "NONE").close();
        xml.close().close();
        co_return xml_reply(xml.take());
    }
};

struct PutBucketEncryption {
    static constexpr std::string_view name = "PutBucketEncryption";
    static constexpr std::size_t document_bytes_max = 16 * 1024;
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutEncryptionConfiguration");
    }

    static Result<void> read_default(const pugi::xml_node& node) {
        const std::string method = child_text(node, "SSEAlgorithm").value_or("");
        if (method == "aws:kms" || method == "aws:kms:dsse")
            return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"SSEAlgorithm", method}});
        if (method != "AES256") return fail(error::s3::MalformedXML);
        if (child(node, "KMSMasterKeyID"))
            return invalid_argument("ApplyServerSideEncryptionByDefault", "",
                                    "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
                                    "aws:kms:dsse");
        return {};
    }

    // NONE, or what is blocked.
    static Result<bool> read_blocked(const pugi::xml_node& node) {
        std::optional<bool> blocked;
        for (const pugi::xml_node& type : node.children()) {
            if (type.type() != pugi::node_element) continue;
            const std::string text = text_of(type);
            if (local_name(type) != "EncryptionType" || (text != "SSE-C" && text != "NONE"))
                return fail(error::s3::MalformedXML);
            if (blocked && *blocked != (text == "SSE-C")) return fail(error::s3::MalformedXML);
            blocked = text == "SSE-C";
        }
        if (!blocked) return fail(error::s3::MalformedXML);
        return *blocked;
    }

    static Result<BucketEncryption> read(const std::string& document) {
        auto body = XmlBody::parse(document);
        if (!body || local_name(body->root()) != "ServerSideEncryptionConfiguration") return fail(error::s3::MalformedXML);
        pugi::xml_node rule;
        for (const pugi::xml_node& node : body->root().children()) {
            if (node.type() != pugi::node_element) continue;
            if (local_name(node) != "Rule" || rule) return fail(error::s3::MalformedXML);  // exactly one
            rule = node;
        }
        if (!rule) return fail(error::s3::MalformedXML);
        BucketEncryption set;
        if (pugi::xml_node method = child(rule, "ApplyServerSideEncryptionByDefault"))
            if (auto checked = read_default(method); !checked) return fail(std::move(checked.error()));
        if (auto flag = child_text(rule, "BucketKeyEnabled")) {
            if (trim(*flag) != "true" && trim(*flag) != "false") return fail(error::s3::MalformedXML);
            set.bucket_key = trim(*flag) == "true";
        }
        if (pugi::xml_node types = child(rule, "BlockedEncryptionTypes")) {
            auto blocked = read_blocked(types);
            if (!blocked) return fail(std::move(blocked.error()));
            set.sse_c_blocked = *blocked;
        }
        return set;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (!s3.settings.encrypt_at_rest) co_return fail(error::NotImplemented);
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        Result<BucketEncryption> set = read(*document);
        if (!set) co_return fail(std::move(set.error()));
        std::function<Result<void>(Bucket&)> change = [set = *set](Bucket& bucket) -> Result<void> {
            // A rule that does not mention the block leaves it as it is.
            std::optional<bool> blocked = set.sse_c_blocked ? set.sse_c_blocked : bucket.encryption.sse_c_blocked;
            bucket.encryption = {set.bucket_key, blocked};
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(200);
    }
};

// "Resets the default encryption for the bucket": API reference. A block of SSE-C is no default, and stays.
struct DeleteBucketEncryption {
    static constexpr std::string_view name = "DeleteBucketEncryption";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutEncryptionConfiguration");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(Bucket&)> change = [](Bucket& bucket) -> Result<void> {
            bucket.encryption.bucket_key = false;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketEncryption>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketEncryption>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<DeleteBucketEncryption>(S3&);

}  // namespace sekisho::s3
