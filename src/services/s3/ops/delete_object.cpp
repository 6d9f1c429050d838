#include "services/s3/object_read.h"
#include "services/s3/op.h"

namespace sekisho::s3 {

struct DeleteObject {
    static constexpr std::string_view name = "DeleteObject";

    struct Input : OnBucket {
        std::string match;    // If-Match: an entity tag or "*"
        bool bypass = false;  // of retention in governance mode
    };

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        // These belong to directory buckets.
        for (std::string_view unbuilt : {"x-amz-if-match-last-modified-time", "x-amz-if-match-size"})
            if (header(call, unbuilt))
                return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", std::string(unbuilt)}});
        Input in;
        in.match = header(call, "If-Match").value_or("");
        return in;
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) co_return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        bool version = call.params.has("versionId");
        Asks asks = only(ask_object(version ? "s3:DeleteObjectVersion" : "s3:DeleteObject", *in.bucket, call.key, call));
        if (version && in.bucket->object_lock && asks_bypass(call)) {
            in.bypass = true;
            asks.insert(asks.begin(), ask_object("s3:BypassGovernanceRetention", *in.bucket, call.key, call));
        }
        co_await add_delete_condition(asks, in.match, in.bucket, call.key, call, s3);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Deletion deletion;
        deletion.key = call.key;
        deletion.match = in->match;
        deletion.bypass_governance = in->bypass;
        if (auto version = call.params.find("versionId")) deletion.version = *version;
        Result<Deleted> deleted = co_await delete_object(s3, in->bucket, std::move(deletion));
        if (!deleted) co_return fail(std::move(deleted.error()));
        Reply reply = empty_reply(204);
        if (deleted->delete_marker) reply.headers.add("x-amz-delete-marker", "true");
        if (!deleted->version.empty()) reply.headers.add("x-amz-version-id", std::move(deleted->version));
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<DeleteObject>(S3&);

}  // namespace sekisho::s3
