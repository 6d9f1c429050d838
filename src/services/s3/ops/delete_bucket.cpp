#include "services/s3/emptying.h"
#include "services/s3/op.h"

namespace sekisho::s3 {

struct DeleteBucket {
    static constexpr std::string_view name = "DeleteBucket";
    using Input = OnBucket;

    static Result<Input> parse(const Call&) { return Input{}; }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_on_bucket(in, call, s3, "s3:DeleteBucket"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        BucketPtr bucket = in->bucket;
        // Closed shards take no object, so that "empty" stays true until the bucket is gone.
        // Whatever closes them and ends with a fault, the next write opens them again.
        std::string closed = "closed by " + s3.entropy.hex(16);
        std::shared_ptr<void> going_on = s3.deletions.begin(closed);
        bool closed_all = co_await close_shards(s3, bucket, closed);
        bool empty = false;
        if (closed_all) empty = co_await is_empty(s3, bucket);
        if (!empty) {
            co_await reopen_shards(s3, bucket, closed);
            if (!closed_all) co_return fail(error::s3::OperationAborted);
            co_return fail(error::s3::BucketNotEmpty, std::string(error::s3::BucketNotEmpty.text),
                           {{"BucketName", bucket->name}});
        }
        std::function<Result<bool>(BucketState&)> change = [bucket](BucketState& state) -> Result<bool> {
            const Bucket* there = state.buckets.find(bucket->name);
            if (!there || there->id != bucket->id)
                return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", bucket->name}});
            if (!there->decides_as(*bucket)) return fail(services::ask_again);
            for (const auto& [id, point] : state.access_points)
                if (point->bucket_id == bucket->id && point->account == bucket->owner)
                    return fail(error::s3::BucketHasAccessPointsAttached,
                                std::string(error::s3::BucketHasAccessPointsAttached.text), {{"BucketName", bucket->name}});
            state.deleted.put(bucket->id, *there);
            state.buckets.erase(bucket->name);
            return true;
        };
        Result<bool> deleted = co_await s3.buckets.change<bool>(std::move(change));
        if (!deleted) {
            // Unless it is gone, it stays as it was.
            if (s3.find_bucket(bucket->name)) co_await reopen_shards(s3, bucket, closed);
            co_return fail(std::move(deleted.error()));
        }
        co_await erase_remains(s3, bucket);
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<DeleteBucket>(S3&);

}  // namespace sekisho::s3
