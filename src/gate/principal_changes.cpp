#include "gate/principal_changes.h"

#include "base/log.h"

namespace sekisho::gate {

Task<void> follow_in_bucket_policies(s3::S3& s3, iam::PrincipalChange change) {
    std::string quoted = '"' + change.arn + '"';
    bool named = false;
    for (const auto& [name, bucket] : s3.buckets.read()->buckets)
        named = named || bucket->policy().find(quoted) != std::string::npos;
    if (!named) co_return;
    std::function<Result<int>(s3::BucketState&)> rewrite = [&](s3::BucketState& state) -> Result<int> {
        std::vector<s3::Bucket> rewritten;
        for (const auto& [name, bucket] : state.buckets)
            if (bucket->policy().find(quoted) != std::string::npos) rewritten.push_back(*bucket);
        for (s3::Bucket& bucket : rewritten) {
            bucket.set_policy(iam::with_principal(bucket.policy(), change));
            std::string name = bucket.name;
            state.buckets.put(std::move(name), std::move(bucket));
        }
        return static_cast<int>(rewritten.size());
    };
    Result<int> done = co_await s3.buckets.change<int>(std::move(rewrite));
    log::info("{} bucket policies name {} by {} now", *done, change.arn, change.now);
}

}  // namespace sekisho::gate
