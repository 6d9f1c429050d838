#include "services/s3/copy_source.h"
#include "services/s3/encryption.h"
#include "services/s3/metadata.h"
#include "services/s3/op.h"
#include "services/s3/part_write.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct UploadPartCopy {
    static constexpr std::string_view name = "UploadPartCopy";

    struct Input : OnBucket {
        CopySource named;
        Target source;
        std::string upload_id;
        int number = 0;
        std::optional<Upload> upload;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.upload_id = call.params.get("uploadId");
        auto number = parse_part_number(call);
        if (!number) return fail(std::move(number.error()));
        in.number = *number;
        if (auto refused = refuse_unbuilt_headers(call.request.headers); !refused) return fail(std::move(refused.error()));
        auto named = parse_copy_source(*header(call, "x-amz-copy-source"));
        if (!named) return fail(std::move(named.error()));
        in.named = std::move(*named);
        return in;
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) co_return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        Result<Asks> asks = co_await ask_to_copy_from(in.source, in.named, call, s3, false);
        if (!asks) co_return asks;
        in.upload = co_await find_upload(s3, in.bucket, call.key, in.upload_id);
        asks->push_back(ask_to_go_on(*in.bucket, call, in.upload ? &in.upload->row : nullptr, false));
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        std::optional<Upload> upload = in->upload;
        if (!upload) co_return no_such_upload(in->upload_id);
        if (auto checked = check_copy_source(in->source, call); !checked) co_return fail(std::move(checked.error()));
        Target from = in->source;
        if (auto unlocked = unlock(from, call, s3, true); !unlocked) co_return fail(std::move(unlocked.error()));
        Result<DataKey> key = data_key_of_upload(s3, call, *in->bucket, upload->row);
        if (!key) co_return fail(std::move(key.error()));
        const ObjectRow& source = in->source.found->row;
        ByteRange range{0, source.size};
        if (auto wanted = header(call, "x-amz-copy-source-range")) {
            auto parsed = parse_copy_range(*wanted, source.size);
            if (!parsed) co_return fail(std::move(parsed.error()));
            range = *parsed;
        }
        if (range.length > put_bytes_max)
            co_return fail(
                error::s3::InvalidRequest,
                fmt::format("The specified copy source is larger than the maximum allowable size for a copy source: {}",
                            put_bytes_max));
        Result<Integrity> integrity = integrity_of_part(upload->row, Claims(), true);
        if (!integrity) co_return fail(std::move(integrity.error()));
        Result<Stored> stored = co_await copy_bytes(s3, std::move(from), range, std::move(*integrity), 0, *key);
        if (!stored) co_return fail(std::move(stored.error()));

        const std::int64_t now_ms = s3.now_ms();
        wire::XmlWriter xml;
        xml.open("CopyPartResult", s3_namespace);
        xml.text("LastModified", xml_time(now_ms)).text("ETag", quoted_etag(to_hex(stored->md5)));
        if (stored->checksum) xml.text(authn::element_name(stored->checksum->algorithm), to_base64(stored->checksum->raw));
        xml.close();
        Result<void> added = co_await add_part(s3, in->bucket, call.key, in->upload_id, std::move(*upload), in->number,
                                               std::move(*stored), now_ms);
        if (!added) co_return fail(std::move(added.error()));
        Reply reply = xml_reply(xml.take());
        add_copied_version_id(reply, in->source);
        add_encryption_headers(reply, *key);
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<UploadPartCopy>(S3&);

}  // namespace sekisho::s3
