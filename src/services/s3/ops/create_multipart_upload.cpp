#include "services/s3/acl_request.h"
#include "services/s3/emptying.h"
#include "services/s3/encryption.h"
#include "services/s3/multipart.h"
#include "services/s3/object_write.h"
#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct CreateMultipartUpload {
    static constexpr std::string_view name = "CreateMultipartUpload";

    struct Input {
        BucketPtr bucket;
        WriteHeaders headers;
        NewObject object;
        std::optional<std::pair<authn::ChecksumAlgorithm, authn::ChecksumType>> checksum;
    };

    static Result<Input> parse(const Call& call) {
        auto headers = parse_write_headers(call);
        if (!headers) return fail(std::move(headers.error()));
        auto checksum = parse_upload_checksum(call.request.headers);
        if (!checksum) return fail(std::move(checksum.error()));
        return Input{nullptr, std::move(*headers), {}, std::move(*checksum)};
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        auto lock = check_lock_of_new(call, *in.bucket, in.headers, false);
        if (!lock) return fail(std::move(lock.error()));
        auto object = new_object(call, *in.bucket, s3);
        if (!object) return fail(std::move(object.error()));
        in.object = std::move(*object);
        return ask_to_write(*in.bucket, call, in.headers, in.object.owner, false);
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        auto acl =
            check_public_acl(in->object.acl, *in->bucket, *s3.buckets.read(), in.caller(), name, in->bucket->arn(call.key));
        if (!acl) co_return fail(std::move(acl.error()));
        Result<DataKey> key = new_data_key(s3, call, *in->bucket, in.caller());
        if (!key) co_return fail(std::move(key.error()));
        UploadRow row;
        row.data_key = key->wrapped;
        row.initiated_ms = s3.now_ms();
        row.initiator = call.account;
        row.initiator_arn = in.caller().arn;
        row.owner = in->object.owner;
        row.acl = in->object.acl;
        row.storage_class = in->headers.storage_class;
        row.metadata = in->headers.metadata;
        row.tags = in->headers.tags;
        row.lock = in->headers.lock;
        row.checksum = in->checksum;
        row.key_headers = object_key_headers(call);
        std::string upload_id = new_upload_id(s3);
        for (BucketPtr bucket = in->bucket;;) {
            store::Commit commit;
            commit.partition = partition_of_key(*bucket, call.key);
            commit.require(std::string(open_row), open_value_of(*bucket));
            commit.put(upload_row_key(call.key, upload_id), encode(row));
            store::CommitResult result = co_await s3.tables.commit(std::move(commit));
            if (result == store::CommitResult::committed) break;
            Result<BucketPtr> opened = co_await open_again(s3, bucket, shard_of_key(*bucket, call.key));
            if (!opened) co_return fail(std::move(opened.error()));
            bucket = std::move(*opened);
        }

        wire::XmlWriter xml;
        xml.open("InitiateMultipartUploadResult", s3_namespace);
        xml.text("Bucket", call.bucket).text("Key", call.key).text("UploadId", upload_id).close();
        Reply reply = xml_reply(xml.take());
        add_abort_headers(reply, in->bucket->lifecycle, call.key, row.initiated_ms);
        add_encryption_headers(reply, *key);
        if (in->checksum) {
            reply.headers.add("x-amz-checksum-algorithm", std::string(authn::name(in->checksum->first)));
            reply.headers.add("x-amz-checksum-type", std::string(authn::name(in->checksum->second)));
        }
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<CreateMultipartUpload>(S3&);

}  // namespace sekisho::s3
