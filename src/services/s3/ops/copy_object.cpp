#include "services/s3/acl_request.h"
#include "services/s3/copy_source.h"
#include "services/s3/encryption.h"
#include "services/s3/object_write.h"
#include "services/s3/op.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

#include <pugixml.hpp>

namespace sekisho::s3 {

namespace {

// x-amz-metadata-directive, x-amz-tagging-directive. true: REPLACE.
Result<bool> parse_directive(const Call& call, std::string_view name, std::string_view error_text) {
    std::string_view directive = header(call, name).value_or("COPY");
    if (directive == "COPY") return false;
    if (directive == "REPLACE") return true;
    return invalid_argument(name, directive, std::string(error_text));
}

}  // namespace

struct CopyObject {
    static constexpr std::string_view name = "CopyObject";

    struct Input {
        CopySource named;
        Target source;
        BucketPtr bucket;
        WriteHeaders headers;
        NewObject object;
        bool replace_metadata = false, replace_tags = false;
        bool to_itself = false;  // with nothing changed
        std::optional<authn::ChecksumAlgorithm> checksum;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto named = parse_copy_source(*header(call, "x-amz-copy-source"));
        // Of all operations with a version id, AWS's CopyObject alone answers this to one that is none.
        if (!named && named.error().message == invalid_version_text) return fail(error::s3::InvalidRequest);
        if (!named) return fail(std::move(named.error()));
        in.named = std::move(*named);
        auto metadata = parse_directive(call, "x-amz-metadata-directive", "Unknown metadata directive.");
        if (!metadata) return fail(std::move(metadata.error()));
        in.replace_metadata = *metadata;
        auto tagging = parse_directive(call, "x-amz-tagging-directive", "Unknown tagging directive.");
        if (!tagging) return fail(std::move(tagging.error()));
        in.replace_tags = *tagging;
        auto headers = parse_write_headers(call);
        if (!headers) return fail(std::move(headers.error()));
        in.headers = std::move(*headers);
        if (!in.replace_tags) {
            in.headers.tags.clear();
            in.headers.has_tags = false;
        }
        if (auto wanted = header(call, "x-amz-checksum-algorithm")) {
            in.checksum = authn::parse_checksum_algorithm(*wanted);
            if (!in.checksum)
                return fail(error::s3::InvalidRequest,
                            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, "
                            "CRC32C, CRC64NVME, SHA1, SHA256]");
        }
        bool changes = in.replace_metadata || in.replace_tags || header(call, "x-amz-storage-class") ||
                       header(call, "x-amz-server-side-encryption") ||
                       header(call, "x-amz-server-side-encryption-customer-algorithm");
        in.to_itself = !changes && in.named.bucket == call.bucket && in.named.key == call.key;
        return in;
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) co_return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        // A named version becomes the newest by this.
        if (in.to_itself && !(in.named.version && in.bucket->versioned()))
            co_return fail(error::s3::InvalidRequest,
                           "This copy request is illegal because it is trying to copy an object to itself without changing the "
                           "object's metadata, storage class, website redirect location or encryption attributes.");
        auto lock = check_lock_of_new(call, *in.bucket, in.headers, false);
        if (!lock) co_return fail(std::move(lock.error()));
        auto object = new_object(call, *in.bucket, s3);
        if (!object) co_return fail(std::move(object.error()));
        in.object = std::move(*object);
        Result<Asks> asks = co_await ask_to_copy_from(in.source, in.named, call, s3, !in.replace_tags);
        if (!asks) co_return asks;
        if (!in.replace_tags && in.source.found && !in.source.found->row.tags.empty()) {
            in.headers.tags = in.source.found->row.tags;
            in.headers.has_tags = true;
        }
        for (Ask& ask : ask_to_write(*in.bucket, call, in.headers, in.object.owner, true)) asks->push_back(std::move(ask));
        if (in.headers.conditions.compares()) co_await ask_to_compare(*asks, in.bucket, call.key, call, s3);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (auto checked = check_copy_source(in->source, call); !checked) co_return fail(std::move(checked.error()));
        auto acl =
            check_public_acl(in->object.acl, *in->bucket, *s3.buckets.read(), in.caller(), name, in->bucket->arn(call.key));
        if (!acl) co_return fail(std::move(acl.error()));
        Target from = in->source;
        if (auto unlocked = unlock(from, call, s3, true); !unlocked) co_return fail(std::move(unlocked.error()));
        Result<DataKey> key = new_data_key(s3, call, *in->bucket, in.caller());
        if (!key) co_return fail(std::move(key.error()));
        const ObjectRow& source = in->source.found->row;
        if (source.size > put_bytes_max)
            co_return fail(
                error::s3::InvalidRequest,
                fmt::format("The specified copy source is larger than the maximum allowable size for a copy source: {}",
                            put_bytes_max));
        Integrity integrity{Claims()};
        if (in->checksum)
            integrity.also(*in->checksum);
        else if (source.checksum)
            integrity.also(source.checksum->algorithm);
        ByteRange whole{0, source.size};
        Result<Stored> stored = co_await copy_bytes(s3, std::move(from), whole, std::move(integrity), inline_bytes_max, *key);
        if (!stored) co_return fail(std::move(stored.error()));

        ObjectRow row;
        row.size = stored->size;
        row.modified_ms = s3.now_ms();
        row.etag = to_hex(stored->md5);
        row.storage_class = in->headers.storage_class;
        row.owner = in->object.owner;
        row.acl = in->object.acl;
        row.metadata = in->replace_metadata ? in->headers.metadata : source.metadata;
        row.tags = in->headers.tags;
        row.lock = new_lock(in->bucket->object_lock, in->headers.lock, row.modified_ms);
        row.checksum = stored->checksum;
        row.segments = stored->segments;
        row.inlined = std::move(stored->inlined);
        row.data_key = stored->data_key;
        std::string document = result(row);
        Reply reply = xml_reply(std::move(document));
        add_expiration_header(reply, in->bucket->lifecycle, {call.key, row.size, &row.tags}, row.modified_ms);
        Replace replace;
        replace.conditions = in->headers.conditions;
        Result<std::string> replaced = co_await replace_object(s3, in->bucket, call.key, std::move(row), std::move(replace));
        if (!replaced) {
            co_await erase_blobs(s3, std::move(stored->segments));
            co_return fail(std::move(replaced.error()));
        }
        add_copied_version_id(reply, in->source);
        add_encryption_headers(reply, *key);
        if (!replaced->empty()) reply.headers.add("x-amz-version-id", std::move(*replaced));
        co_return reply;
    }

    static std::string result(const ObjectRow& row) {
        wire::XmlWriter xml;
        xml.open("CopyObjectResult", s3_namespace);
        xml.text("LastModified", xml_time(row.modified_ms)).text("ETag", quoted_etag(row.etag));
        if (row.checksum) write_checksum(xml, *row.checksum, 0);
        xml.close();
        return xml.take();
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<CopyObject>(S3&);

}  // namespace sekisho::s3
