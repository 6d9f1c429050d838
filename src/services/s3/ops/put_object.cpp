// PutObject, PostObject.
#include "services/s3/acl_request.h"
#include "services/s3/encryption.h"
#include "services/s3/object_read.h"
#include "services/s3/object_write.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/post_policy.h"
#include "services/s3/replies.h"

namespace sekisho::s3 {

struct PutObject {
    static constexpr std::string_view name = "PutObject";

    struct Input {
        BucketPtr bucket;
        WriteHeaders headers;
        Claims claims;
        NewObject object;
        SizeRange sizes;  // PostObject: those that its policy allows
    };

    static Result<Input> parse(const Call& call) {
        auto headers = parse_write_headers(call);
        if (!headers) return fail(std::move(headers.error()));
        auto claims = parse_claims(call.request.headers);
        if (!claims) return fail(std::move(claims.error()));
        if (auto length = check_length(*call.request.body); !length) return fail(std::move(length.error()));
        return Input{nullptr, std::move(*headers), std::move(*claims), {}, {}};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) co_return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        auto lock = check_lock_of_new(call, *in.bucket, in.headers, true);
        if (!lock) co_return fail(std::move(lock.error()));
        auto object = new_object(call, *in.bucket, s3);
        if (!object) co_return fail(std::move(object.error()));
        in.object = std::move(*object);
        Asks asks = ask_to_write(*in.bucket, call, in.headers, in.object.owner, true);
        if (in.headers.conditions.compares()) co_await ask_to_compare(asks, in.bucket, call.key, call, s3);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        auto acl =
            check_public_acl(in->object.acl, *in->bucket, *s3.buckets.read(), in.caller(), name, in->bucket->arn(call.key));
        if (!acl) co_return fail(std::move(acl.error()));
        Result<DataKey> key = new_data_key(s3, call, *in->bucket, in.caller());
        if (!key) co_return fail(std::move(key.error()));
        Result<Stored> stored = co_await receive(s3, call.request, Integrity(in->claims), inline_bytes_max, *key);
        if (!stored) co_return fail(std::move(stored.error()));
        ObjectRow row;
        row.size = stored->size;
        row.modified_ms = s3.now_ms();
        row.etag = to_hex(stored->md5);
        row.storage_class = in->headers.storage_class;
        row.owner = in->object.owner;
        row.acl = in->object.acl;
        row.metadata = in->headers.metadata;
        row.tags = in->headers.tags;
        row.lock = new_lock(in->bucket->object_lock, in->headers.lock, row.modified_ms);
        row.checksum = stored->checksum;
        row.segments = stored->segments;
        row.inlined = std::move(stored->inlined);
        row.data_key = stored->data_key;

        Reply reply = empty_reply(200);
        reply.headers.add("ETag", quoted_etag(row.etag));
        if (row.checksum) add_checksum_headers(reply, *row.checksum, 0);
        add_expiration_header(reply, in->bucket->lifecycle, {call.key, row.size, &row.tags}, row.modified_ms);
        add_encryption_headers(reply, *key);
        Replace replace;
        replace.conditions = in->headers.conditions;
        Result<std::string> replaced = co_await replace_object(s3, in->bucket, call.key, std::move(row), std::move(replace));
        if (!replaced) {
            co_await erase_blobs(s3, std::move(stored->segments));
            co_return fail(std::move(replaced.error()));
        }
        if (!replaced->empty()) reply.headers.add("x-amz-version-id", std::move(*replaced));
        co_return reply;
    }
};

// A browser's form upload: what its fields say is in the call's headers, like a PUT's (take_post_form).
struct PostObject {
    static constexpr std::string_view name = "PostObject";
    using Input = PutObject::Input;

    static Result<Input> parse(const Call& call) {
        if (!call.form)
            return fail(error::s3::PreconditionFailed, std::string(error::s3::PreconditionFailed.text),
                        {{"Condition", "Bucket POST must be of the enclosure-type multipart/form-data"}});
        auto sizes = check_post_policy(*call.form, call.bucket, call.key, call.time);
        if (!sizes) return fail(std::move(sizes.error()));
        auto headers = parse_write_headers(call);
        if (!headers) return fail(std::move(headers.error()));
        auto claims = parse_claims(call.request.headers);
        if (!claims) return fail(std::move(claims.error()));
        return Input{nullptr, std::move(*headers), std::move(*claims), {}, *sizes};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) { return PutObject::asks(in, call, s3); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        call.request.body = sized_body(std::move(call.request.body), in->sizes);
        Result<Reply> put = co_await PutObject::run(std::move(in), call, s3);
        if (!put) co_return put;
        co_return post_reply(std::move(*put), call);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<PutObject>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PostObject>(S3&);

}  // namespace sekisho::s3
