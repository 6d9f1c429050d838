#include "services/s3/s3.h"

#include "services/s3/emptying.h"
#include "services/s3/master_key_use.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

Task<void> S3::load() {
    co_await check_master_keys(*this);
    co_await buckets.load();
    // A bucket that is still there was not deleted: a deletion that was cut short leaves its shards closed.
    std::shared_ptr<const BucketState> state = buckets.read();
    for (const auto& [name, bucket] : state->buckets) co_await reopen_after_start(*this, bucket);
}

Task<Result<void>> S3::change_bucket(BucketPtr bucket, std::function<Result<void>(Bucket&)> change) {
    std::function<Result<bool>(BucketState&)> on_state = [bucket,
                                                          change = std::move(change)](BucketState& state) -> Result<bool> {
        const Bucket* there = state.buckets.find(bucket->name);
        if (!there || there->id != bucket->id)
            return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", bucket->name}});
        if (!there->decides_as(*bucket)) return fail(services::ask_again);
        Bucket changed = *there;
        Result<void> answer = change(changed);
        if (!answer) return fail(std::move(answer.error()));
        state.buckets.put(changed.name, changed);
        return true;
    };
    Result<bool> changed = co_await buckets.change<bool>(std::move(on_state));
    if (!changed) co_return fail(std::move(changed.error()));
    co_return Result<void>();
}

}  // namespace sekisho::s3
