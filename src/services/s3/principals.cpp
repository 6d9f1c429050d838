#include "services/s3/principals.h"

#include <fmt/format.h>

#include <algorithm>

#include "services/s3/s3.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

bool names(const policy::Document& document, const std::string& arn) {
    std::vector<std::string> principals = policy::principals(document);
    return std::ranges::find(principals, arn) != principals.end();
}

}  // namespace

Result<void> check_principals(const policy::Document& document, const S3& s3) {
    for (const std::string& principal : policy::principals(document))
        if (!s3.principals.exists(principal))
            return fail(error::s3::MalformedPolicy, "Invalid principal in policy",
                        {{"Detail", fmt::format("\"AWS\" : \"{}\"", principal)}});
    return {};
}

Task<int> follow_principal(S3& s3, std::string arn, std::string now, std::function<bool()> still) {
    // Always by a change, which waits for those that are under way: a policy that is just being put names the principal, too.
    std::function<Result<int>(BucketState&)> rewrite = [arn, now, still](BucketState& state) -> Result<int> {
        if (!still()) return 0;
        std::vector<Bucket> rewritten;
        for (const auto& [name, bucket] : state.buckets)
            if (bucket->document() && names(*bucket->document(), arn)) rewritten.push_back(*bucket);
        for (Bucket& bucket : rewritten) {
            bucket.set_policy(policy::replace_principal(*bucket.document(), arn, now));
            std::string name = bucket.name;
            state.buckets.put(std::move(name), std::move(bucket));
        }
        std::vector<AccessPoint> points;
        for (const auto& [id, point] : state.access_points)
            if (point->document() && names(*point->document(), arn)) points.push_back(*point);
        for (AccessPoint& point : points) {
            point.set_policy(policy::replace_principal(*point.document(), arn, now));
            std::string id = point.id();
            state.access_points.put(std::move(id), std::move(point));
        }
        return static_cast<int>(rewritten.size() + points.size());
    };
    Result<int> count = co_await s3.buckets.change<int>(std::move(rewrite));
    if (!count) throw Fault("bucket policies do not follow a principal: " + count.error().code);
    co_return *count;
}

}  // namespace sekisho::s3
