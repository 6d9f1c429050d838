// GetBucketVersioning, PutBucketVersioning.
#include "services/s3/emptying.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/xml_body.h"

#include <pugixml.hpp>

namespace sekisho::s3 {

struct GetBucketVersioning {
    static constexpr std::string_view name = "GetBucketVersioning";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:GetBucketVersioning");
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3&) {
        wire::XmlWriter xml;
        xml.open("VersioningConfiguration", s3_namespace);
        if (in->bucket->versioned()) xml.text("Status", in->bucket->versioning);
        if (in->bucket->mfa_delete_disabled) xml.text("MfaDelete", "Disabled");
        xml.close();
        co_return xml_reply(xml.take());
    }
};

struct PutBucketVersioning {
    static constexpr std::string_view name = "PutBucketVersioning";
    static constexpr std::size_t document_bytes_max = 1024 * 1024 - 1;
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:PutBucketVersioning");
    }

    struct Wanted {
        std::string status, mfa_delete;
    };

    static Result<Wanted> read(const std::string& document) {
        if (document.empty()) return fail(error::s3::MissingRequestBodyError);
        auto body = XmlBody::parse(document);
        if (!body || local_name(body->root()) != "VersioningConfiguration") return fail(error::s3::MalformedXML);
        std::optional<std::string> status, mfa_delete;
        for (const pugi::xml_node& node : body->root().children()) {
            if (node.type() != pugi::node_element) continue;
            std::optional<std::string>* value = local_name(node) == "Status"      ? &status
                                                : local_name(node) == "MfaDelete" ? &mfa_delete
                                                                                  : nullptr;
            if (!value || *value) return fail(error::s3::MalformedXML);
            *value = text_of(node);
        }
        Wanted wanted{status.value_or(""), mfa_delete.value_or("")};
        if (wanted.status.empty()) return fail(error::s3::IllegalVersioningConfigurationException);
        if (wanted.status != versioning_enabled && wanted.status != versioning_suspended) return fail(error::s3::MalformedXML);
        if (!wanted.mfa_delete.empty() && wanted.mfa_delete != "Enabled" && wanted.mfa_delete != "Disabled")
            return fail(error::s3::MalformedXML);
        // Nobody has a device here that could authenticate it.
        if (wanted.mfa_delete == "Enabled")
            return fail(error::AccessDenied, "Mfa Authentication must be used for this request");
        return wanted;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        Result<Wanted> wanted = read(*document);
        if (!wanted) co_return fail(std::move(wanted.error()));
        std::function<Result<void>(Bucket&)> change = [wanted = *wanted](Bucket& bucket) -> Result<void> {
            if (bucket.object_lock && wanted.status != versioning_enabled)
                return fail(
                    error::s3::InvalidBucketState,
                    "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.");
            if (bucket.versioning != wanted.status) ++bucket.versioning_changes;
            bucket.versioning = wanted.status;
            if (!wanted.mfa_delete.empty()) bucket.mfa_delete_disabled = true;
            return {};
        };
        Result<void> changed = co_await s3.change_bucket(in->bucket, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        BucketPtr now = s3.find_bucket(in->bucket->name);
        if (now && now->id == in->bucket->id) {
            Result<void> told = co_await tell_shards_versioning(s3, std::move(now));
            if (!told) co_return fail(std::move(told.error()));
        }
        co_return empty_reply(200);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetBucketVersioning>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutBucketVersioning>(S3&);

}  // namespace sekisho::s3
