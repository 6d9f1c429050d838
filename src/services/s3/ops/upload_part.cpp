#include "services/s3/encryption.h"
#include "services/s3/metadata.h"
#include "services/s3/op.h"
#include "services/s3/part_write.h"
#include "services/s3/replies.h"

namespace sekisho::s3 {

struct UploadPart {
    static constexpr std::string_view name = "UploadPart";

    struct Input : OnBucket {
        std::string upload_id;
        int number = 0;
        Claims claims;
        std::optional<Upload> upload;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto version = call.params.find("versionId"))
            return invalid_argument("versionId", *version, "This operation does not accept a version-id.");
        in.upload_id = call.params.get("uploadId");
        auto number = parse_part_number(call);
        if (!number) return fail(std::move(number.error()));
        in.number = *number;
        if (auto refused = refuse_unbuilt_headers(call.request.headers); !refused) return fail(std::move(refused.error()));
        auto claims = parse_claims(call.request.headers);
        if (!claims) return fail(std::move(claims.error()));
        in.claims = std::move(*claims);
        if (auto length = check_length(*call.request.body); !length) return fail(std::move(length.error()));
        return in;
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) co_return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        in.upload = co_await find_upload(s3, in.bucket, call.key, in.upload_id);
        co_return only(ask_to_go_on(*in.bucket, call, in.upload ? &in.upload->row : nullptr, false));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        std::optional<Upload> upload = in->upload;
        if (!upload) co_return no_such_upload(in->upload_id);
        Result<Integrity> integrity = integrity_of_part(upload->row, in->claims, false);
        if (!integrity) co_return fail(std::move(integrity.error()));
        Result<DataKey> key = data_key_of_upload(s3, call, *in->bucket, upload->row);
        if (!key) co_return fail(std::move(key.error()));
        Result<Stored> stored = co_await receive(s3, call.request, std::move(*integrity), 0, *key);
        if (!stored) co_return fail(std::move(stored.error()));
        Reply reply = empty_reply(200);
        add_encryption_headers(reply, *key);
        reply.headers.add("ETag", quoted_etag(to_hex(stored->md5)));
        if (stored->checksum)
            reply.headers.add(std::string(authn::header_name(stored->checksum->algorithm)), to_base64(stored->checksum->raw));
        Result<void> added = co_await add_part(s3, in->bucket, call.key, in->upload_id, std::move(*upload), in->number,
                                               std::move(*stored), s3.now_ms());
        if (!added) co_return fail(std::move(added.error()));
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<UploadPart>(S3&);

}  // namespace sekisho::s3
