#include "gate/principal_changes.h"

#include <algorithm>

#include "base/log.h"

namespace sekisho::gate {

Task<void> follow_in_bucket_policies(s3::S3& s3, iam::PrincipalChange change) {
    auto names = [&change](const s3::Bucket& bucket) {
        if (!bucket.document()) return false;
        auto principals = policy::principals(*bucket.document());
        return std::find(principals.begin(), principals.end(), change.arn) != principals.end();
    };
    bool named = false;
    for (const auto& [name, bucket] : s3.buckets.read()->buckets) named = named || names(*bucket);
    if (!named) co_return;
    std::function<Result<int>(s3::BucketState&)> rewrite = [&](s3::BucketState& state) -> Result<int> {
        std::vector<s3::Bucket> rewritten;
        for (const auto& [name, bucket] : state.buckets)
            if (names(*bucket)) rewritten.push_back(*bucket);
        for (s3::Bucket& bucket : rewritten) {
            bucket.set_policy(policy::replace_principal(*bucket.document(), change.arn, change.now));
            std::string name = bucket.name;
            state.buckets.put(std::move(name), std::move(bucket));
        }
        return static_cast<int>(rewritten.size());
    };
    Result<int> done = co_await s3.buckets.change<int>(std::move(rewrite));
    log::info("{} bucket policies name {} by {} now", *done, change.arn, change.now);
}

}  // namespace sekisho::gate
