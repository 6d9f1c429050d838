#include "services/s3/multipart.h"
#include "services/s3/op.h"

namespace sekisho::s3 {

struct AbortMultipartUpload {
    static constexpr std::string_view name = "AbortMultipartUpload";

    struct Input : OnBucket {
        std::string upload_id;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.upload_id = call.params.get("uploadId");
        return in;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        return only(ask_object("s3:AbortMultipartUpload", *in.bucket, call.key, call));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        bool aborted = co_await abort_upload(s3, in->bucket, call.key, in->upload_id);
        if (!aborted) co_return no_such_upload(in->upload_id);
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<AbortMultipartUpload>(S3&);

}  // namespace sekisho::s3
